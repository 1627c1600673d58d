export * from './witness.ts';
