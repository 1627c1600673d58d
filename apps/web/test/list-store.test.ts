import type { OrderPageView, OrderRowView } from '@pangea/api';
import { describe, expect, test } from 'vitest';
import { ROW_ORDERS } from '../src/features/orders/list-order.ts';
import { OrderListStore } from '../src/features/orders/list-store.ts';

/** Orders placed a minute apart, numbered by their time. */
const minute = (n: number) => new Date(Date.UTC(2026, 10, 22) + n * 60_000).toISOString();

const row = (n: number, state: OrderRowView['state'] = 'toShip'): OrderRowView => ({
	orderId: `o${n}`,
	storeId: 's1',
	platform: 'temu',
	externalId: `PO-${n}`,
	externalGroupId: null,
	state,
	rawStatus: 'X',
	fulfilment: 'seller',
	placedAt: minute(n),
	shipBy: null,
	buyerCountry: null,
	lineCount: 1,
	unitCount: 1,
	firstTitle: null,
	total: null,
	totalComputed: false,
	openReturns: 0,
	warnings: [],
	flag: null,
	hasNote: false,
	isTest: false,
	changedAt: '2026-11-22T00:00:00.000Z',
});

/** A list on the other side that can be changed; pages of three. */
class Shelf {
	rows: OrderRowView[];
	asked: string[][] = [];
	/** Ids that the filter of the list does not let in. */
	hidden = new Set<string>();
	/** Rows that exist but are on no page any more. */
	left: OrderRowView[] = [];
	failing = false;
	readonly size = 3;

	constructor(count: number) {
		this.rows = Array.from({ length: count }, (_, i) => row(count - i));
	}

	page = async (after: string | null): Promise<OrderPageView> => {
		if (this.failing) throw new Error('down');
		const from = after === null ? 0 : this.rows.findIndex((r) => r.orderId === after) + 1;
		const rows = this.rows.slice(from, from + this.size);
		return { rows, next: from + this.size < this.rows.length ? (rows.at(-1)?.orderId ?? null) : null, seq: '1' };
	};

	read = async (ids: string[]): Promise<OrderRowView[]> => {
		this.asked.push(ids);
		return [...this.rows, ...this.left].filter((r) => ids.includes(r.orderId));
	};

	among = async (ids: string[]): Promise<OrderRowView[]> =>
		this.rows.filter((r) => ids.includes(r.orderId) && !this.hidden.has(r.orderId)).toReversed();

	source() {
		return { page: this.page, rows: this.read, among: this.among, order: ROW_ORDERS.newest };
	}
}

async function opened(count: number): Promise<{ shelf: Shelf; list: OrderListStore }> {
	const shelf = new Shelf(count);
	const list = new OrderListStore(shelf.source());
	await list.start();
	return { shelf, list };
}

describe('the loaded order list', () => {
	test('reads on to the end, each order once', async () => {
		const { list } = await opened(8);
		while (list.snapshot().more) await list.loadMore();
		expect(list.snapshot().ids).toEqual(['o8', 'o7', 'o6', 'o5', 'o4', 'o3', 'o2', 'o1']);
	});

	test('reads on by itself over pages that hold nothing yet name a place to go on', async () => {
		const shelf = new Shelf(4);
		const asked: (string | null)[] = [];
		/** Of the places, only the third and the sixth hold rows. */
		const page = async (after: string | null): Promise<OrderPageView> => {
			asked.push(after);
			const place = Number(after ?? 1);
			const rows = place === 3 ? shelf.rows.slice(0, 1) : place === 6 ? shelf.rows.slice(1) : [];
			return { rows, next: place < 6 ? String(place + 1) : null, seq: String(place) };
		};
		const list = new OrderListStore({ ...shelf.source(), page });
		const shown: string[] = [];
		list.subscribe(() => shown.push(`${list.snapshot().state} ${list.snapshot().ids.length}`));
		await list.start();
		expect(asked).toEqual([null, '2', '3']);
		expect(shown).toEqual(['loading 0', 'ready 1']);
		expect(list.snapshot()).toMatchObject({ more: true, seq: '1' });
		await list.loadMore();
		expect(list.snapshot().ids).toEqual(['o4', 'o3', 'o2', 'o1']);
		expect(list.snapshot().more).toBe(false);
	});

	test('an empty list that is read again goes on to the first order there is', async () => {
		const shelf = new Shelf(1);
		let filled = false;
		const page = async (after: string | null): Promise<OrderPageView> => {
			if (!filled) return { rows: [], next: null, seq: '1' };
			return after === null ? { rows: [], next: 'on', seq: '1' } : { rows: shelf.rows, next: null, seq: '1' };
		};
		const list = new OrderListStore({ ...shelf.source(), page });
		await list.start();
		expect(list.snapshot()).toMatchObject({ ids: [], more: false });
		filled = true;
		await list.resync([]);
		expect(list.snapshot().ids).toEqual(['o1']);
	});

	test('refreshes a named row where it stands, even when it has left the filter', async () => {
		const { shelf, list } = await opened(3);
		shelf.rows = shelf.rows.map((r) => (r.orderId === 'o2' ? row(2, 'shipped') : r));
		await list.hint(['o2']);
		expect(shelf.asked).toEqual([['o2']]);
		expect(list.row('o2')?.state).toBe('shipped');
		expect(list.snapshot().ids).toEqual(['o3', 'o2', 'o1']);
		expect(list.snapshot().news).toBe(0);
	});

	test('counts orders above the first row and moves nothing until asked', async () => {
		const { shelf, list } = await opened(3);
		shelf.rows.unshift(row(5), row(4));
		await list.hint(['o4', 'o5']);
		expect(list.snapshot().news).toBe(2);
		expect(list.snapshot().ids).toEqual(['o3', 'o2', 'o1']);
		await list.showNews();
		expect(list.snapshot().ids).toEqual(['o5', 'o4', 'o3', 'o2', 'o1']);
		expect(list.snapshot().news).toBe(0);
	});

	test('puts an order that was placed earlier but arrived later where it belongs', async () => {
		const { shelf, list } = await opened(2);
		shelf.rows.splice(1, 0, row(1.5));
		list.allowSlideIn(true);
		await list.hint(['o1.5']);
		expect(list.snapshot().ids).toEqual(['o2', 'o1.5', 'o1']);
	});

	test('puts an order that sorts below the first page where it belongs, at once when it is out of sight', async () => {
		const { shelf, list } = await opened(12);
		await list.loadMore();
		await list.loadMore();
		list.watch(() => 'o10');
		shelf.rows.splice(6, 0, row(6.5));
		await list.hint(['o6.5']);
		expect(list.snapshot().ids).toEqual(['o12', 'o11', 'o10', 'o9', 'o8', 'o7', 'o6.5', 'o6', 'o5', 'o4']);
		expect(list.snapshot().news).toBe(0);
	});

	test('lets an order wait that would move the rows being read, and says where it went', async () => {
		const { shelf, list } = await opened(12);
		await list.loadMore();
		list.watch(() => 'o8');
		shelf.rows.splice(3, 0, row(9.5));
		await list.hint(['o9.5']);
		expect(list.snapshot().news).toBe(1);
		expect(list.snapshot().ids).not.toContain('o9.5');
		expect(await list.showNews()).toBe('o9.5');
		expect(list.snapshot().ids.slice(0, 4)).toEqual(['o12', 'o11', 'o10', 'o9.5']);
	});

	test('leaves out what the filter does not let in, and forgets what left it while waiting', async () => {
		const { shelf, list } = await opened(3);
		shelf.rows.unshift(row(5), row(4));
		shelf.hidden.add('o5');
		await list.hint(['o4', 'o5']);
		expect(list.snapshot().news).toBe(1);
		shelf.hidden.add('o4');
		await list.hint(['o4']);
		expect(list.snapshot().news).toBe(0);
	});

	test('takes in an order that came while the page it belongs to was under way', async () => {
		const { shelf, list } = await opened(6);
		const reading = list.loadMore();
		shelf.rows.splice(4, 0, row(2.5));
		await list.hint(['o2.5']);
		await reading;
		expect(list.snapshot().news).toBe(1);
		await list.showNews();
		expect(list.snapshot().ids).toEqual(['o6', 'o5', 'o4', 'o3', 'o2.5', 'o2', 'o1']);
	});

	test('finds after a gap in the line what came into the middle of the loaded part', async () => {
		const { shelf, list } = await opened(9);
		await list.loadMore();
		await list.loadMore();
		list.watch(() => 'o9');
		shelf.rows.splice(4, 0, row(5.5));
		await list.resync(['o9']);
		expect(list.snapshot().ids).toEqual(['o9', 'o8', 'o7', 'o6', 'o5.5', 'o5', 'o4', 'o3', 'o2', 'o1']);
	});

	test('lets news slide in while that is allowed', async () => {
		const { shelf, list } = await opened(3);
		list.allowSlideIn(true);
		shelf.rows.unshift(row(4));
		await list.hint(['o4']);
		expect(list.snapshot().ids[0]).toBe('o4');
		expect(list.snapshot().news).toBe(0);
	});

	test('starts afresh when more came at once than is worth filling up', async () => {
		const { shelf, list } = await opened(3);
		list.allowSlideIn(true);
		shelf.rows.unshift(...Array.from({ length: 10 }, (_, i) => row(13 - i)));
		await list.resync([]);
		// Rows between these and the loaded ones are not there yet, so they must not slide in.
		expect(list.snapshot()).toMatchObject({ news: 9, newsCapped: true });
		shelf.rows.unshift(row(14));
		await list.hint(['o14']);
		expect(list.snapshot()).toMatchObject({ news: 10, newsCapped: true });
		expect(await list.showNews()).toBe('o14');
		expect(list.snapshot().ids).toEqual(['o14', 'o13', 'o12']);
		await list.loadMore();
		expect(list.snapshot().ids).toHaveLength(6);
	});

	test('asks for the loaded part again when a backfill names more orders than it holds', async () => {
		const { shelf, list } = await opened(3);
		list.allowSlideIn(true);
		shelf.rows.unshift(row(4));
		await list.hint(['o4', ...Array.from({ length: 400 }, (_, i) => `old${i}`)]);
		expect(list.snapshot().ids).toEqual(['o4', 'o3', 'o2', 'o1']);
		expect(shelf.asked.flat()).toEqual([]);
	});

	test('a change to an order further down is no news', async () => {
		const { list } = await opened(9);
		await list.hint(['o1']);
		expect(list.snapshot().news).toBe(0);
		expect(list.snapshot().ids).toHaveLength(3);
	});

	test('an empty list fills itself when the first order comes', async () => {
		const { shelf, list } = await opened(0);
		shelf.rows.unshift(row(1));
		await list.hint(['o1']);
		expect(list.snapshot().ids).toEqual(['o1']);
	});

	test('keeps its rows when a page does not come, and goes on after a retry', async () => {
		const { shelf, list } = await opened(5);
		shelf.failing = true;
		await list.loadMore();
		expect(list.snapshot().ids).toHaveLength(3);
		expect(list.snapshot().error).toBeInstanceOf(Error);
		shelf.failing = false;
		await list.retry();
		expect(list.snapshot().ids).toHaveLength(5);
		expect(list.snapshot().error).toBeNull();
	});

	test('says so when the first page does not come', async () => {
		const shelf = new Shelf(2);
		shelf.failing = true;
		const list = new OrderListStore(shelf.source());
		await list.start();
		expect(list.snapshot().state).toBe('failed');
	});

	test('reads all loaded rows again after a gap in the line, the visible ones first', async () => {
		const { shelf, list } = await opened(6);
		await list.loadMore();
		shelf.rows = shelf.rows.map((r) => row(Number(r.orderId.slice(1)), 'shipped'));
		await list.resync(['o2', 'o1']);
		expect(shelf.asked[0]).toEqual(['o2', 'o1']);
		expect(list.snapshot().ids.map((id) => list.row(id)?.state)).toEqual(Array.from({ length: 6 }, () => 'shipped'));
	});

	test('reads a row again that has left the filter during the gap', async () => {
		const { shelf, list } = await opened(3);
		shelf.rows = shelf.rows.filter((r) => r.orderId !== 'o2');
		shelf.left = [row(2, 'cancelled')];
		await list.resync([]);
		expect(list.row('o2')?.state).toBe('cancelled');
		expect(list.snapshot().ids).toEqual(['o3', 'o2', 'o1']);
	});

	test('takes no answer after it is closed', async () => {
		const { shelf, list } = await opened(3);
		shelf.rows.unshift(row(4));
		const probing = list.resync([]);
		list.close();
		await probing;
		expect(list.snapshot().news).toBe(0);
	});
});

describe('the order of a list', () => {
	const at = (orderId: string, placedAt: string, shipBy: string | null) => ({ orderId, placedAt, shipBy });

	test('is by time, then by id, as the pages come', () => {
		const rows = [at('a', '2026-11-22T08:00:00Z', null), at('b', '2026-11-22T08:00:00.000Z', null), at('c', '2026-11-22T09:00:00Z', null)];
		expect(rows.toSorted(ROW_ORDERS.newest).map((r) => r.orderId)).toEqual(['c', 'b', 'a']);
	});

	test('by ship-by time puts rows that no longer have one last', () => {
		const rows = [
			at('a', '', null),
			at('b', '', '2026-11-23T00:00:00Z'),
			at('c', '', '2026-11-22T00:00:00Z'),
			at('d', '', '2026-11-22T00:00:00Z'),
		];
		expect(rows.toSorted(ROW_ORDERS.shipBy).map((r) => r.orderId)).toEqual(['c', 'd', 'b', 'a']);
	});
});
