import { type Counted, countOrders, EVERY_STATE, listOrders, salesToday, type Scope } from '@pangea/db';
import type pg from 'pg';
import { type ListCase, movesWithTheClock } from './lists-cases.ts';
import { PAGE, type Place } from './lists-places.ts';

/** A query of the product with its arguments. */
export interface Question {
	name: string;
	kind: 'first' | 'deep' | 'last' | 'counts' | 'today';
	ask(scope: Scope): Promise<Answer>;
	/** What plain SQL finds; null where it is no witness. */
	expected: string[] | null;
	/** As of its case. */
	lookedThrough: boolean;
}

interface Answer {
	/** Of a page's orders; null for figures. */
	ids: string[] | null;
	/** Orders that the answer shows or counts. */
	found: number;
}

export function pageQuestion(one: ListCase, place: Place): Question {
	const request = { ...one.request, limit: PAGE, ...(place.after !== null && { after: place.after }) };
	return {
		name: one.name,
		kind: place.depth,
		ask: async (scope) => {
			const ids = (await listOrders(scope, request)).rows.map((r) => r.order_id);
			return { ids, found: ids.length };
		},
		expected: one.bounded || movesWithTheClock(one.request) ? null : place.orderIds,
		lookedThrough: one.lookedThrough ?? false,
	};
}

export function countQuestion(one: ListCase): Question {
	return {
		name: one.name,
		kind: 'counts',
		ask: (scope) => counted(scope, one.request, EVERY_STATE),
		expected: null,
		lookedThrough: one.lookedThrough ?? false,
	};
}

async function counted(scope: Scope, request: ListCase['request'], states: readonly Counted[]): Promise<Answer> {
	const counts = Object.values(await countOrders(scope, request, states));
	return { ids: null, found: counts.reduce((sum, one) => sum + one.count, 0) };
}

export function todayQuestions(now: string): Question[] {
	const one = (name: string, ask: Question['ask']): Question => ({
		name: `today: ${name}`,
		kind: 'today',
		ask,
		expected: null,
		lookedThrough: false,
	});
	return [
		...(['late', 'soon', 'returns'] as const).map((attention) =>
			one(attention, (scope) => counted(scope, { storeScope: null, sort: 'newest', attention }, ['all'])),
		),
		one('sales', async (scope) => {
			const sales = await salesToday(scope, null, now);
			return { ids: null, found: sales.reduce((sum, s) => sum + Number(s.this_orders) + Number(s.last_orders), 0) };
		}),
	];
}

/**
 * Pages of the database that `work` touches, cached or read: by every statement of this database, foreign keys and triggers included.
 * @param owner may set the server's counters back.
 */
export async function buffersOf(owner: pg.Client, work: () => Promise<unknown>): Promise<number> {
	await owner.query('select pg_stat_statements_reset(0, (select oid from pg_database where datname = current_database()), 0)');
	await work();
	const { rows } = await owner.query<{ n: string | null }>(
		`select sum(shared_blks_hit + shared_blks_read) as n from pg_stat_statements
			where dbid = (select oid from pg_database where datname = current_database()) and query not like '%pg_stat_statements%'`,
	);
	return Number(rows[0]?.n ?? 0);
}
