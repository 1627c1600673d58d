import { hash, Random } from './random.ts';

/** What can happen to an order, in the words of the trade; each platform renders its own. */
export const stepKinds = [
	'placed',
	'paid',
	'released',
	'cancelRequested',
	'cancelled',
	'shipped',
	'shippedRest',
	'collected',
	'touched',
	'delivered',
	'completed',
	'returnRequested',
	'returnApproved',
	'returnRejected',
	'returnShipped',
	'returnReceived',
	'refunded',
] as const;
export type StepKind = (typeof stepKinds)[number];

/** One change of an order, at an instant in milliseconds. `by` says who caused a cancellation. */
export interface Step {
	kind: StepKind;
	at: number;
	by?: 'buyer' | 'seller' | 'platform' | undefined;
}

/** What the plan decided besides times. */
export interface Plan {
	steps: Step[];
	/** Distinct lines of the order, 1 to 5. */
	lineCount: number;
	/** Two parcels: line 0 first, the others later. */
	split: boolean;
	/** Refund without sending goods back. */
	refundOnly: boolean;
}

/** No order changes later than this after it was placed. */
export const LIFETIME = 30 * 86_400_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The whole life of an order, decided when it is placed: a pure function of the world's seed and the order's place in its store. */
export function planOf(seed: number, store: number, index: number, placedAt: number): Plan {
	const random = new Random(hash(seed, store, index, 1));
	const steps: Step[] = [{ kind: 'placed', at: placedAt }];
	const fate = random.unit();
	const many = random.unit();
	const lineCount = many < 0.74 ? 1 : many < 0.93 ? 2 : random.integer(3, 5);
	const split = lineCount > 1 && random.chance(0.25);
	const refundOnly = random.chance(0.25);
	const then = (kind: StepKind, low: number, high: number, by?: Step['by']): number => {
		// Whole seconds: some platforms know nothing finer, and an instant must mean the same on all.
		const at = Math.floor(((steps.at(-1)?.at ?? placedAt) + random.between(low, high)) / 1000) * 1000;
		steps.push(by === undefined ? { kind, at } : { kind, at, by });
		return at;
	};
	const done = (): Plan => ({ steps, lineCount, split, refundOnly });
	if (fate < 0.025) {
		then('cancelled', DAY, 2 * DAY, 'platform');
		return done();
	}
	if (random.chance(0.9)) then('paid', 5_000, 10 * MINUTE);
	else then('paid', HOUR, 2 * DAY);
	if (fate < 0.05) {
		then('cancelRequested', MINUTE, 50 * MINUTE, 'buyer');
		then('cancelled', 2_000, 20_000, 'buyer');
		return done();
	}
	then('released', HOUR, HOUR + MINUTE);
	if (fate < 0.07) {
		then('cancelRequested', HOUR, 10 * HOUR, 'buyer');
		then('cancelled', HOUR, DAY, 'buyer');
		return done();
	}
	if (fate < 0.08) {
		then('cancelled', HOUR, 2 * DAY, 'seller');
		return done();
	}
	then('shipped', HOUR, 2.5 * DAY);
	if (split) then('shippedRest', 2 * HOUR, 1.5 * DAY);
	then('collected', 2 * HOUR, DAY);
	if (random.chance(0.12)) then('touched', HOUR, 10 * HOUR);
	then('delivered', DAY, 7.5 * DAY);
	if (fate < 0.15) {
		then('returnRequested', 3 * HOUR, 4 * DAY);
		if (fate < 0.092) {
			then('returnRejected', HOUR, 2 * DAY);
			then('completed', DAY, 4 * DAY);
			return done();
		}
		if (!refundOnly) {
			then('returnApproved', MINUTE, DAY);
			then('returnShipped', 6 * HOUR, 2 * DAY);
			then('returnReceived', DAY, 4 * DAY);
		}
		then('refunded', HOUR, DAY);
		return done();
	}
	then('completed', 3 * DAY, 7 * DAY);
	return done();
}

/** The last step that has happened at the instant, or undefined when the order does not exist yet. */
export function lastStepAt(steps: readonly Step[], at: number): Step | undefined {
	for (let i = steps.length - 1; i >= 0; i--) {
		const step = steps[i];
		if (step !== undefined && step.at <= at) return step;
	}
	return undefined;
}
