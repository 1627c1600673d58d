import { randomUUID } from 'node:crypto';
import { keepSettlements } from '@pangea/db';
import type { SettlementKind, SettlementState } from '@pangea/domain';
import type pg from 'pg';
import type { TestApi } from './workbench.ts';

/** Amounts in minor units of the order's currency, or of another, by kind. */
export type Booked = [amounts: Partial<Record<SettlementKind, number>>, how?: { state?: SettlementState; currency?: string }];

/** What a platform books for an order, as one settlement. */
export async function bookFor(
	api: TestApi,
	admin: pg.Client,
	workspaceId: string,
	orderId: string,
	...[amounts, { state = 'released', currency } = {}]: Booked
): Promise<void> {
	const { rows } = await admin.query<{ store_id: string; external_id: string; currency: string }>(
		'select store_id, external_id, currency from orders where order_id = $1',
		[orderId],
	);
	const [of] = rows;
	if (!of) throw new Error(`No order ${orderId}`);
	const lines = Object.entries(amounts).map(([kind, minor]) => ({
		kind: kind as SettlementKind,
		rawKind: kind,
		externalLineId: null,
		sellerSku: null,
		amount: { amountMinor: BigInt(minor), currency: currency ?? of.currency },
	}));
	const at = new Date().toISOString();
	const settlement = {
		externalId: randomUUID(),
		statementId: null,
		externalOrderId: of.external_id,
		rawType: 'ORDER',
		state,
		postedAt: at,
		knownAt: at,
		lines,
	};
	await api.database.inWorkspace(workspaceId, (scope) => keepSettlements(scope, of.store_id, [settlement], null));
}
