import {
	addMember,
	changeMember,
	exportTemplates,
	type ExportSchedule,
	missedExports,
	readyExports,
	removeMember,
	saveExportTemplate,
	type Scope,
	setExportSchedule,
} from '@pangea/db';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askDueExports, type ScheduleServices } from '../src/index.ts';
import { type Home, openHome, WORKSPACE } from './home.ts';

const TEMPLATE = '01a00000-0000-7000-8000-00000000e001';
const DAILY: ExportSchedule = {
	every: 'daily',
	weekday: 1,
	monthDay: 1,
	time: '08:00',
	zone: 'UTC',
	covers: 'period',
	announce: true,
	destinationId: null,
};

let home: Home;
let services: ScheduleServices;
let now: string;
let sent: string[];
let dies: boolean;

const inScope = <T>(work: (scope: Scope) => Promise<T>): Promise<T> => home.database.inWorkspace(WORKSPACE, work);
const never = new AbortController().signal;

beforeAll(async () => {
	home = await openHome(30);
	services = {
		database: home.database,
		now: () => new Date(now),
		write: async (scope, runId) => {
			// As the queue does it: with the transaction.
			await scope.client.query('insert into sent values ($1)', [runId]);
			if (dies) throw new Error('killed');
		},
		tell: () => Promise.resolve(),
	};
	await home.admin.query('create table sent (run_id uuid not null); grant select, insert on sent to pangea_app');
});
afterAll(() => home.close());
beforeEach(async () => {
	await home.admin.query('delete from sent');
	await home.admin.query('delete from export_run');
	await inScope(async (scope) => {
		await removeMember(scope, 'u');
		await addMember(scope, { userId: 'u', name: 'U', email: 'u@example.test', role: 'manager', storeScope: null });
		await saveExportTemplate(scope, {
			templateId: TEMPLATE,
			userId: 'u',
			name: 'Daily',
			report: 'orders',
			format: 'csv',
			columns: ['total', 'order_number', 'fees'],
			filter: { sort: 'newest', state: 'toShip' },
			zone: 'UTC',
			byteOrderMark: true,
			together: true,
		});
	});
	await schedule({});
	dies = false;
});

const schedule = (part: Partial<ExportSchedule>, nextAt = '2026-01-05T08:00:00.000Z') =>
	inScope((scope) => setExportSchedule(scope, TEMPLATE, { ...DAILY, ...part, nextAt }));
const runs = async () => {
	sent = (await home.admin.query<{ run_id: string }>('select run_id from sent')).rows.map((row) => row.run_id);
	const { rows } = await home.admin.query<{
		run_id: string;
		due_at: Date;
		question: { filter: object };
		columns: string[];
		store_ids: string[];
	}>('select run_id, due_at, question, columns, store_ids from export_run order by due_at');
	expect(sent.toSorted()).toEqual(rows.map((row) => row.run_id).toSorted());
	return rows.map(({ due_at: at, question, columns, store_ids: stores }) => ({
		at: at.toISOString(),
		...question.filter,
		columns,
		stores: stores.length,
	}));
};
const at = async (instant: string): Promise<number> => {
	now = instant;
	return await askDueExports(services, never);
};
const standOf = async () => (await inScope((scope) => exportTemplates(scope, 'u')))[0]?.schedule;

describe('a schedule', () => {
	test('asks for its file at its time and not before, about the day before, in the order of its columns', async () => {
		expect(await at('2026-01-05T07:59:59.000Z')).toBe(0);
		expect(await at('2026-01-05T08:00:00.000Z')).toBe(1);
		expect(await runs()).toEqual([
			{
				at: '2026-01-05T08:00:00.000Z',
				sort: 'newest',
				state: 'toShip',
				days: { from: '2026-01-04', until: '2026-01-04' },
				columns: ['total', 'order_number', 'fees'],
				stores: 3,
			},
		]);
		expect(await standOf()).toMatchObject({ nextAt: '2026-01-06T08:00:00.000Z', lastAt: '2026-01-05T08:00:00.000Z', refused: false });
		expect(await at('2026-01-05T08:00:01.000Z')).toBe(0);
	});

	test('whose worker is killed on the way has asked for nothing, and then asks once, also of two workers at once', async () => {
		dies = true;
		await expect(at('2026-01-05T08:00:00.000Z')).rejects.toThrow('killed');
		expect(await runs()).toEqual([]);
		expect(await standOf()).toMatchObject({ nextAt: '2026-01-05T08:00:00.000Z', lastAt: null });
		dies = false;
		const both = await Promise.all([at('2026-01-05T08:00:02.000Z'), at('2026-01-05T08:00:02.000Z'), at('2026-01-05T08:00:02.000Z')]);
		expect(both.reduce((sum, n) => sum + n)).toBe(1);
		expect(await runs()).toHaveLength(1);
	});

	test('makes up each period that was slept through, and what tells the present once', async () => {
		expect(await at('2026-01-07T09:00:00.000Z')).toBe(3);
		expect((await runs()).map((run) => ('days' in run ? run.days : null))).toEqual([
			{ from: '2026-01-04', until: '2026-01-04' },
			{ from: '2026-01-05', until: '2026-01-05' },
			{ from: '2026-01-06', until: '2026-01-06' },
		]);
		await home.admin.query('delete from sent');
		await home.admin.query('delete from export_run');
		await schedule({ covers: 'all' });
		expect(await at('2026-01-07T09:00:00.000Z')).toBe(1);
		expect(await runs()).toMatchObject([{ at: '2026-01-07T08:00:00.000Z' }]);
		expect(await standOf()).toMatchObject({ nextAt: '2026-01-08T08:00:00.000Z' });
	});

	test('gives what the member may see now', async () => {
		await inScope((scope) => changeMember(scope, 'u', { role: 'agent', storeScope: home.stores.slice(0, 1), fields: {} }));
		await at('2026-01-05T08:00:00.000Z');
		const [run] = await runs();
		expect(run).toMatchObject({ stores: 1 });
		expect(run?.columns).toContain('order_number');
		expect(run?.columns).not.toContain('fees');
	});

	test('asks for no report that the member may not read by now', async () => {
		const { templateId, userId } = { templateId: TEMPLATE, userId: 'u' };
		const filter = { sort: 'newest' } as const;
		const waits = { templateId, userId, name: 'Daily', report: 'answers', format: 'csv', columns: [], filter } as const;
		await inScope((scope) => saveExportTemplate(scope, { ...waits, columns: [], zone: 'UTC', byteOrderMark: true, together: true }));
		await at('2026-01-05T08:00:00.000Z');
		const [first] = await runs();
		// By when something is late is kept with it.
		expect(first).toMatchObject({ days: { from: '2026-01-04', until: '2026-01-04' }, columns: expect.arrayContaining(['outcome']) });
		await home.admin.query('delete from sent');
		await home.admin.query('delete from export_run');
		await inScope((scope) => changeMember(scope, 'u', { role: 'analyst', storeScope: null, fields: {} }));
		await at('2026-01-06T08:00:00.000Z');
		expect(await runs()).toEqual([]);
		expect(await standOf()).toMatchObject({ refused: true });
	});

	test('is missed when nobody asked, when nothing was left to be made, and when writing failed; and is over with the next one', async () => {
		const missed = async (before: string) =>
			(await inScope((scope) => missedExports(scope, before))).map(({ at: due, userId }) => [new Date(due).toISOString(), userId]);
		expect(await missed('2026-01-05T08:00:00.000Z')).toEqual([]);
		expect(await missed('2026-01-05T09:00:00.000Z')).toEqual([['2026-01-05T08:00:00.000Z', 'u']]);
		await at('2026-01-05T09:01:00.000Z');
		await home.admin.query(`update export_run set state = 'done', ended_at = now()`);
		expect(await missed('2026-01-05T09:02:00.000Z')).toEqual([]);
		expect(await inScope((scope) => readyExports(scope, new Date(Date.now() - 60_000).toISOString()))).toMatchObject([
			{ userId: 'u', files: 1, templateId: TEMPLATE },
		]);
		await home.admin.query(`update export_run set state = 'failed'`);
		expect(await missed('2026-01-05T09:02:00.000Z')).toEqual([['2026-01-05T08:00:00.000Z', 'u']]);
		expect(await inScope((scope) => readyExports(scope, '2026-01-01T00:00:00.000Z'))).toEqual([]);
		await inScope((scope) => changeMember(scope, 'u', { role: 'agent', storeScope: [], fields: {} }));
		await at('2026-01-06T08:00:00.000Z');
		expect(await standOf()).toMatchObject({ refused: true, nextAt: '2026-01-07T08:00:00.000Z' });
		expect(await missed('2026-01-06T08:00:00.000Z')).toEqual([['2026-01-06T08:00:00.000Z', 'u']]);
		await inScope((scope) => changeMember(scope, 'u', { role: 'manager', storeScope: null, fields: {} }));
		await at('2026-01-07T08:00:00.000Z');
		expect(await missed('2026-01-07T08:00:00.000Z')).toEqual([]);
	});

	test('goes with its template and its member', async () => {
		await inScope((scope) => removeMember(scope, 'u'));
		expect(await at('2026-01-05T08:00:00.000Z')).toBe(0);
		const { rows } = await home.admin.query('select from export_schedule');
		expect(rows).toEqual([]);
	});
});
