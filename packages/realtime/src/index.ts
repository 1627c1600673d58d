export * from './gateway.ts';
export * from './outbox.ts';
export * from './presence.ts';
export * from './visibility.ts';
