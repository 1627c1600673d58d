export * from './gateway.ts';
export * from './listener.ts';
export * from './outbox.ts';
export * from './visibility.ts';
