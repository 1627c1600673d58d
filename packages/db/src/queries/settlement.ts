import { type Settlement, type SettlementKind, type SettlementState, type Statement, sumSettlement } from '@pangea/domain';
import type { Scope } from '../database.ts';
import { saidOf } from './settlement-said.ts';
import type { StoreScope } from './store-scope.ts';

/** What is no longer deferred never becomes so again, whatever is read later; of two words of one rank the later one holds. */
const rankOf = (s: Settlement): string => `${s.state === 'deferred' ? 0 : 1} ${new Date(s.knownAt).toISOString()}`;

/** The word that holds about each id, in the ids' order: writers that take rows in one order cannot wait for each other in a ring. */
function latest<T extends { externalId: string }>(all: readonly T[], rank: (one: T) => string): T[] {
	const found = new Map<string, T>();
	for (const one of all) {
		const known = found.get(one.externalId);
		if (known === undefined || rank(one) > rank(known)) found.set(one.externalId, one);
	}
	return [...found.values()].toSorted((a, b) => (a.externalId < b.externalId ? -1 : 1));
}

function sumsOf(settlement: Settlement) {
	const { currency, proceedsMinor, unnamedMinor, sale } = sumSettlement(settlement);
	return { currency, proceeds_minor: proceedsMinor.toString(), unnamed_minor: unnamedMinor.toString(), is_sale: sale };
}

/**
 * Writes settlements with all their lines, each under the platform's id: repeats and older words change nothing, in whatever order they come. What is
 * deferred counts no more once its release is here.
 * @param rawReplyId the reply that says so; null where there is none
 * @returns how many were new or said something newer
 */
export async function keepSettlements(
	scope: Scope,
	storeId: string,
	settlements: readonly Settlement[],
	rawReplyId: string | null,
): Promise<number> {
	const heads = latest(settlements, rankOf);
	const { rows } = await scope.client.query<{ external_id: string }>(
		`insert into settlement (workspace_id, store_id, external_id, statement_id, external_order_id, raw_type, state, posted_at, known_at, raw_reply_id,
			currency, proceeds_minor, unnamed_minor, is_sale, replaces, said)
		select $1::uuid, $2::uuid, x.external_id, x.statement_id, x.external_order_id, x.raw_type, x.state, x.posted_at, x.known_at, $4::uuid,
			x.currency, x.proceeds_minor, x.unnamed_minor, x.is_sale, x.replaces, x.said
		from jsonb_to_recordset($3::jsonb) as x(external_id text, statement_id text, external_order_id text, raw_type text, state text,
			posted_at timestamptz, known_at timestamptz, currency text, proceeds_minor bigint, unnamed_minor bigint, is_sale boolean, replaces text, said text)
		on conflict (workspace_id, store_id, external_id) do update set
			statement_id = excluded.statement_id, external_order_id = excluded.external_order_id,
			raw_type = excluded.raw_type, state = excluded.state, posted_at = excluded.posted_at, known_at = excluded.known_at,
			raw_reply_id = excluded.raw_reply_id, stored_at = now(), currency = excluded.currency, proceeds_minor = excluded.proceeds_minor,
			unnamed_minor = excluded.unnamed_minor, is_sale = excluded.is_sale, replaces = excluded.replaces, said = excluded.said
		where (excluded.state <> 'deferred', excluded.known_at) > (settlement.state <> 'deferred', settlement.known_at)
		returning external_id`,
		[
			scope.workspaceId,
			storeId,
			JSON.stringify(
				heads.map((s) => ({
					...sumsOf(s),
					external_id: s.externalId,
					statement_id: s.statementId,
					external_order_id: s.externalOrderId,
					raw_type: s.rawType,
					state: s.state,
					posted_at: s.postedAt,
					known_at: s.knownAt,
					replaces: s.replaces ?? null,
					said: saidOf(s),
				})),
			),
			rawReplyId,
		],
	);
	const written = new Set(rows.map((row) => row.external_id));
	const released = heads.flatMap((s) => (written.has(s.externalId) && s.replaces ? [s.replaces] : []));
	await replaceReleased(scope, storeId, [...written, ...released]);
	await scope.client.query(`delete from settlement_line where workspace_id = $1 and store_id = $2 and external_id = any($3::text[])`, [
		scope.workspaceId,
		storeId,
		[...written],
	]);
	const lines = heads
		.filter((s) => written.has(s.externalId))
		.flatMap((s) =>
			s.lines.map((line, position) => ({
				external_id: s.externalId,
				position,
				kind: line.kind,
				raw_kind: line.rawKind,
				external_line_id: line.externalLineId,
				seller_sku: line.sellerSku,
				currency: line.amount.currency,
				// As text: a JSON number would pass through a float.
				amount_minor: line.amount.amountMinor.toString(),
			})),
		);
	await scope.client.query(
		`insert into settlement_line (workspace_id, store_id, external_id, position, kind, raw_kind, external_line_id, seller_sku, currency, amount_minor)
		select $1::uuid, $2::uuid, x.external_id, x.position, x.kind, x.raw_kind, x.external_line_id, x.seller_sku, x.currency, x.amount_minor
		from jsonb_to_recordset($3::jsonb) as x(external_id text, position integer, kind text, raw_kind text, external_line_id text,
			seller_sku text, currency text, amount_minor bigint)`,
		[scope.workspaceId, storeId, JSON.stringify(lines)],
	);
	return written.size;
}

/** Of the named settlements, those that are deferred and whose release is stored are in no sum any more; whichever came first. */
async function replaceReleased(scope: Scope, storeId: string, externalIds: readonly string[]): Promise<void> {
	await scope.client.query(
		`update settlement s set state = 'replaced' where s.workspace_id = $1 and s.store_id = $2 and s.external_id = any($3::text[]) and s.state = 'deferred'
			and exists (select from settlement r where r.workspace_id = s.workspace_id and r.store_id = s.store_id and r.replaces = s.external_id)`,
		[scope.workspaceId, storeId, [...externalIds]],
	);
}

/**
 * Forgets deferred settlements that the platform does not hold back any more, where it tells them as a whole.
 * @param kept those that it does
 * @returns how many went
 */
export async function dropDeferred(scope: Scope, storeId: string, kept: readonly string[]): Promise<number> {
	const { rows } = await scope.client.query<{ external_id: string }>(
		`delete from settlement where workspace_id = $1 and store_id = $2 and state = 'deferred' and external_id <> all($3::text[]) returning external_id`,
		[scope.workspaceId, storeId, [...kept]],
	);
	await scope.client.query('delete from settlement_line where workspace_id = $1 and store_id = $2 and external_id = any($3::text[])', [
		scope.workspaceId,
		storeId,
		rows.map((row) => row.external_id),
	]);
	return rows.length;
}

/** Writes statements, each under the platform's id; repeats and older words change nothing. @returns how many were new or newer */
export async function keepStatements(
	scope: Scope,
	storeId: string,
	statements: readonly Statement[],
	rawReplyId: string | null,
): Promise<number> {
	const result = await scope.client.query(
		`insert into statement (workspace_id, store_id, external_id, currency, total_minor, closed_at, raw_status, payout_id, known_at, raw_reply_id)
		select $1::uuid, $2::uuid, x.external_id, x.currency, x.total_minor, x.closed_at, x.raw_status, x.payout_id, x.known_at, $4::uuid
		from jsonb_to_recordset($3::jsonb) as x(external_id text, currency text, total_minor bigint, closed_at timestamptz, raw_status text,
			payout_id text, known_at timestamptz)
		on conflict (workspace_id, store_id, external_id) do update set
			currency = excluded.currency, total_minor = excluded.total_minor, closed_at = excluded.closed_at, raw_status = excluded.raw_status,
			payout_id = excluded.payout_id, known_at = excluded.known_at, raw_reply_id = excluded.raw_reply_id, stored_at = now()
		where excluded.known_at > statement.known_at`,
		[
			scope.workspaceId,
			storeId,
			JSON.stringify(
				latest(statements, (s) => new Date(s.knownAt).toISOString()).map((s) => ({
					external_id: s.externalId,
					currency: s.total.currency,
					total_minor: s.total.amountMinor.toString(),
					closed_at: s.closedAt,
					raw_status: s.rawStatus,
					payout_id: s.payoutId,
					known_at: s.knownAt,
				})),
			),
			rawReplyId,
		],
	);
	return result.rowCount ?? 0;
}

/** Minor units of one currency. */
export interface SettledSum {
	kind: SettlementKind;
	state: Exclude<SettlementState, 'replaced'>;
	currency: string;
	amountMinor: bigint;
	lines: number;
}

/**
 * What was booked for one order, by kind, state and currency; no row where no settlement names the order.
 * @param externalOrderId the platform's id of the order
 */
export async function settledOfOrder(scope: Scope, storeId: string, externalOrderId: string): Promise<SettledSum[]> {
	const { rows } = await scope.client.query<{
		kind: SettlementKind;
		state: SettledSum['state'];
		currency: string;
		amount: string;
		lines: string;
	}>(
		`select l.kind, s.state, l.currency, sum(l.amount_minor)::text as amount, count(*)::text as lines
		from settlement s join settlement_line l
			on l.workspace_id = s.workspace_id and l.store_id = s.store_id and l.external_id = s.external_id
		where s.workspace_id = $1 and s.store_id = $2 and s.external_order_id = $3 and s.state <> 'replaced'
		group by l.kind, s.state, l.currency order by l.kind, s.state, l.currency`,
		[scope.workspaceId, storeId, externalOrderId],
	);
	return rows.map(({ amount, lines, ...row }) => ({ ...row, amountMinor: BigInt(amount), lines: Number(lines) }));
}

/**
 * SQL of one row about an order: `settled` what statements book for it in its own currency, `unnamed` what of that has no name, both null unless its
 * goods are settled and nothing of it is held back; `held` what is announced and held back, null where nothing is.
 * @param o alias of a row with `store_id`, `external_id`, `currency`
 */
export function settledSums(workspace: string, o: string): string {
	return `select case when s.whole then s.proceeds end as settled, case when s.whole then s.unnamed end as unnamed, s.held from (
		select coalesce(bool_or(x.is_sale) filter (where x.state = 'released'), false) and not bool_or(x.state = 'deferred')
				and bool_and(x.currency is not null and x.currency = ${o}.currency) as whole,
			sum(x.proceeds_minor) filter (where x.state = 'released') as proceeds,
			sum(x.unnamed_minor) filter (where x.state = 'released') as unnamed,
			sum(x.proceeds_minor) filter (where x.state = 'deferred' and x.currency = ${o}.currency) as held
		from settlement x
		where x.workspace_id = ${workspace} and x.store_id = ${o}.store_id and x.external_order_id = ${o}.external_id and x.state <> 'replaced'
	) s`;
}

/** What settlements come to for one order, in minor units of its currency. */
export interface OrderSettled {
	/** Null unless its goods are settled, in its own currency, and nothing is held back. */
	proceedsMinor: bigint | null;
	unnamedMinor: bigint | null;
	heldMinor: bigint | null;
}

/** What settlements come to for one order; see {@link settledSums}. */
export async function orderSettled(scope: Scope, orderId: string): Promise<OrderSettled> {
	const { rows } = await scope.client.query<{ settled: string | null; unnamed: string | null; held: string | null }>(
		`select s.settled::text as settled, s.unnamed::text as unnamed, s.held::text as held
		from orders o cross join lateral (${settledSums('$1', 'o')}) s where o.workspace_id = $1 and o.order_id = $2`,
		[scope.workspaceId, orderId],
	);
	const minor = (text: string | null | undefined): bigint | null => (text ? BigInt(text) : null);
	const [row] = rows;
	return { proceedsMinor: minor(row?.settled), unnamedMinor: minor(row?.unnamed), heldMinor: minor(row?.held) };
}

/** A statement beside the lines that we hold of it. Minor units of the statement's currency. */
export interface StatementBalance {
	storeId: string;
	externalId: string;
	currency: string;
	totalMinor: bigint;
	/** Of released lines; those of the payout itself are the same money again and left out. */
	linesMinor: bigint;
	/** What the statement says beyond its lines; zero where it adds up. */
	remainderMinor: bigint;
	/** Lines in another currency than the statement's, which are in no sum. */
	foreignLines: number;
	/** Of the same lines, by kind. */
	kinds: Partial<Record<SettlementKind, bigint>>;
	closedAt: string;
	rawStatus: string;
	payoutId: string | null;
}

/**
 * The newest statements with what does not add up.
 * @param limit how many at most
 */
export async function statementBalances(
	scope: Scope,
	{ storeScope, limit }: { storeScope: StoreScope; limit: number },
): Promise<StatementBalance[]> {
	const { rows } = await scope.client.query<{
		store_id: string;
		external_id: string;
		currency: string;
		total: string;
		lines: string;
		foreign_lines: string;
		kinds: Partial<Record<SettlementKind, string>> | null;
		closed_at: string;
		raw_status: string;
		payout_id: string | null;
	}>(
		`select t.store_id, t.external_id, t.currency, t.total_minor::text as total, sums.lines::text as lines, sums.foreign_lines::text as foreign_lines, sums.kinds,
			t.closed_at, t.raw_status, t.payout_id
		from (
			select * from statement t where t.workspace_id = $1 and ($2::uuid[] is null or t.store_id = any($2::uuid[]))
			order by t.closed_at desc, t.store_id, t.external_id limit $3
		) t cross join lateral (
			select coalesce(sum(k.minor), 0) as lines, coalesce(sum(k.foreign_lines), 0) as foreign_lines, jsonb_object_agg(k.kind, k.minor::text) as kinds
			from (
				select l.kind, coalesce(sum(l.amount_minor) filter (where l.currency = t.currency), 0) as minor,
					count(*) filter (where l.currency <> t.currency) as foreign_lines
				from settlement s join settlement_line l
					on l.workspace_id = s.workspace_id and l.store_id = s.store_id and l.external_id = s.external_id
				where s.workspace_id = t.workspace_id and s.store_id = t.store_id and s.statement_id = t.external_id
					and s.state = 'released' and l.kind <> 'payout'
				group by l.kind
			) k
		) sums order by t.closed_at desc, t.store_id, t.external_id`,
		[scope.workspaceId, storeScope, limit],
	);
	return rows.map((row) => {
		const totalMinor = BigInt(row.total);
		const linesMinor = BigInt(row.lines);
		return {
			storeId: row.store_id,
			externalId: row.external_id,
			currency: row.currency,
			totalMinor,
			linesMinor,
			remainderMinor: totalMinor - linesMinor,
			foreignLines: Number(row.foreign_lines),
			kinds: Object.fromEntries(Object.entries(row.kinds ?? {}).map(([kind, minor]) => [kind, BigInt(minor)])),
			closedAt: row.closed_at,
			rawStatus: row.raw_status,
			payoutId: row.payout_id,
		};
	});
}
