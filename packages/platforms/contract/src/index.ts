export * from './adapter.ts';
export * from './budget.ts';
export * from './error.ts';
export * from './http.ts';
export * from './json.ts';
export * from './order-list.ts';
export * from './wire-words.ts';
export * from './manifest.ts';
