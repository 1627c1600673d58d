export { type CheckOptions, checkAgainstTruth, type Verdict } from './check.ts';
export { ControlDoor, type SimulatedWorld } from './control.ts';
export type { Problem } from './problem.ts';
export { UNTOLD, type Untold } from './untold.ts';
export { ourStores } from './rows.ts';
export { namesOf } from './stores.ts';
