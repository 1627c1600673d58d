import { type RawBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Scope } from '../database.ts';
import type { PurgedStore } from '../schema-upkeep.ts';
import { eraseMessages, purgeMessages } from './conversation.ts';
import { eraseReviews, forgetReviewTexts } from './review.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** How long buyers' data of a platform's orders live, in days. */
export interface BuyerDataLife {
	platform: string;
	/** After delivery or cancellation. */
	days: number;
	/** After the last change of an order that is still open. */
	openDays: number;
	/** The latest promised day stands for the delivery of a shipped order; without one the last change does. */
	promised: boolean;
}

export interface PurgeRun {
	runId: string;
	at: string;
	cause: 'rule' | 'disconnect';
	stores: PurgedStore[];
	/** Bodies of pushes that were emptied. */
	deliveries: number;
	/** What was found afterwards that should have gone: zero, or something is wrong. */
	overdue: number;
	/** When the next buyer's data die; null when none are held. */
	nextAt: string | null;
}

/** When an order's buyer has to be forgotten, from what the order itself says and not from the date kept beside the data. */
const DEADLINE = sql`case
	when o.delivered_at is not null or o.cancelled_at is not null then coalesce(o.delivered_at, o.cancelled_at) + l.days * interval '1 day'
	when o.state in ('delivered', 'completed', 'cancelled') then o.ext_updated_at + l.days * interval '1 day'
	when l.promised and o.state = 'shipped' then coalesce(o.deliver_by, o.ext_updated_at) + l.days * interval '1 day'
	else o.ext_updated_at + l.open_days * interval '1 day' end`;

function livesOf(lives: readonly BuyerDataLife[]) {
	return sql`unnest(${lives.map((l) => l.platform)}::text[], ${lives.map((l) => l.days)}::integer[], ${lives.map((l) => l.openDays)}::integer[],
		${lives.map((l) => l.promised)}::boolean[]) as l(platform, days, open_days, promised)`;
}

/** Gives all buyers' data the date that the lives say, as when a workspace has chosen another one. */
export async function alignBuyerDeaths(scope: Scope, lives: readonly BuyerDataLife[]): Promise<void> {
	await sql`
		update buyer_data b set dies_at = ${DEADLINE}
		from orders o, ${livesOf(lives)}
		where b.workspace_id = ${scope.workspaceId} and o.workspace_id = ${scope.workspaceId} and o.order_id = b.order_id
			and l.platform = o.platform and b.dies_at <> ${DEADLINE}`.execute(scope.db);
}

/**
 * Deletes personal data past its date: buyers' data, replies that hold it, records set aside and bodies of pushes.
 * @param evidenceBefore replies, records and bodies from before this moment go whatever they hold
 */
export async function purgePersonalData(
	scope: Scope,
	now: string,
	evidenceBefore: string,
): Promise<Pick<PurgeRun, 'stores' | 'deliveries'>> {
	const ws = scope.workspaceId;
	const buyers = await forgetBuyers(scope, sql`b.dies_at <= ${now}`);
	const replies = await gone(
		scope,
		sql`delete from raw_reply
		where workspace_id = ${ws} and (fetched_at < ${evidenceBefore} or dies_at <= ${now}) returning store_id`,
	);
	const setAside = await gone(
		scope,
		sql`delete from quarantine where workspace_id = ${ws} and last_at < ${evidenceBefore} returning store_id`,
	);
	const emptied = await sql`update intake set sealed = ''::bytea
		where workspace_id = ${ws} and state <> 'waiting' and received_at < ${evidenceBefore} and sealed <> ''::bytea`.execute(scope.db);
	const messages = await purgeMessages(scope, now);
	await forgetReviewTexts(scope, now);
	return { stores: byStore({ buyers, replies, setAside, messages }), deliveries: Number(emptied.numAffectedRows ?? 0n) };
}

/** Deletes everything personal of some stores, whatever its date. @param stores a query for their ids */
export async function eraseStores(scope: Scope, stores: RawBuilder<unknown>): Promise<PurgedStore[]> {
	const ws = scope.workspaceId;
	await eraseReviews(scope, stores);
	return byStore({
		buyers: await forgetBuyers(scope, sql`o.store_id in ${stores}`),
		replies: await gone(scope, sql`delete from raw_reply where workspace_id = ${ws} and store_id in ${stores} returning store_id`),
		setAside: await gone(scope, sql`delete from quarantine where workspace_id = ${ws} and store_id in ${stores} returning store_id`),
		messages: await eraseMessages(scope, stores),
	});
}

/** The platform's id of a buyer leads back to the person, so it goes with the buyer's data. */
async function forgetBuyers(scope: Scope, which: RawBuilder<unknown>): Promise<Gone> {
	const ws = scope.workspaceId;
	const found = await sql<Gone[number]>`
		with gone as (
			delete from buyer_data b using orders o where b.workspace_id = ${ws} and o.workspace_id = ${ws} and o.order_id = b.order_id and ${which}
			returning o.store_id, o.order_id
		), nameless as (
			update orders o set external_buyer_id = null from gone g
			where o.workspace_id = ${ws} and o.order_id = g.order_id and o.external_buyer_id is not null
		)
		select store_id, count(*) as n from gone group by store_id`.execute(scope.db);
	return found.rows;
}

type Gone = { store_id: string | null; n: string }[];

/** Runs a delete that returns stores. */
async function gone(scope: Scope, query: RawBuilder<unknown>): Promise<Gone> {
	const found = await sql<Gone[number]>`with gone as (${query}) select store_id, count(*) as n from gone group by store_id`.execute(
		scope.db,
	);
	return found.rows;
}

function byStore(kinds: Record<'buyers' | 'replies' | 'setAside' | 'messages', Gone>): PurgedStore[] {
	const ids = new Set(Object.values(kinds).flatMap((rows) => rows.map((row) => row.store_id)));
	const count = (rows: Gone, storeId: string | null): number => Number(rows.find((row) => row.store_id === storeId)?.n ?? 0);
	return [...ids].map((storeId) => ({
		storeId,
		buyers: count(kinds.buyers, storeId),
		replies: count(kinds.replies, storeId),
		setAside: count(kinds.setAside, storeId),
		messages: count(kinds.messages, storeId),
	}));
}

/** Looks in the tables themselves for what should have gone, by the orders' own dates, and for when the next will. */
export async function findOverdue(
	scope: Scope,
	lives: readonly BuyerDataLife[],
	now: string,
	evidenceBefore: string,
): Promise<Pick<PurgeRun, 'overdue' | 'nextAt'>> {
	const ws = scope.workspaceId;
	const found = await sql<{ overdue: string; next_at: string | null }>`
		select (select count(*) from buyer_data b join orders o on o.workspace_id = ${ws} and o.order_id = b.order_id
				join ${livesOf(lives)} on l.platform = o.platform
				where b.workspace_id = ${ws} and (b.dies_at <= ${now}::timestamptz or ${DEADLINE} <= ${now}::timestamptz))
			+ (select count(*) from raw_reply where workspace_id = ${ws}
				and (fetched_at < ${evidenceBefore}::timestamptz or dies_at <= ${now}::timestamptz))
			+ (select count(*) from message where workspace_id = ${ws} and dies_at <= ${now}::timestamptz)
			+ (select count(*) from message_translation where workspace_id = ${ws} and dies_at <= ${now}::timestamptz)
			+ (select count(*) from review where workspace_id = ${ws} and dies_at <= ${now}::timestamptz and sealed is not null)
			+ (select count(*) from quarantine where workspace_id = ${ws} and last_at < ${evidenceBefore}::timestamptz) as overdue,
			(select min(dies_at) from buyer_data where workspace_id = ${ws}) as next_at`.execute(scope.db);
	const [row] = found.rows;
	return { overdue: Number(row?.overdue ?? 0), nextAt: row?.next_at ?? null };
}

export async function addPurgeRun(scope: Scope, run: Omit<PurgeRun, 'runId'>): Promise<void> {
	await scope.db
		.insertInto('purge_run')
		.values({
			workspace_id: scope.workspaceId,
			run_id: uuidv7(),
			at: run.at,
			cause: run.cause,
			stores: JSON.stringify(run.stores),
			deliveries: run.deliveries,
			overdue: run.overdue,
			next_at: run.nextAt,
		})
		.execute();
}

/** Newest first. */
export async function purgeRuns(scope: Scope, limit: number): Promise<PurgeRun[]> {
	const rows = await scope.db
		.selectFrom('purge_run')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.orderBy('at', 'desc')
		.limit(limit)
		.execute();
	return rows.map((row) => ({
		runId: row.run_id,
		at: row.at,
		cause: row.cause as PurgeRun['cause'],
		stores: row.stores,
		deliveries: row.deliveries,
		overdue: row.overdue,
		nextAt: row.next_at,
	}));
}

/** How many buyers are held of each store, and when the next of them is forgotten. */
export async function heldBuyers(scope: Scope, storeScope: StoreScope): Promise<{ storeId: string; buyers: number; nextAt: string }[]> {
	const found = await sql<{ store_id: string; n: string; next_at: string }>`
		select o.store_id, count(*) as n, min(b.dies_at) as next_at
		from buyer_data b join orders o on o.workspace_id = ${scope.workspaceId} and o.order_id = b.order_id
		where b.workspace_id = ${scope.workspaceId} and ${inStores('o.store_id', storeScope)}
		group by o.store_id order by 2 desc`.execute(scope.db);
	return found.rows.map((row) => ({ storeId: row.store_id, buyers: Number(row.n), nextAt: row.next_at }));
}

/** Days that a workspace chose, by platform. */
export async function buyerDataChoices(scope: Scope): Promise<ReadonlyMap<string, number>> {
	const rows = await scope.db
		.selectFrom('buyer_data_choice')
		.select(['platform', 'days'])
		.where('workspace_id', '=', scope.workspaceId)
		.execute();
	return new Map(rows.map((row) => [row.platform, row.days]));
}

/** @param days null: as the platform's rule has it. @returns what was chosen before. */
export async function chooseBuyerDataDays(scope: Scope, platform: string, days: number | null, userId: string): Promise<number | null> {
	const before = (await buyerDataChoices(scope)).get(platform) ?? null;
	if (days === null)
		await scope.db.deleteFrom('buyer_data_choice').where('workspace_id', '=', scope.workspaceId).where('platform', '=', platform).execute();
	else
		await scope.db
			.insertInto('buyer_data_choice')
			.values({ workspace_id: scope.workspaceId, platform, days, chosen_by: userId })
			.onConflict((c) =>
				c.columns(['workspace_id', 'platform']).doUpdateSet({ days, chosen_by: userId, chosen_at: new Date().toISOString() }),
			)
			.execute();
	return before;
}

/** Moves the death of buyers' data that an order already has. */
export async function moveBuyerDeaths(scope: Scope, deaths: readonly { orderId: string; diesAt: string }[]): Promise<void> {
	await sql`
		update buyer_data b set dies_at = x.dies_at
		from unnest(${deaths.map((d) => d.orderId)}::uuid[], ${deaths.map((d) => d.diesAt)}::timestamptz[]) as x(order_id, dies_at)
		where b.workspace_id = ${scope.workspaceId} and b.order_id = x.order_id and b.dies_at <> x.dies_at`.execute(scope.db);
}
