import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkAgainstTruth, type Problem } from '../src/checker/index.ts';
import { runRounds } from '../src/kills/rounds.ts';
import { soak } from '../src/soak/soak.ts';
import { Rig } from '../src/rig/rig.ts';
import { oneOfEach } from '../src/rig/small.ts';

// One workbench of real processes for everything here: starting one is most of the time it takes.
let rig: Rig;
let owner: pg.Client;

beforeAll(async () => {
	rig = await Rig.start({ orders: 2500, seed: 'small rig', port: 5400, binds: oneOfEach });
}, 600_000);
afterAll(async () => {
	await rig?.stop();
}, 60_000);

const check = async (): Promise<Problem[]> =>
	(await checkAgainstTruth({ databaseUrl: rig.databaseUrl, simulatorUrl: rig.simulatorUrl })).problems;

describe('a workbench whose processes are killed in the middle of a backfill', () => {
	test('has every order once and equal to the truth, and events without a hole, after each fault', async () => {
		const only = ['everything killed', 'platforms cut off in mid-answer'];
		const { reports } = await runRounds(rig, { rounds: only.length, seed: 20261128, settleMillis: 120_000, only });
		expect(reports.map((report) => report.fault).sort()).toEqual([...only].sort());
		expect(reports.flatMap((report) => report.wrong.map((wrong) => `${report.fault}: ${wrong}`))).toEqual([]);
		for (const report of reports) expect(report.orders).toBeGreaterThan(100);
	}, 600_000);
});

describe('the checker', () => {
	beforeAll(async () => {
		// Nobody heals behind the test's back.
		await rig.stopPart('worker');
		owner = new pg.Client({ connectionString: rig.databaseUrl });
		await owner.connect();
	}, 60_000);
	afterAll(async () => {
		// The rows that spoiling left dead are no bloat of the product.
		await owner.query('vacuum');
		await owner.end();
	});

	/** What the checker says of one spoiled thing; the database is as before afterwards. */
	async function spoiled(table: string, statement: string): Promise<string[]> {
		await owner.query(`create table kept as select * from ${table}`);
		try {
			const { rowCount } = await owner.query(statement);
			expect(rowCount).toBe(1);
			return (await check()).map((problem) => problem.kind);
		} finally {
			await owner.query('set session_replication_role = replica');
			await owner.query(`delete from ${table}`);
			await owner.query(`insert into ${table} select * from kept`);
			await owner.query('drop table kept');
			await owner.query('set session_replication_role = origin');
		}
	}

	const one = (table: string, where = 'true'): string => `ctid = (select t.ctid from ${table} t where ${where} order by t.ctid limit 1)`;

	const namedBy = (order: string): string =>
		`exists (select 1 from orders o, unnest(o.raw_reply_ids) as id where ${order} and left(id::text, 32) = left(t.raw_reply_id::text, 32))`;

	test('has nothing to say about a database that is right', async () => {
		const verdict = await checkAgainstTruth({ databaseUrl: rig.databaseUrl, simulatorUrl: rig.simulatorUrl });
		expect(verdict.problems).toEqual([]);
		expect(Object.keys(verdict.compared).length).toBe(4);
		expect(verdict.events).toBeGreaterThan(10);
	}, 60_000);

	test.each([
		['a line is gone', 'order_line', `delete from order_line where ${one('order_line')}`, 'differs'],
		[
			'a price is a cent off',
			'order_line',
			`update order_line set unit_price_minor = unit_price_minor + 1 where ${one('order_line', 'unit_price_minor is not null')}`,
			'differs',
		],
		['a quantity is another', 'order_line', `update order_line set quantity = quantity + 1 where ${one('order_line')}`, 'differs'],
		[
			'a total is a cent off',
			'orders',
			`update orders set money = jsonb_set(money, '{total}', to_jsonb(((money->>'total')::bigint + 1)::text)) where ${one('orders', `money ? 'total'`)}`,
			'differs',
		],
		[
			'a row contradicts its own total',
			'orders',
			`update orders set total_minor = total_minor + 1 where ${one('orders', 'total_minor is not null')}`,
			'counts',
		],
		[
			'a part of the money is gone',
			'orders',
			`update orders set money = money - 'items' where ${one('orders', `money ? 'items'`)}`,
			'differs',
		],
		['a state is another', 'orders', `update orders set state = 'onHold' where ${one('orders', `state <> 'onHold'`)}`, 'differs'],
		['a time is a second off', 'orders', `update orders set placed_at = placed_at + interval '1 second' where ${one('orders')}`, 'differs'],
		['a time was made up', 'orders', `update orders set paid_at = placed_at where ${one('orders', 'paid_at is null')}`, 'differs'],
		['a parcel is gone', 'parcel', `delete from parcel where ${one('parcel')}`, 'differs'],
		['a tracking number is another', 'parcel', `update parcel set tracking_number = 'X' where ${one('parcel')}`, 'differs'],
		['a return is gone', 'order_return', `delete from order_return where ${one('order_return')}`, 'differs'],
		['an order has another id', 'orders', `update orders set external_id = 'nobody''s' where ${one('orders')}`, 'extra'],
		[
			'evidence is gone',
			'raw_reply',
			`delete from raw_reply where ${one('raw_reply', `${namedBy('o.ext_updated_at > current_date - 5')} and not ${namedBy('o.ext_updated_at < current_date - 28')}`)}`,
			'evidence',
		],
		['an event is missing', 'event', `delete from event where ${one('event', 'seq = 3')}`, 'events'],
		[
			'more numbers were taken than events written',
			'workspace_sequence',
			`update workspace_sequence set last_seq = last_seq + 1`,
			'events',
		],
	])(
		'notices when %s',
		async (_what, table, statement, kind) => {
			expect(await spoiled(table, statement)).toContain(kind);
		},
		60_000,
	);

	test('notices an order that is gone, and one of which no event tells', async () => {
		await owner.query('begin');
		await owner.query('create table gone as select * from orders limit 1');
		await owner.query('commit');
		const [row] = (await owner.query<{ order_id: string; store_id: string }>('select order_id, store_id from gone')).rows;
		await owner.query('set session_replication_role = replica');
		await owner.query('delete from orders where order_id = $1', [row?.order_id]);
		expect((await check()).map((problem) => problem.kind)).toContain('missing');
		await owner.query('insert into orders select * from gone');
		const kept = await owner.query<{ seq: string }>(
			`select seq from event where ids ? $1 or (store_id = $2 and ids = '[]' and kind = 'orders.changed')`,
			[row?.order_id, row?.store_id],
		);
		await owner.query(`update event set kind = 'sync.progressed' where seq = any($1::bigint[])`, [kept.rows.map((event) => event.seq)]);
		expect((await check()).map((problem) => problem.kind)).toContain('events');
		await owner.query(`update event set kind = 'orders.changed' where seq = any($1::bigint[])`, [kept.rows.map((event) => event.seq)]);
		await owner.query('drop table gone');
		await owner.query('set session_replication_role = origin');
		expect(await check()).toEqual([]);
	}, 60_000);

	test('notices a buyer whose data are gone, and a record that waits in quarantine', async () => {
		expect(await spoiled('buyer_data', `delete from buyer_data where ${one('buyer_data')}`)).toContain('buyer');
		await owner.query(
			`insert into quarantine (workspace_id, quarantine_id, store_id, platform, external_id, cause, digest, sealed)
				select workspace_id, gen_random_uuid(), store_id, platform, 'x', 'unreadable', '\\x00', '\\x00' from store limit 1`,
		);
		expect((await check()).map((problem) => problem.kind)).toEqual(['quarantine']);
		const allowed = await checkAgainstTruth({
			databaseUrl: rig.databaseUrl,
			simulatorUrl: rig.simulatorUrl,
			quarantined: (id) => id === 'x',
		});
		expect(allowed.problems).toEqual([]);
		await owner.query('delete from quarantine');
	}, 60_000);
});

describe('a busy world with a deploy of each part', () => {
	test('keeps every bound, and everybody before a screen hears everything', async () => {
		await rig.revive('worker');
		await rig.door.post('/live', { perMinute: 120 });
		const { figures, broken } = await soak(rig, {
			seconds: 16,
			deployEvery: 5,
			warmUp: 60,
			leastDeploys: 2,
			watchers: 6,
			settleMillis: 90_000,
		});
		expect(broken).toEqual([]);
		expect(figures['deploys']).toBeGreaterThanOrEqual(2);
		expect(figures['eventsPushed']).toBeGreaterThan(0);
		expect(figures['watchersBehind']).toBe(0);
	}, 240_000);
});
