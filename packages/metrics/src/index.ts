export { type AdminDoor, startAdminDoor } from './admin.ts';
export { createMetrics, type Metrics, type ProcessName } from './metrics.ts';
export { checkReadiness, type Readiness } from './readiness.ts';
export { watchStored } from './stored.ts';
