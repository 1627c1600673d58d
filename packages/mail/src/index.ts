export * from './quoted.ts';
export * from './read.ts';
export * from './relay.ts';
export * from './reply.ts';
export * from './transfer.ts';
