import type { OrderPageView, OrderRowView } from '@pangea/api';
import type { RowOrder } from './list-order.ts';

/** What a list asks for; the filter is already inside. */
export interface ListSource {
	page(after: string | null): Promise<OrderPageView>;
	/** Rows by id, whether or not they still pass the filter. At most {@link ROWS_AT_ONCE} ids. */
	rows(orderIds: string[]): Promise<OrderRowView[]>;
	/** Those of the ids that pass the filter. At most {@link ROWS_AT_ONCE} ids. */
	among(orderIds: string[]): Promise<OrderRowView[]>;
	/** The order of the pages. */
	order: RowOrder;
}

export interface ListSnapshot {
	/** Grows in place: compare `version`, not the array. */
	ids: readonly string[];
	version: number;
	state: 'loading' | 'ready' | 'failed';
	/** Why the last page did not come; the rows before it stay. */
	error: unknown;
	/** More rows exist below. */
	more: boolean;
	loadingMore: boolean;
	/** Orders that belong at or above what is being read and wait to be asked for; `newsCapped` means at least this many. */
	news: number;
	newsCapped: boolean;
	seq: string | null;
}

export const ROWS_AT_ONCE = 200;
/** Pages at the top without one known row, after which the list is begun afresh rather than filled up. */
const STRANGE_PAGES = 3;

/**
 * The loaded part of an order list. A page is appended, a hint refreshes rows in place, and an order that the list does not hold yet
 * goes to where it sorts: at once below what is being read, on request above it. Rows are held by id so that a hundred thousand of
 * them cost a hint no more than the rows it names.
 */
export class OrderListStore {
	readonly #source: ListSource;
	readonly #rows = new Map<string, OrderRowView>();
	readonly #ids: string[] = [];
	readonly #listeners = new Set<() => void>();
	/** Rows that wait to be asked for, because they would move what is being read. */
	readonly #waiting = new Map<string, OrderRowView>();
	/** Ids heard of while a page was under way: it may have been read before they came. */
	readonly #heard = new Set<string>();
	#next: string | null = null;
	#closed = false;
	#sweeping = false;
	#sweepAgain = false;
	#snapshot: ListSnapshot;
	#slideIn = false;
	#lastVisible: () => string | undefined = () => undefined;

	constructor(source: ListSource) {
		this.#source = source;
		this.#snapshot = {
			ids: this.#ids,
			version: 0,
			state: 'loading',
			error: null,
			more: false,
			loadingMore: false,
			news: 0,
			newsCapped: false,
			seq: null,
		};
	}

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	readonly snapshot = (): ListSnapshot => this.#snapshot;

	row(orderId: string): OrderRowView | undefined {
		return this.#rows.get(orderId);
	}

	/** Where a row stands, -1 when it is not loaded. Found by its place in the order: a list of a hundred thousand is not walked. */
	indexOf(orderId: string): number {
		const row = this.#rows.get(orderId);
		if (!row) return -1;
		const place = this.#placeOf(row);
		// A row whose ship-by time has changed still stands where it stood.
		return this.#ids[place] === orderId ? place : this.#ids.indexOf(orderId);
	}

	/** While allowed, news slide in wherever they belong instead of waiting. */
	allowSlideIn(allowed: boolean): void {
		this.#slideIn = allowed;
	}

	/** Tells how to find the last row a person can see; what belongs below it moves nothing. */
	watch(lastVisible: () => string | undefined): void {
		this.#lastVisible = lastVisible;
	}

	/** Answers that arrive later are dropped. */
	close(): void {
		this.#closed = true;
	}

	/** Loads the first page, replacing what is shown once it is there. */
	async start(): Promise<void> {
		await this.#load(null, true);
	}

	async loadMore(): Promise<void> {
		if (this.#snapshot.loadingMore || this.#next === null) return;
		await this.#load(this.#next, false);
	}

	/** The last page again, after a failure. */
	async retry(): Promise<void> {
		await (this.#ids.length === 0 ? this.start() : this.loadMore());
	}

	async #load(after: string | null, replace: boolean): Promise<void> {
		this.#change({ loadingMore: true, error: null, ...(this.#ids.length === 0 && { state: 'loading' }) });
		try {
			const page = await this.#page(after);
			if (this.#closed) return;
			if (replace) {
				this.#ids.length = 0;
				this.#rows.clear();
				this.#waiting.clear();
			}
			this.#append(page);
			this.#change({
				state: 'ready',
				more: page.next !== null,
				loadingMore: false,
				...(replace && { news: 0, newsCapped: false, seq: page.seq }),
			});
		} catch (error) {
			if (this.#closed) return;
			this.#change({ state: this.#ids.length === 0 ? 'failed' : 'ready', error, loadingMore: false });
		}
		const heard = [...this.#heard];
		this.#heard.clear();
		await this.hint(heard);
	}

	/** The next page that holds anything: one without rows is the end only when it says so, else the server has not looked far enough yet. */
	async #page(after: string | null): Promise<OrderPageView> {
		const first = await this.#source.page(after);
		let page = first;
		while (page.rows.length === 0 && page.next !== null && !this.#closed) page = await this.#source.page(page.next);
		// What came while it was looked for is news.
		return { ...page, seq: first.seq };
	}

	/** Rows named by a hint are read again where they stand; of the others those that belong into the loaded part are taken in. */
	async hint(orderIds: readonly string[]): Promise<void> {
		if (orderIds.length === 0 || this.#snapshot.state === 'failed') return;
		if (this.#snapshot.loadingMore) for (const id of orderIds) this.#heard.add(id);
		if (this.#snapshot.state === 'loading') return;
		const shown = orderIds.filter((id) => this.#rows.has(id));
		for (const ids of chunks(shown)) await this.#refresh(ids);
		const unknown = orderIds.filter((id) => !this.#rows.has(id));
		// During a backfill thousands are named at once: reading what is loaded again is then the shorter question.
		if (unknown.length > Math.max(1, this.#ids.length / ROWS_AT_ONCE) * ROWS_AT_ONCE) return await this.#sweep();
		for (const ids of chunks(unknown)) {
			const rows = await this.#source.among(ids).catch(() => null);
			if (this.#closed) return;
			if (rows === null) continue;
			const fitting = new Set(rows.map((row) => row.orderId));
			// One that waited may have left the filter meanwhile.
			for (const id of ids) if (!fitting.has(id)) this.#waiting.delete(id);
			this.#admit(rows);
		}
	}

	/** A hint that names nobody, or a gap in the line: everything loaded is read again, what is being looked at first. */
	async resync(visible: readonly string[]): Promise<void> {
		await this.#refresh(visible.slice(0, ROWS_AT_ONCE));
		await this.#sweep();
	}

	async #refresh(orderIds: readonly string[]): Promise<void> {
		if (orderIds.length === 0) return;
		const rows = await this.#source.rows([...orderIds]).catch(() => []);
		if (this.#closed) return;
		let changed = false;
		for (const row of rows) {
			if (!this.#rows.has(row.orderId)) continue;
			this.#rows.set(row.orderId, row);
			changed = true;
		}
		if (changed) this.#change({});
	}

	/** Reads the loaded part again from the top. One sweep at a time; a second one waits. */
	async #sweep(): Promise<void> {
		if (this.#sweeping) {
			this.#sweepAgain = true;
			return;
		}
		if (this.#snapshot.state !== 'ready') return;
		this.#sweeping = true;
		try {
			await this.#readAgain();
		} catch {
			// The next hint asks again; the list stays as it is.
		} finally {
			this.#sweeping = false;
		}
		if (this.#sweepAgain && !this.#closed) {
			this.#sweepAgain = false;
			await this.#sweep();
		}
	}

	async #readAgain(): Promise<void> {
		const seen = new Set<string>();
		/** Rows above the first known one: taken in only once it is certain that nothing is missing between. */
		let above: OrderRowView[] = [];
		let known = false;
		let after: string | null = null;
		for (let pages = 1; ; pages++) {
			const page = await this.#page(after);
			if (this.#closed) return;
			if (this.#ids.length === 0) {
				this.#append(page);
				return this.#change({ more: page.next !== null, news: 0, newsCapped: false });
			}
			for (const row of page.rows) seen.add(row.orderId);
			known ||= page.rows.some((row) => this.#rows.has(row.orderId));
			above.push(...page.rows);
			const last = page.rows.at(-1);
			const end = page.next === null || !last || this.#reachesEnd(last);
			if (known || end) {
				this.#change({ newsCapped: false });
				this.#admit(above);
				above = [];
			}
			if (end) break;
			if (!known && pages >= STRANGE_PAGES) {
				for (const row of above) this.#waiting.set(row.orderId, row);
				return this.#change({ news: this.#waiting.size, newsCapped: true });
			}
			after = page.next;
		}
		// What the pages no longer hold has left the filter, and stays where it stands until the list is opened anew.
		for (const ids of chunks(this.#ids.filter((id) => !seen.has(id)))) {
			if (this.#closed) return;
			await this.#refresh(ids);
		}
	}

	/** Takes rows of the filter in. Those below the loaded part come when the list is read on. */
	#admit(rows: readonly OrderRowView[]): void {
		const slide = this.#slideIn && !this.#snapshot.newsCapped;
		const seen = this.#lastVisible();
		// As long as nothing is known to be visible, whatever has a row below it may be in sight.
		const edge = seen === undefined ? this.#ids.length - 1 : this.indexOf(seen);
		for (const row of rows) {
			if (this.#rows.has(row.orderId)) this.#rows.set(row.orderId, row);
			else if (this.#next !== null && this.#reachesEnd(row)) continue;
			else if (slide || this.#placeOf(row) > edge) this.#insert(row);
			else this.#waiting.set(row.orderId, row);
		}
		if (slide) for (const row of this.#waiting.values()) this.#insert(row);
		this.#change({ news: this.#waiting.size });
	}

	/** Shows what waits, or starts afresh when too many came. @returns the uppermost of them */
	async showNews(): Promise<string | null> {
		if (this.#snapshot.newsCapped) {
			await this.start();
			return this.#ids[0] ?? null;
		}
		const waiting = [...this.#waiting.values()].toSorted(this.#source.order);
		for (const row of waiting) this.#insert(row);
		this.#change({ news: 0, newsCapped: false });
		return waiting[0]?.orderId ?? null;
	}

	/** Whether a row stands at or below the last loaded one. */
	#reachesEnd(row: OrderRowView): boolean {
		const last = this.#rows.get(this.#ids.at(-1) ?? '');
		return last !== undefined && this.#source.order(row, last) >= 0;
	}

	/** The first place whose row does not stand above this one. */
	#placeOf(row: OrderRowView): number {
		let [low, high] = [0, this.#ids.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			const other = this.#rows.get(this.#ids[middle] ?? '');
			if (other && this.#source.order(other, row) < 0) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	#insert(row: OrderRowView): void {
		this.#waiting.delete(row.orderId);
		if (!this.#rows.has(row.orderId)) this.#ids.splice(this.#placeOf(row), 0, row.orderId);
		this.#rows.set(row.orderId, row);
	}

	#append(page: OrderPageView): void {
		for (const row of page.rows) {
			this.#waiting.delete(row.orderId);
			if (!this.#rows.has(row.orderId)) this.#ids.push(row.orderId);
			this.#rows.set(row.orderId, row);
		}
		this.#next = page.next;
	}

	#change(change: Partial<ListSnapshot>): void {
		this.#snapshot = { ...this.#snapshot, ...change, version: this.#snapshot.version + 1 };
		for (const listener of this.#listeners) listener();
	}
}

function* chunks(ids: readonly string[]): Generator<string[]> {
	for (let i = 0; i < ids.length; i += ROWS_AT_ONCE) yield ids.slice(i, i + ROWS_AT_ONCE);
}
