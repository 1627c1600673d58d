import { financeStands, statementBalances } from '@pangea/db';
import type { PlatformId, SettlementKind } from '@pangea/domain';
import { z } from 'zod';
import type { Member } from '../trpc.ts';
import { requireSight } from './sight.ts';
import type { StatementsView } from './shapes.ts';

/** As many as one looks through. */
const MOST = 500;

export const statementsQuestion = z.object({
	stores: z.array(z.uuid()).max(500).default([]),
	limit: z.number().int().min(1).max(MOST).default(60),
});

/** The newest statements with what does not add up in them, and how far each store's bookings are read. @throws notAllowed */
export async function answerStatements(
	member: Pick<Member, 'storeScope' | 'sees' | 'scoped' | 'services'>,
	q: z.output<typeof statementsQuestion>,
): Promise<StatementsView> {
	requireSight(member);
	const own = member.storeScope;
	const stores = q.stores.length === 0 ? own : q.stores.filter((id) => own === null || own.includes(id));
	const [told, byFile]: [PlatformId[], PlatformId[]] = [[], []];
	for (const [id, { manifest }] of member.services.registry) (manifest.finances ? told : byFile).push(id);
	return await member.scoped(async (scope) => {
		const rows = await statementBalances(scope, { storeScope: stores, limit: q.limit + 1 });
		const stands = await financeStands(scope, own, told);
		return {
			rows: rows.slice(0, q.limit).map((row) => {
				const money = (minor: bigint) => ({ amountMinor: minor.toString(), currency: row.currency });
				const { storeId, externalId, closedAt, rawStatus, payoutId, foreignLines } = row;
				const parts = Object.entries(row.kinds).map(([kind, minor]) => ({ kind: kind as SettlementKind, amount: money(minor) }));
				const sums = { total: money(row.totalMinor), remainder: money(row.remainderMinor), parts };
				return { storeId, externalId, closedAt, rawStatus, payoutId, foreignLines, ...sums };
			}),
			more: rows.length > q.limit,
			byFile,
			stores: stands.map(({ held, ...stand }) => ({
				...stand,
				held: held.map(({ minor, currency, settlements }) => ({ amount: { amountMinor: minor.toString(), currency }, settlements })),
			})),
		};
	});
}
