import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askForLacking, pullStore } from '../src/index.ts';
import { bindStore, type Home, openHome, WORKSPACE } from './home.ts';

const HOUR = 3_600_000;
const SIGNAL = new AbortController().signal;
let home: Home;
let ids: { workspaceId: string; storeId: string };

beforeEach(async () => {
	home = await openHome();
	const updatedAt = Date.now() - HOUR;
	home.platform.orders.set('whole', { id: 'whole', updatedAt, status: 'PAID' });
	home.platform.orders.set('lacks', { id: 'lacks', updatedAt, status: 'PAID', untold: true });
	ids = await bindStore(home.engine, WORKSPACE, new Date(updatedAt - HOUR).toISOString());
	await pullStore(home.engine, ids, SIGNAL);
});
afterEach(() => home.close());

const listed = () =>
	home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db
			.selectFrom('order_lack as l')
			.innerJoin('orders as o', 'o.order_id', 'l.order_id')
			.select(['o.external_id as order', 'l.asked', 'l.ask_at'])
			.execute(),
	);
const total = async () => {
	const order = await home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db.selectFrom('orders').select('total_minor').where('external_id', '=', 'lacks').executeTakeFirstOrThrow(),
	);
	return order.total_minor === null ? null : Number(order.total_minor);
};
const makeDue = () =>
	home.database.inWorkspace(WORKSPACE, ({ db }) =>
		db
			.updateTable('order_lack')
			.set({ ask_at: new Date(0).toISOString() })
			.execute(),
	);
const ask = () => askForLacking(home.engine, ids, SIGNAL);
const tell = () => home.platform.orders.set('lacks', { ...home.platform.orders.get('lacks')!, untold: undefined! });

describe('an order that lacks something', () => {
	test('is asked for again when it is due, though nothing about it has changed', async () => {
		expect(await listed()).toMatchObject([{ order: 'lacks', asked: 0 }]);
		tell();
		expect(await ask()).toEqual({ state: 'done', value: null });
		expect(await total()).toBeNull();
		await makeDue();
		expect(await ask()).toEqual({ state: 'done', value: 1 });
		expect(await total()).toBe(12_345);
		expect(await listed()).toEqual([]);
	});
	test('is asked for later and later, and in the end no more', async () => {
		const pauses: number[] = [];
		for (let asked = 1; ; asked++) {
			await makeDue();
			const before = Date.now();
			expect(await ask()).toEqual({ state: 'done', value: 0 });
			const [row] = await listed();
			if (!row) break;
			expect(row.asked).toBe(asked);
			pauses.push(Math.round((Date.parse(row.ask_at) - before) / 60_000));
		}
		expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
		expect(pauses.reduce((sum, minutes) => sum + minutes, 0)).toBeGreaterThan(5 * 24 * 60);
		expect(await total()).toBeNull();
	});
	test('keeps its place when it is told again without what lacks', async () => {
		await makeDue();
		await ask();
		const before = await listed();
		home.platform.orders.set('lacks', { ...home.platform.orders.get('lacks')!, status: 'SHIPPED', updatedAt: Date.now() - 1000 });
		await pullStore(home.engine, ids, SIGNAL);
		expect(await listed()).toEqual(before);
	});
	test('that the platform leaves out is asked for again, and one of a store that is switched off is not', async () => {
		home.platform.orders.delete('lacks');
		await makeDue();
		expect(await ask()).toEqual({ state: 'done', value: 0 });
		expect(await listed()).toMatchObject([{ asked: 1 }]);
		await home.database.inWorkspace(WORKSPACE, ({ db }) => db.updateTable('store').set({ enabled: false }).execute());
		await makeDue();
		expect(await ask()).toEqual({ state: 'notActive' });
	});
});
