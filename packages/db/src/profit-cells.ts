import type { Whole } from '@pangea/domain';
import { ToldReader } from './told.ts';

/** What is summed up of a cell. */
const COLUMNS = [
	'orders',
	/** Pieces, and those of them whose SKU has a cost on the day. */
	'units',
	'costedUnits',
	/** Bills before refunds, of the orders whose bill is told. */
	'gross',
	/** What is left of the bills; of no meaning where it is not told. */
	'proceeds',
	/** Of settled orders: what the statements book without a name. */
	'unnamed',
	/** Of settled orders that tell their proceeds as well: how many these are, and what was settled beyond what they told. */
	'compared',
	'difference',
] as const;
export type ProfitColumn = (typeof COLUMNS)[number];
const PLACE = Object.fromEntries(COLUMNS.map((name, n) => [name, n])) as Record<ProfitColumn, number>;
const WIDTH = COLUMNS.length;

/** What a cell is of, beside its sums: four places of three tables and what is told of it. */
const HEAD = 5;
/** Letters of a cell at least: the id of its store, ten numbers of which one may be empty, and what ends these, the currency and the line. */
const SHORTEST_CELL = 36 + 9 + 12 + 1;
const SETTLED = 1;
const COSTED = 2;
const TOLD = 4;

/**
 * What is left of orders, a cell for those of a store's day that are alike in currency, in what is told of them and in the currencies of their costs. In
 * columns: of two years there are a hundred thousand, and to make and collect an object each costs more than to add them up.
 */
export class ProfitCells {
	readonly #stores = new Words();
	readonly #currencies = new Words();
	readonly #storeWords = new WordReader(this.#stores);
	readonly #currencyWords = new WordReader(this.#currencies);
	readonly #costWords = new WordReader(this.#currencies);
	readonly #days: string[] = [];
	/** The store of the cell that was read last. */
	#store = 0;
	#cells = 0;
	readonly #heads: Int32Array;
	readonly #sums: Float64Array;
	#costCount = 0;
	#costCurrencies: Int32Array<ArrayBuffer>;
	#costs: Float64Array<ArrayBuffer>;
	/** What a number would not hold exactly, by its place among the sums and among the costs. */
	readonly #bigSums = new Map<number, bigint>();
	readonly #bigCosts = new Map<number, bigint>();

	/** @param rows what `profitTold` tells of days */
	constructor(rows: readonly (readonly [day: string, told: string])[]) {
		const most = rows.reduce((sum, [, told]) => sum + Math.ceil((told.length + 1) / SHORTEST_CELL), 0);
		this.#heads = new Int32Array(most * HEAD);
		this.#sums = new Float64Array(most * WIDTH);
		// Most cells have one cost, a few have more.
		this.#costCurrencies = new Int32Array(most);
		this.#costs = new Float64Array(most);
		for (const [day, told] of rows) this.#read(day, told);
	}

	#read(day: string, told: string): void {
		const reader = new ToldReader(told, '\t');
		const today = this.#days.push(day) - 1;
		while (reader.more) this.#readCell(today, reader);
	}

	/** In the order of the words. */
	#readCell(day: number, reader: ToldReader): void {
		const store = reader.passes(this.stores[this.#store] ?? '') ? this.#store : this.#storeWords.read(reader, this.#store);
		const currency = this.#currencyWords.read(reader, store);
		this.#store = store;
		const settled = reader.whole() === 1 ? SETTLED : 0;
		const costed = reader.whole() === 1 ? COSTED : 0;
		let told = TOLD;
		const first = this.#cells * WIDTH;
		for (let n = 0; n < WIDTH; n++) {
			if (n === PLACE.proceeds && reader.isEmpty) told = 0;
			put(this.#sums, this.#bigSums, first + n, reader.whole());
		}
		const head = this.#cells * HEAD;
		this.#heads[head] = store;
		this.#heads[head + 1] = day;
		this.#heads[head + 2] = currency;
		this.#heads[head + 3] = settled | costed | told;
		this.#heads[head + 4] = this.#costCount;
		for (let before = currency; !reader.lineEnds; this.#costCount++) {
			if (this.#costCount === this.#costs.length) this.#moreCosts();
			before = this.#costWords.read(reader, before);
			this.#costCurrencies[this.#costCount] = before;
			put(this.#costs, this.#bigCosts, this.#costCount, reader.whole());
		}
		reader.nextLine();
		this.#cells++;
	}

	#moreCosts(): void {
		const [currencies, costs] = [this.#costCurrencies, this.#costs];
		this.#costCurrencies = new Int32Array(costs.length * 2);
		this.#costCurrencies.set(currencies);
		this.#costs = new Float64Array(costs.length * 2);
		this.#costs.set(costs);
	}

	get length(): number {
		return this.#cells;
	}

	/** What {@link day} counts. One may be named twice. */
	get days(): readonly string[] {
		return this.#days;
	}

	/** What {@link store} counts. */
	get stores(): readonly string[] {
		return this.#stores.all;
	}

	/** Of bills and of costs: what {@link currency} and {@link costCurrency} count. */
	get currencies(): readonly string[] {
		return this.#currencies.all;
	}

	store(cell: number): number {
		return this.#heads[cell * HEAD] ?? 0;
	}

	day(cell: number): number {
		return this.#heads[cell * HEAD + 1] ?? 0;
	}

	currency(cell: number): number {
		return this.#heads[cell * HEAD + 2] ?? 0;
	}

	/** Whether statements tell what is left of the bills; else it is as the orders tell it. */
	isSettled(cell: number): boolean {
		return this.#is(cell, SETTLED);
	}

	/** Whether every unit has a cost. */
	isCosted(cell: number): boolean {
		return this.#is(cell, COSTED);
	}

	/** Whether statements or the orders tell what is left of the bills. */
	isTold(cell: number): boolean {
		return this.#is(cell, TOLD);
	}

	#is(cell: number, what: number): boolean {
		return ((this.#heads[cell * HEAD + 3] ?? 0) & what) !== 0;
	}

	/** In minor units where it is money. */
	sum(cell: number, column: ProfitColumn): Whole {
		return taken(this.#sums, this.#bigSums, cell * WIDTH + PLACE[column]);
	}

	/** What the units cost that have one, by currency: the first of {@link costCurrency} and {@link cost} that are a cell's, up to the first of the next cell. */
	firstCost(cell: number): number {
		return cell < this.#cells ? (this.#heads[cell * HEAD + 4] ?? 0) : this.#costCount;
	}

	costCurrency(cost: number): number {
		return this.#costCurrencies[cost] ?? 0;
	}

	cost(cost: number): Whole {
		return taken(this.#costs, this.#bigCosts, cost);
	}
}

function put(all: Float64Array, big: Map<number, bigint>, at: number, value: Whole): void {
	if (typeof value === 'bigint') {
		big.set(at, value);
		all[at] = Number.NaN;
	} else all[at] = value;
}

function taken(all: Float64Array, big: ReadonlyMap<number, bigint>, at: number): Whole {
	const value = all[at] ?? 0;
	return Number.isNaN(value) ? (big.get(at) ?? 0) : value;
}

/** Words by number. */
class Words {
	readonly all: string[] = [];
	readonly #numbers = new Map<string, number>();

	numberOf(word: string): number {
		const known = this.#numbers.get(word);
		if (known !== undefined) return known;
		// A copy: a part of a text is slow to compare with, and keeps all of it.
		const number = this.all.push(Buffer.from(word).toString()) - 1;
		this.#numbers.set(word, number);
		return number;
	}
}

/** Reads words that mostly follow what they followed before. */
class WordReader {
	readonly #words: Words;
	readonly #guesses: number[] = [];

	constructor(words: Words) {
		this.#words = words;
	}

	/** @param after the number of what it follows */
	read(reader: ToldReader, after: number): number {
		const guess = this.#guesses[after];
		if (guess !== undefined && reader.passes(this.#words.all[guess] ?? '')) return guess;
		const number = this.#words.numberOf(reader.word());
		this.#guesses[after] = number;
		return number;
	}
}
