export * from './database.ts';
export * from './witness.ts';
