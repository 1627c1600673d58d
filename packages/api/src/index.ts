export * from './audit/audit-export.ts';
export * from './auth.ts';
export * from './context.ts';
export { eventsSince } from './events/events.router.ts';
export * from './problem.ts';
export { type AppRouter, appRouter, createCaller } from './root.ts';
export type * from './shapes.ts';
export { completeAuthorization } from './stores/complete-authorization.ts';
export * from './stores/reconnect.ts';
