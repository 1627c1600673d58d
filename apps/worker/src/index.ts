export { type RunningWorker, startWorker, type WorkerSetup } from './worker.ts';
