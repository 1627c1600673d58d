import { currencyExponent, isCurrency, MoneyError } from './money.ts';

/**
 * Where a rate comes from, best first where two name the same day: a person's word, the European Central Bank, the second source that the
 * installation names, the demo's made-up rates.
 */
export const RATE_SOURCES = ['hand', 'ecb', 'second', 'demo'] as const;
export type RateSource = (typeof RATE_SOURCES)[number];

/** One unit of `against` is `rate` units of `currency` on a day. */
export interface Rate {
	currency: string;
	against: string;
	/** `2026-11-27` */
	day: string;
	source: RateSource;
	/** Plain decimal text greater than zero, as the source writes it. */
	rate: string;
}

/** What a conversion stands on. */
export interface Conversion {
	/** Minor units of the target for one minor unit of the currency, times {@link FACTOR_SCALE}. */
	factor: bigint;
	/** The factor in 22-bit limbs, the lowest first; null where it has more. */
	limbs: FactorLimbs | null;
	/** The oldest of the rates that were used: a day without a rate takes the last one before it. Null where none was needed. */
	rateDay: string | null;
	sources: readonly RateSource[];
}

export type FactorLimbs = readonly [number, number, number, number, number];

const DIGITS = 24;
/** Of a factor: enough that the largest amount is right to the cent. */
export const FACTOR_SCALE = 10n ** BigInt(DIGITS);
const RATE = /^\d{1,15}(\.\d{1,15})?$/;
const TENS = Array.from({ length: DIGITS + 1 }, (_, n) => 10n ** BigInt(n));
/** All rates meet in this currency. */
const HUB = 'EUR';

interface Known {
	day: string;
	source: RateSource;
	against: string;
	/** Times {@link FACTOR_SCALE}. */
	scaled: bigint;
	/** Once it was looked up: it is the same on each day that has this rate. */
	perHub?: PerHub | null;
}

interface PerHub {
	scaled: bigint;
	day: string;
	sources: readonly RateSource[];
}

/** Of the hub; its day counts for nothing. */
const ITSELF: PerHub = { scaled: FACTOR_SCALE, day: '', sources: [] };

/** A decimal text as a whole number of 10⁻²⁴. @throws MoneyError unless it is a plain decimal above zero. */
function scaledRate(text: string): bigint {
	if (!RATE.test(text)) throw new MoneyError(`${JSON.stringify(text)} is no exchange rate`);
	const [whole = '0', fraction = ''] = text.split('.');
	const digits = whole + fraction;
	// Of a short text a number is made first: a long one read at once takes several times as long.
	const scaled = BigInt(digits.length <= 15 ? Number(digits) : digits) * (TENS[DIGITS - fraction.length] ?? 1n);
	if (scaled === 0n) throw new MoneyError('An exchange rate is greater than zero');
	return scaled;
}

/** Whether {@link RateBook} takes the text for a rate. */
export function isRate(text: string): boolean {
	return RATE.test(text) && /[1-9]/.test(text);
}

/**
 * Exchange rates of many days. A day without a rate, such as a holiday, has the last one before it; a currency is converted over the euro, and
 * one that is quoted against another (pesos a dollar) over that one. Nothing is guessed: before its first rate a currency has none.
 */
export class RateBook {
	readonly #byCurrency = new Map<string, Known[]>();
	/** By target and by the rate of the currency: days without rates of their own, such as weekends, follow one that has them. */
	readonly #made = new Map<string, Map<PerHub, { theirs: PerHub; conversion: Conversion }>>();

	/** @throws MoneyError for a rate that is none. */
	constructor(rates: Iterable<Rate>) {
		for (const { currency, against, day, source, rate } of rates) {
			const known = this.#byCurrency.get(currency) ?? [];
			if (known.length === 0) this.#byCurrency.set(currency, known);
			known.push({ day, source, against, scaled: scaledRate(rate) });
		}
		for (const known of this.#byCurrency.values()) {
			known.sort((a, b) => (a.day === b.day ? rank(b.source) - rank(a.source) : a.day < b.day ? -1 : 1));
		}
	}

	/** Null when there is no rate of either currency on the day or before, or ISO 4217 does not have one of them. */
	convert(from: string, to: string, day: string): Conversion | null {
		if (!isCurrency(from) || !isCurrency(to)) return null;
		if (from === to) return UNCHANGED;
		const ours = this.#perHub(from, day);
		const theirs = this.#perHub(to, day);
		if (!ours || !theirs) return null;
		let made = this.#made.get(to);
		if (made === undefined) this.#made.set(to, (made = new Map()));
		// Each currency has rates of its own, which the hub has not.
		const key = ours === ITSELF ? theirs : ours;
		const known = made.get(key);
		if (known?.theirs === theirs) return known.conversion;
		const conversion = conversionOf(ours, theirs, currencyExponent(to) - currencyExponent(from));
		made.set(key, { theirs, conversion });
		return conversion;
	}

	/** Currencies that have a rate on any day, with the euro, in alphabetical order. */
	currencies(): string[] {
		return [...new Set([HUB, ...this.#byCurrency.keys()])].sort();
	}

	#perHub(currency: string, day: string, depth = 0): PerHub | null {
		if (currency === HUB) return ITSELF;
		// Of a quotation against a quotation nobody knows whether it ever ends.
		if (depth > 2) return null;
		const known = lastUpTo(this.#byCurrency.get(currency) ?? [], day);
		if (!known) return null;
		// What is cut off for its depth says nothing of the currency itself.
		if (depth > 0) return this.#lookUp(known, depth);
		known.perHub ??= this.#lookUp(known, depth);
		return known.perHub;
	}

	#lookUp(known: Known, depth: number): PerHub | null {
		// The other currency's rate of the same day: the product is what was true then.
		const over = this.#perHub(known.against, known.day, depth + 1);
		if (!over) return null;
		const oldest = known.against === HUB || known.day < over.day ? known.day : over.day;
		const scaled = over === ITSELF ? known.scaled : divided(known.scaled * over.scaled, FACTOR_SCALE);
		return { scaled, day: oldest, sources: [known.source, ...over.sources] };
	}
}

function limbsOf(factor: bigint): FactorLimbs | null {
	if (factor >> 110n !== 0n) return null;
	const low = Number(BigInt.asUintN(44, factor));
	const middle = Number(BigInt.asUintN(44, factor >> 44n));
	const [b, d] = [Math.floor(low / 2 ** 22), Math.floor(middle / 2 ** 22)];
	return [low - b * 2 ** 22, b, middle - d * 2 ** 22, d, Number(factor >> 88n)];
}

const UNCHANGED: Conversion = { factor: FACTOR_SCALE, limbs: limbsOf(FACTOR_SCALE), rateDay: null, sources: [] };

/** @param shift by how many decimals the target's minor unit is smaller */
function conversionOf(ours: PerHub, theirs: PerHub, shift: number): Conversion {
	const [up, down] = shift >= 0 ? [10n ** BigInt(shift), 1n] : [1n, 10n ** BigInt(-shift)];
	const days = [ours, theirs].filter((one) => one !== ITSELF).map((one) => one.day);
	const factor = divided(theirs.scaled * up * FACTOR_SCALE, ours.scaled * down);
	return {
		factor,
		limbs: limbsOf(factor),
		rateDay: days.reduce<string | null>((oldest, d) => (oldest === null || d < oldest ? d : oldest), null),
		sources: RATE_SOURCES.filter((s) => ours.sources.includes(s) || theirs.sources.includes(s)),
	};
}

function rank(source: RateSource): number {
	return RATE_SOURCES.indexOf(source);
}

function lastUpTo(known: readonly Known[], day: string): Known | undefined {
	let from = 0;
	let until = known.length;
	while (from < until) {
		const middle = (from + until) >> 1;
		if ((known[middle]?.day ?? '') <= day) from = middle + 1;
		else until = middle;
	}
	return known[from - 1];
}

/** Rounded half to even. */
function divided(numerator: bigint, denominator: bigint): bigint {
	const negative = numerator < 0n !== denominator < 0n;
	const n = numerator < 0n ? -numerator : numerator;
	const d = denominator < 0n ? -denominator : denominator;
	const whole = n / d;
	const twice = (n - whole * d) * 2n;
	const rounded = twice > d || (twice === d && whole % 2n === 1n) ? whole + 1n : whole;
	return negative ? -rounded : rounded;
}

/** A sum of amounts that were each multiplied by their {@link Conversion.factor}, in minor units, rounded half to even. */
export function roundExact(sum: bigint): bigint {
	return divided(sum, FACTOR_SCALE);
}

/** A change of a figure in the base currency: what trade did at unchanged rates, and what the rates did. Their sum is the change, exactly. */
export interface ChangeSplit {
	change: bigint;
	trade: bigint;
	exchange: bigint;
}

/**
 * @param now the period at its own days' rates
 * @param nowAtFormerRates the same sales, each day at the rates of the day of the comparison period that it is compared with
 * @param before the comparison period at its own days' rates
 */
export function splitChange(now: bigint, nowAtFormerRates: bigint, before: bigint): ChangeSplit {
	return { change: now - before, trade: nowAtFormerRates - before, exchange: now - nowAtFormerRates };
}
