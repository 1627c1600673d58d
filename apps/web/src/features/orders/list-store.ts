import type { OrderPageView, OrderRowView } from '@pangea/api';

/** What a list asks for; the filter is already inside. */
export interface ListSource {
	page(after: string | null): Promise<OrderPageView>;
	/** At most {@link ROWS_AT_ONCE} ids. */
	rows(orderIds: string[]): Promise<OrderRowView[]>;
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
	/** Orders above the first row that are not shown yet; `newsCapped` means at least this many. */
	news: number;
	newsCapped: boolean;
	seq: string | null;
}

export const ROWS_AT_ONCE = 200;

/**
 * The loaded part of an order list. A page is appended, a hint refreshes rows in place, news wait above. Rows are held by id so
 * that a hundred thousand of them cost a hint no more than the rows it names.
 */
export class OrderListStore {
	readonly #source: ListSource;
	readonly #rows = new Map<string, OrderRowView>();
	readonly #ids: string[] = [];
	readonly #listeners = new Set<() => void>();
	#next: string | null = null;
	#closed = false;
	#probing = false;
	#probeAgain = false;
	#snapshot: ListSnapshot;
	/** The top of the list as last seen, down to the last row of it that is shown; empty when all of it is. */
	#news: OrderRowView[] = [];
	#slideIn = false;

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

	indexOf(orderId: string): number {
		return this.#ids.indexOf(orderId);
	}

	/** While allowed, news at the top slide in instead of waiting. */
	allowSlideIn(allowed: boolean): void {
		this.#slideIn = allowed;
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
			const page = await this.#source.page(after);
			if (this.#closed) return;
			if (replace) {
				this.#ids.length = 0;
				this.#rows.clear();
				this.#news = [];
			}
			for (const row of page.rows) this.#put(row);
			this.#next = page.next;
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
	}

	/** Rows named by a hint are read again where they stand; unknown ids may be news at the top. */
	async hint(orderIds: readonly string[]): Promise<void> {
		const shown = orderIds.filter((id) => this.#rows.has(id));
		for (let i = 0; i < shown.length; i += ROWS_AT_ONCE) await this.#refresh(shown.slice(i, i + ROWS_AT_ONCE));
		if (shown.length < orderIds.length) await this.probe();
	}

	/** A hint that names nobody, or a gap in the line: everything loaded is read again, what is being looked at first. */
	async resync(visible: readonly string[]): Promise<void> {
		const first = new Set(visible);
		await this.#refresh(visible.slice(0, ROWS_AT_ONCE));
		await this.probe();
		const rest = this.#ids.filter((id) => !first.has(id));
		for (let i = 0; i < rest.length && !this.#closed; i += ROWS_AT_ONCE) await this.#refresh(rest.slice(i, i + ROWS_AT_ONCE));
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

	/** Reads the first page to see what stands above the first row. One question at a time; a second one waits. */
	async probe(): Promise<void> {
		if (this.#probing) {
			this.#probeAgain = true;
			return;
		}
		if (this.#snapshot.state !== 'ready') return;
		this.#probing = true;
		try {
			const page = await this.#source.page(null);
			if (!this.#closed) this.#weigh(page);
		} catch {
			// The next hint asks again; the list stays as it is.
		} finally {
			this.#probing = false;
		}
		if (this.#probeAgain && !this.#closed) {
			this.#probeAgain = false;
			await this.probe();
		}
	}

	#weigh(page: OrderPageView): void {
		for (const row of page.rows) if (this.#rows.has(row.orderId)) this.#rows.set(row.orderId, row);
		if (this.#ids.length === 0) {
			for (const row of page.rows) this.#put(row);
			this.#next = page.next;
			this.#change({ more: page.next !== null, news: 0, newsCapped: false });
			return;
		}
		// Rows of the first page below the last loaded one come by themselves when the list is read on.
		const lastKnown = page.rows.findLastIndex((row) => this.#rows.has(row.orderId));
		const connected = lastKnown >= 0;
		this.#news = page.rows.slice(0, connected ? lastKnown + 1 : undefined);
		const count = this.#news.filter((row) => !this.#rows.has(row.orderId)).length;
		const capped = !connected && page.next !== null;
		if (this.#slideIn && !capped) {
			this.#take();
			this.#change({ news: 0, newsCapped: false });
		} else this.#change({ news: count, newsCapped: capped });
	}

	/** Shows the waiting news. Too many to connect to what is loaded: starts afresh. */
	async showNews(): Promise<void> {
		if (this.#snapshot.newsCapped) return await this.start();
		this.#take();
		this.#change({ news: 0, newsCapped: false });
	}

	/** The server's order of the top decides where news stand: one placed earlier may arrive later. */
	#take(): void {
		const top = new Set(this.#news.map((row) => row.orderId));
		const below = this.#ids.filter((id) => !top.has(id));
		for (const row of this.#news) this.#rows.set(row.orderId, row);
		this.#ids.splice(0, this.#ids.length, ...top);
		for (const id of below) this.#ids.push(id);
		this.#news = [];
	}

	#put(row: OrderRowView): void {
		if (!this.#rows.has(row.orderId)) this.#ids.push(row.orderId);
		this.#rows.set(row.orderId, row);
	}

	#change(change: Partial<ListSnapshot>): void {
		this.#snapshot = { ...this.#snapshot, ...change, version: this.#snapshot.version + 1 };
		for (const listener of this.#listeners) listener();
	}
}
