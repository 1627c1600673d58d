import { createHash } from 'node:crypto';
import type { Settlement, Statement } from '@pangea/domain';
import type { Scope } from '../database.ts';

/** What a platform says of a booking, whenever it says so. */
export function saidOf(settlement: Settlement): string {
	const said = [
		settlement.externalId,
		settlement.statementId,
		settlement.externalOrderId,
		settlement.rawType,
		settlement.state,
		new Date(settlement.postedAt).toISOString(),
		settlement.replaces ?? null,
		settlement.lines.map(({ kind, rawKind, externalLineId, sellerSku, amount }) => [
			kind,
			rawKind,
			externalLineId,
			sellerSku,
			amount.currency,
			amount.amountMinor.toString(),
		]),
	];
	return createHash('sha256').update(JSON.stringify(said)).digest('base64url');
}

/** The settlements that say something else than what is stored of them, in the order given. */
export async function newsOfSettlements(scope: Scope, storeId: string, settlements: readonly Settlement[]): Promise<Settlement[]> {
	const stored = await saidBefore(scope, storeId, settlements);
	return settlements.filter((one) => stored.get(one.externalId) !== saidOf(one));
}

async function saidBefore(scope: Scope, storeId: string, settlements: readonly Settlement[]): Promise<Map<string, string | null>> {
	const { rows } = await scope.client.query<{ external_id: string; said: string | null }>(
		'select external_id, said from settlement where workspace_id = $1 and store_id = $2 and external_id = any($3::text[])',
		[scope.workspaceId, storeId, settlements.map((one) => one.externalId)],
	);
	return new Map(rows.map((row) => [row.external_id, row.said]));
}

/** How many settlements are new, say something else than what is stored of them, and say the same. */
export async function compareSettlements(
	scope: Scope,
	storeId: string,
	settlements: readonly Settlement[],
): Promise<{ fresh: number; changed: number; same: number }> {
	const stored = await saidBefore(scope, storeId, settlements);
	const fresh = settlements.filter((one) => !stored.has(one.externalId)).length;
	const news = settlements.filter((one) => stored.get(one.externalId) !== saidOf(one)).length;
	return { fresh, changed: news - fresh, same: settlements.length - news };
}

/** The statements that say something else than what is stored of them, in the order given. */
export async function newsOfStatements(scope: Scope, storeId: string, statements: readonly Statement[]): Promise<Statement[]> {
	const { rows } = await scope.client.query<{
		external_id: string;
		currency: string;
		total: string;
		closed_at: string;
		raw_status: string;
		payout_id: string | null;
	}>(
		`select external_id, currency, total_minor::text as total, closed_at, raw_status, payout_id
		from statement where workspace_id = $1 and store_id = $2 and external_id = any($3::text[])`,
		[scope.workspaceId, storeId, statements.map((one) => one.externalId)],
	);
	const said = (one: { currency: string; total: string; closedAt: string; rawStatus: string; payoutId: string | null }): string =>
		JSON.stringify([one.currency, one.total, new Date(one.closedAt).toISOString(), one.rawStatus, one.payoutId]);
	const stored = new Map(
		rows.map((row) => [
			row.external_id,
			said({ currency: row.currency, total: row.total, closedAt: row.closed_at, rawStatus: row.raw_status, payoutId: row.payout_id }),
		]),
	);
	return statements.filter(
		(one) => stored.get(one.externalId) !== said({ ...one, currency: one.total.currency, total: one.total.amountMinor.toString() }),
	);
}
