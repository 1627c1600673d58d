import type { Money } from './money.ts';

/**
 * What a line of a settlement is about. Amounts are signed as the seller sees them: what comes in is above zero, what goes out below.
 * `unknown` keeps what a platform names and we have no word for: it is in every sum, and never guessed into another kind.
 */
export const SETTLEMENT_KINDS = [
	'sale',
	'refund',
	'commission',
	'fulfilment',
	'advertising',
	'service',
	'shippingCharged',
	'shippingPaid',
	'tax',
	'adjustment',
	'reserve',
	'payout',
	'unknown',
] as const;
export type SettlementKind = (typeof SETTLEMENT_KINDS)[number];

/**
 * `deferred`: announced, and held back. `released`: final. `replaced`: it was deferred, and the platform has booked its release as a settlement
 * with an id of its own, so that this one is in no sum any more.
 */
export const SETTLEMENT_STATES = ['deferred', 'released', 'replaced'] as const;
export type SettlementState = (typeof SETTLEMENT_STATES)[number];

export interface SettlementLine {
	kind: SettlementKind;
	/** The platform's own word. */
	rawKind: string;
	/** The order's line and its SKU, where the platform says so. */
	externalLineId: string | null;
	sellerSku: string | null;
	amount: Money;
}

/** One booking of a platform under an id of its own, with every line of it. */
export interface Settlement {
	externalId: string;
	/** Null until the platform puts it on a statement. */
	statementId: string | null;
	externalOrderId: string | null;
	/** The platform's own word. */
	rawType: string;
	state: SettlementState;
	/** ISO instant. */
	postedAt: string;
	/** ISO instant at which the platform said so; at one instant it says one thing about one id. */
	knownAt: string;
	lines: SettlementLine[];
	/** The id of the deferred settlement of which this one is the release, where the platform books it apart and names it. */
	replaces?: string;
}

/** What a settlement comes to for the seller's books. Null currency: its lines are of several, and nothing is added. */
export interface SettlementSum {
	currency: string | null;
	/** Of all lines but reserves and payouts, which move the same money and earn or cost nothing. */
	proceedsMinor: bigint;
	/** Of what the platform books without a name that we know. */
	unnamedMinor: bigint;
	/** Whether goods are settled by it, and not only something beside them. */
	sale: boolean;
}

/** Adds up the lines of one settlement. Pure. */
export function sumSettlement({ lines }: Pick<Settlement, 'lines'>): SettlementSum {
	const earned = lines.filter(({ kind }) => kind !== 'reserve' && kind !== 'payout');
	const currencies = new Set(lines.map(({ amount }) => amount.currency));
	const [currency = null] = currencies;
	const whole = currencies.size <= 1;
	const sum = (some: readonly SettlementLine[]): bigint => some.reduce((all, { amount }) => all + amount.amountMinor, 0n);
	return {
		currency: whole ? currency : null,
		proceedsMinor: whole ? sum(earned) : 0n,
		unnamedMinor: whole ? sum(earned.filter(({ kind }) => kind === 'unknown')) : 0n,
		sale: lines.some(({ kind }) => kind === 'sale'),
	};
}

/** What a platform adds up and pays out. */
export interface Statement {
	externalId: string;
	/** What is paid out by the statement's own word: reserves are taken off. */
	total: Money;
	/** ISO instant of the cut. */
	closedAt: string;
	/** The platform's own word for where the payout stands. */
	rawStatus: string;
	payoutId: string | null;
	/** ISO instant, as of a settlement. */
	knownAt: string;
}
