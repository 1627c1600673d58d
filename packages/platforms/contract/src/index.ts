export * from './adapter.ts';
export * from './error.ts';
export * from './json.ts';
export * from './manifest.ts';
