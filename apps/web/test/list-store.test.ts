import type { OrderPageView, OrderRowView } from '@pangea/api';
import { describe, expect, test } from 'vitest';
import { OrderListStore } from '../src/features/orders/list-store.ts';

const row = (n: number, state: OrderRowView['state'] = 'toShip'): OrderRowView => ({
	orderId: `o${n}`,
	storeId: 's1',
	platform: 'temu',
	externalId: `PO-${n}`,
	externalGroupId: null,
	state,
	rawStatus: 'X',
	fulfilment: 'seller',
	placedAt: '2026-11-22T00:00:00.000Z',
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
		return this.rows.filter((r) => ids.includes(r.orderId));
	};
}

async function opened(count: number): Promise<{ shelf: Shelf; list: OrderListStore }> {
	const shelf = new Shelf(count);
	const list = new OrderListStore({ page: shelf.page, rows: shelf.read });
	await list.start();
	return { shelf, list };
}

describe('the loaded order list', () => {
	test('reads on to the end, each order once', async () => {
		const { list } = await opened(8);
		while (list.snapshot().more) await list.loadMore();
		expect(list.snapshot().ids).toEqual(['o8', 'o7', 'o6', 'o5', 'o4', 'o3', 'o2', 'o1']);
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
		shelf.rows.splice(1, 0, row(15));
		list.allowSlideIn(true);
		await list.hint(['o15']);
		expect(list.snapshot().ids).toEqual(['o2', 'o15', 'o1']);
	});

	test('lets news slide in while that is allowed', async () => {
		const { shelf, list } = await opened(3);
		list.allowSlideIn(true);
		shelf.rows.unshift(row(4));
		await list.hint(['o4']);
		expect(list.snapshot().ids[0]).toBe('o4');
		expect(list.snapshot().news).toBe(0);
	});

	test('starts afresh when more news came than a page holds', async () => {
		const { shelf, list } = await opened(3);
		shelf.rows.unshift(row(8), row(7), row(6), row(5), row(4));
		await list.hint(['o8']);
		expect(list.snapshot()).toMatchObject({ news: 3, newsCapped: true });
		await list.showNews();
		expect(list.snapshot().ids).toEqual(['o8', 'o7', 'o6']);
		await list.loadMore();
		expect(list.snapshot().ids).toHaveLength(6);
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
		const list = new OrderListStore({ page: shelf.page, rows: shelf.read });
		await list.start();
		expect(list.snapshot().state).toBe('failed');
	});

	test('reads all loaded rows again after a gap in the line, the visible ones first', async () => {
		const { shelf, list } = await opened(6);
		await list.loadMore();
		await list.resync(['o2', 'o1']);
		expect(shelf.asked[0]).toEqual(['o2', 'o1']);
		expect(shelf.asked.flat().toSorted()).toEqual(['o1', 'o2', 'o3', 'o4', 'o5', 'o6']);
	});

	test('takes no answer after it is closed', async () => {
		const { shelf, list } = await opened(3);
		shelf.rows.unshift(row(4));
		const probing = list.probe();
		list.close();
		await probing;
		expect(list.snapshot().news).toBe(0);
	});
});
