export * from './clock-rule.ts';
export * from './conversation-clock.ts';
export type { Pause } from './counted-time.ts';
export * from './macro.ts';
export * from './performance.ts';
export * from './policy.ts';
export { DETECTORS, type DetectorId } from './policy-detectors.ts';
export * from './reply-clock.ts';
export * from './small-talk.ts';
