export * from './gateway.ts';
export * from './outbox.ts';
export * from './visibility.ts';
