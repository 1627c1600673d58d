export * from './context.ts';
export * from './fields-read.ts';
