export * from './jobs.ts';
export * from './definition.ts';
