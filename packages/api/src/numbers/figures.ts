import { ratesIn } from '@pangea/db';
import { CELL_COLUMNS, type CellColumn, type Conversion, ExactSums, FACTOR_SCALE, RateBook, roundExact, type Whole } from '@pangea/domain';
import { plus } from './day-sums.ts';
import type { FigureId, FiguresView } from './shapes.ts';

const DECIMALS = 4;
const PLACE = Object.fromEntries(CELL_COLUMNS.map((column, n) => [column, n])) as Record<CellColumn, number>;
type MoneyColumn = Extract<CellColumn, `${string}_minor`>;
type CountColumn = Exclude<CellColumn, MoneyColumn>;
const IS_MONEY: readonly boolean[] = CELL_COLUMNS.map((column) => column.endsWith('_minor'));

/** Sums in one currency. Money is kept exact and rounded when it is read. */
export class Sum {
	readonly #money = new ExactSums(CELL_COLUMNS.length);
	readonly #counts: Whole[] = CELL_COLUMNS.map(() => 0);

	/**
	 * Adds sums of another currency, told by their place among the columns of a cell.
	 * @param conversion null: counts only
	 */
	convert(sumOf: (place: number) => Whole, conversion: Conversion | null): void {
		for (let n = 0; n < IS_MONEY.length; n++) {
			const value = sumOf(n);
			if (value === 0) continue;
			if (!IS_MONEY[n]) this.#counts[n] = plus(this.#counts[n] ?? 0, value);
			else if (conversion) this.#money.add(n, value, conversion);
		}
	}

	add(other: Sum): void {
		this.#money.addAll(other.#money);
		for (let n = 0; n < IS_MONEY.length; n++) if (!IS_MONEY[n]) this.#counts[n] = plus(this.#counts[n] ?? 0, other.#counts[n] ?? 0);
	}

	count(column: CountColumn): bigint {
		return BigInt(this.#counts[PLACE[column]] ?? 0);
	}

	/** Rounded minor units. */
	money(column: MoneyColumn): bigint {
		return this.#money.rounded(PLACE[column]);
	}

	/** Net sales from the exact sums, rounded once. */
	get net(): bigint {
		return this.#money.roundedDifference(PLACE.gross_minor, PLACE.refunded_minor);
	}

	/** Gross sales of one of the orders whose bill is told; null without any. */
	get averageOrder(): bigint | null {
		const told = this.count('orders') - this.count('untold');
		return told === 0n ? null : roundExact(this.#money.exact(PLACE.gross_minor) / told);
	}
}

/** Decimal text of a quotient, rounded half to even; null for a division by zero. */
export function quotient(of: bigint, by: bigint, decimals: number): string | null {
	if (by === 0n) return null;
	const scale = 10n ** BigInt(decimals);
	const scaled = roundExact((of * scale * FACTOR_SCALE) / by);
	if (decimals === 0) return scaled.toString();
	const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimals + 1, '0');
	return `${scaled < 0n ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

const READ: Readonly<Record<FigureId, (sum: Sum) => string | null>> = {
	gross: (sum) => sum.money('gross_minor').toString(),
	refunded: (sum) => sum.money('refunded_minor').toString(),
	net: (sum) => sum.net.toString(),
	tax: (sum) => sum.money('tax_minor').toString(),
	fees: (sum) => sum.money('fee_minor').toString(),
	orders: (sum) => sum.count('orders').toString(),
	units: (sum) => sum.count('units').toString(),
	averageOrder: (sum) => sum.averageOrder?.toString() ?? null,
	returned: (sum) => sum.count('returned').toString(),
	returnRate: (sum) => quotient(sum.count('returned'), sum.count('orders'), DECIMALS),
	cancelled: (sum) => sum.count('cancelled').toString(),
	cancelledMoney: (sum) => sum.money('cancelled_minor').toString(),
	unpaid: (sum) => sum.count('unpaid').toString(),
	test: (sum) => sum.count('test').toString(),
};

export function figuresOf(sum: Sum): FiguresView {
	return Object.fromEntries((Object.keys(READ) as FigureId[]).map((id) => [id, READ[id](sum)])) as FiguresView;
}

/** How many books are held: each of two years is three megabytes. */
const BOOKS = 3;
const books = new Map<string, RateBook>();

/** The book of a text of rates. Most questions stand on the rates of the one before, whose conversions are made. */
export function bookOf(told: string): RateBook {
	const book = books.get(told) ?? new RateBook(ratesIn(told));
	books.delete(told);
	books.set(told, book);
	for (const [oldest] of books) if (books.size > BOOKS) books.delete(oldest);
	return book;
}

/** Converts cells of many days, and remembers on what it stood. */
export class Converter {
	readonly #book: RateBook;
	readonly #base: string;
	readonly #known = new Map<string, Map<string, Conversion | null>>();
	#day = '';
	#today = new Map<string, Conversion | null>();
	readonly #rows = new Map<readonly string[], Map<string, readonly (Conversion | null)[]>>();

	constructor(book: RateBook, base: string) {
		this.#book = book;
		this.#base = base;
	}

	/** Null without a rate. Who asks for one day after another is answered quickest. */
	on(currency: string, day: string): Conversion | null {
		if (day !== this.#day) {
			this.#day = day;
			this.#today = into(this.#known, day, () => new Map<string, Conversion | null>());
		}
		let found = this.#today.get(currency);
		if (found === undefined) {
			found = this.#book.convert(currency, this.#base, day);
			this.#today.set(currency, found);
		}
		return found;
	}

	/** The same of each of some days, which are asked for again and again. */
	over(currency: string, days: readonly string[]): readonly (Conversion | null)[] {
		const rows = into(this.#rows, days, () => new Map<string, readonly (Conversion | null)[]>());
		return into(rows, currency, () => days.map((day) => this.#book.convert(currency, this.#base, day)));
	}
}

/** What a map has under a key; made where it has nothing. */
export function into<K, T>(all: Map<K, T>, key: K, make: () => T): T {
	let known = all.get(key);
	if (known === undefined) {
		known = make();
		all.set(key, known);
	}
	return known;
}
