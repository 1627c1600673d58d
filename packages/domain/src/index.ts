export * from './event.ts';
export * from './money.ts';
export * from './not-active.ts';
export * from './order.ts';
export * from './platform.ts';
export * from './role.ts';
export * from './store.ts';
export * from './time.ts';
