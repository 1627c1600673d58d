import { type FaultKind, faultKinds, type FaultPlan, type PlatformName } from '@pangea/simulator';

/** Platforms that have a refresh, and the operation that is one. A Temu token that dies is gone: its seller must authorise again. */
const REFRESHES: readonly (readonly [PlatformName, string])[] = [
	['amazon', 'token'],
	['tiktok-shop', 'token.refresh'],
	['mercado-libre', 'oauth.token'],
];
/** Operations of all platforms that answer with orders. */
const ORDER_READS = ['searchOrders', 'getOrder', 'orders.*', 'bg.order.list.v2.get', 'bg.order.detail.v2.get'];
const SKEW = 10 * 60_000;

/** How often each fault strikes while it is armed: often enough that every round sees it, seldom enough that work goes on between. */
const PLANS: Readonly<Record<FaultKind, readonly Omit<FaultPlan, 'kind'>[]>> = {
	rateLimited: [{ probability: 0.2 }, { probability: 0.15, options: { header: 'no' } }],
	serverError: [
		{ probability: 0.15, options: { status: 500 } },
		{ probability: 0.15, options: { status: 503 } },
	],
	htmlError: [
		{ probability: 0.2, options: { status: 503 } },
		{ probability: 0.05, options: { status: 200 } },
	],
	timeout: [
		{ probability: 0.04, options: { milliseconds: 5000 } },
		{ probability: 0.04, options: { milliseconds: 5000, when: 'after' } },
	],
	reset: [{ probability: 0.25 }],
	expireToken: [
		...REFRESHES.map(([platform]) => ({ platform, probability: 0.08 })),
		// Each costs a person a way to the seller centre.
		{ platform: 'temu', probability: 0.05, count: 2 },
	],
	refreshRace: REFRESHES.map(([platform, operation]) => ({ platform, operation, count: 1 })),
	notYet: [{ probability: 0.2 }],
	// A damaged field that nobody reads proves nothing: most are damaged where orders are read.
	poison: [
		...ORDER_READS.map((operation) => ({ operation, probability: 0.4, options: { shape: 'type' } })),
		...ORDER_READS.map((operation) => ({ operation, probability: 0.1, options: { shape: 'date' } })),
		{ probability: 0.05, options: { shape: 'type' } },
	],
	drift: [{ probability: 0.4 }],
	clockSkew: [
		{ probability: 0.15, options: { milliseconds: SKEW } },
		{ probability: 0.15, options: { milliseconds: -SKEW } },
	],
	duplicateDelivery: [{ probability: 0.5 }],
	lateDelivery: [{ probability: 0.5, options: { milliseconds: 120_000 } }],
	reorderDelivery: [{ probability: 0.5 }],
	loseDelivery: [{ probability: 0.5 }],
	// Stays until a person has changed something: every such failure and its sentence are in the list of failures (binding/failures.ts).
	refuse: [],
	// Nothing fails and no poll mends it: only the comparison of counts finds it, which has a test of its own.
	hideOrder: [],
};

/** What to arm for a kind. */
export function plansOf(kind: FaultKind): FaultPlan[] {
	return PLANS[kind].map((plan) => ({ ...plan, kind }));
}

/**
 * Kinds after which a grant may be dead, so that a person has to connect again: it cannot be renewed, a foreign hand took the refresh token, or
 * the new one went down with the line on which it came.
 */
const TAKES_GRANTS: ReadonlySet<FaultKind> = new Set(['expireToken', 'refreshRace', 'reset', 'timeout']);

export function mayTakeGrants(kinds: readonly FaultKind[]): boolean {
	return kinds.some((kind) => TAKES_GRANTS.has(kind));
}

/** Platforms whose access tokens end when a round with the kind begins, so that a refresh is needed at all. */
export function endsAccessAt(kind: FaultKind): readonly PlatformName[] {
	return kind === 'refreshRace' ? REFRESHES.map(([platform]) => platform) : [];
}

/** Every kind alone, then every pair of two kinds. */
export function allRounds(): FaultKind[][] {
	const kinds = faultKinds.filter((kind) => PLANS[kind].length > 0);
	const pairs = kinds.flatMap((a, i) => kinds.slice(i + 1).map((b) => [a, b]));
	return [...kinds.map((kind) => [kind]), ...pairs];
}
