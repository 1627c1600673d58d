import type { Whole } from '@pangea/domain';
import { ToldReader, WordReader, Words } from './told.ts';

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

/** Bytes of what holds the columns. */
const BESIDE = 1000;
/** What a cell is of, beside its sums: three places of two tables and what is told of it. */
const HEAD = 4;
/** Letters of a cell at least: the id of its store, ten numbers of which one may be empty, and what ends these, the currency and the line. */
const SHORTEST_CELL = 36 + 9 + 12 + 1;
const SETTLED = 1;
const COSTED = 2;
const TOLD = 4;

/** What is left of the orders of a day. A day may be told in two parts. */
export interface ProfitDay {
	day: string;
	cells: ProfitCells;
}

/** Reads what `profitTold` tells of days. */
export class ProfitReader {
	readonly #stores = new Words();
	readonly #currencies = new Words();
	readonly #storeWords = new WordReader(this.#stores);
	readonly #currencyWords = new WordReader(this.#currencies);
	readonly #costWords = new WordReader(this.#currencies);
	/** The store of the cell that was read last. */
	#store = 0;
	#cells = 0;
	#heads = new Int32Array(0);
	#sums = new Float64Array(0);
	#costCount = 0;
	#costCurrencies = new Int32Array(0);
	#costs = new Float64Array(0);
	/** What a number would not hold exactly, by its place among the sums and among the costs. */
	#bigSums = new Map<number, bigint>();
	#bigCosts = new Map<number, bigint>();

	read(told: string): ProfitCells {
		this.#makeRoom(Math.ceil((told.length + 1) / SHORTEST_CELL));
		const reader = new ToldReader(told, '\t');
		while (reader.more) this.#readCell(reader);
		return new ProfitCells({
			stores: this.#stores.all,
			currencies: this.#currencies.all,
			heads: this.#heads.slice(0, this.#cells * HEAD),
			sums: this.#sums.slice(0, this.#cells * WIDTH),
			costCurrencies: this.#costCurrencies.slice(0, this.#costCount),
			costs: this.#costs.slice(0, this.#costCount),
			bigSums: this.#bigSums,
			bigCosts: this.#bigCosts,
		});
	}

	/** @param most cells that a text may have */
	#makeRoom(most: number): void {
		[this.#cells, this.#costCount] = [0, 0];
		[this.#bigSums, this.#bigCosts] = [new Map(), new Map()];
		if (this.#heads.length >= most * HEAD) return;
		this.#heads = new Int32Array(most * HEAD);
		this.#sums = new Float64Array(most * WIDTH);
		// Most cells have one cost, a few have more.
		this.#costCurrencies = new Int32Array(most);
		this.#costs = new Float64Array(most);
	}

	/** In the order of the words. */
	#readCell(reader: ToldReader): void {
		const store = reader.passes(this.#stores.all[this.#store] ?? '') ? this.#store : this.#storeWords.read(reader, this.#store);
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
		this.#heads[head + 1] = currency;
		this.#heads[head + 2] = settled | costed | told;
		this.#heads[head + 3] = this.#costCount;
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
}

interface Columns {
	stores: readonly string[];
	currencies: readonly string[];
	heads: Int32Array;
	sums: Float64Array;
	costCurrencies: Int32Array;
	costs: Float64Array;
	bigSums: ReadonlyMap<number, bigint>;
	bigCosts: ReadonlyMap<number, bigint>;
}

/**
 * What is left of orders, a cell for those of a store that are alike in currency, in what is told of them and in the currencies of their costs. In columns:
 * of two years there are a hundred thousand, and to make and collect an object each costs more than to add them up.
 */
export class ProfitCells {
	/** What {@link store} counts; the same table for all cells that were read together. */
	readonly stores: readonly string[];
	/** Of bills and of costs: what {@link currency} and {@link costCurrency} count; one for each table of stores. */
	readonly currencies: readonly string[];
	readonly length: number;
	readonly #heads: Int32Array;
	readonly #sums: Float64Array;
	readonly #costCurrencies: Int32Array;
	readonly #costs: Float64Array;
	readonly #bigSums: ReadonlyMap<number, bigint>;
	readonly #bigCosts: ReadonlyMap<number, bigint>;

	constructor({ stores, currencies, heads, sums, costCurrencies, costs, bigSums, bigCosts }: Columns) {
		[this.stores, this.currencies, this.length] = [stores, currencies, heads.length / HEAD];
		[this.#heads, this.#sums, this.#costCurrencies, this.#costs] = [heads, sums, costCurrencies, costs];
		[this.#bigSums, this.#bigCosts] = [bigSums, bigCosts];
	}

	/** About how many bytes they take. */
	get bytes(): number {
		return BESIDE + [this.#heads, this.#sums, this.#costCurrencies, this.#costs].reduce((sum, { byteLength }) => sum + byteLength, 0);
	}

	store(cell: number): number {
		return this.#heads[cell * HEAD] ?? 0;
	}

	currency(cell: number): number {
		return this.#heads[cell * HEAD + 1] ?? 0;
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
		return ((this.#heads[cell * HEAD + 2] ?? 0) & what) !== 0;
	}

	/** In minor units where it is money. */
	sum(cell: number, column: ProfitColumn): Whole {
		return taken(this.#sums, this.#bigSums, cell * WIDTH + PLACE[column]);
	}

	/** What the units cost that have one, by currency: the first of {@link costCurrency} and {@link cost} that are a cell's, up to the first of the next cell. */
	firstCost(cell: number): number {
		return cell < this.length ? (this.#heads[cell * HEAD + 3] ?? 0) : this.#costs.length;
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
