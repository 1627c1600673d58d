import { addMember, addUpStaleProfit, hasStaleProfit, profitLock } from '@pangea/db';
import { localDay } from '@pangea/domain';
import pg from 'pg';
import { exportProfit, type SessionUser } from '../src/index.ts';
import { type Booked, bookFor } from './bookings.ts';
import { makePlaces } from './places.ts';
import { createTestApi } from './workbench.ts';

export const DAY = 86_400_000;
export const dayOf = (back: number): string => new Date(Date.now() - back * DAY).toISOString().slice(0, 10);
export const noon = (back: number): string => `${dayOf(back)}T18:00:00.000Z`;
export const period = { from: dayOf(9), until: dayOf(1) };
export const PLACES = [
	{ id: 'us', platform: 'temu', site: 'US', currency: 'USD', zone: 'America/Los_Angeles' },
	{ id: 'mx', platform: 'mercado-libre', site: 'MLM', currency: 'MXN', zone: 'America/Mexico_City' },
	{ id: 'in', platform: 'amazon', site: 'A21TJRUUN4KGV', currency: 'INR', zone: 'Asia/Kolkata' },
	{ id: 'gb', platform: 'tiktok-shop', site: 'GB', currency: 'USD', zone: 'Europe/London' },
] as const;
export type PlaceId = (typeof PLACES)[number]['id'];

export interface Made {
	store: PlaceId;
	at: string;
	total: number | null;
	fees?: number | null;
	refund?: number;
	payout?: number | null;
	tax?: number;
	state?: string;
	lines: { sku: string | null; quantity: number; cancelled?: number; price?: number | null }[];
}

/** A workspace with a store on each of {@link PLACES}, its orders, costs and bookings made by hand. */
export async function openProfitHome() {
	const api = await createTestApi();
	const admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	const [owner, blind] = [await api.user('owner'), await api.user('blind')];
	const { workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'Asia/Shanghai' });
	const stores: Record<string, string> = {};
	await api.database.inWorkspace(workspaceId, async (scope) => {
		await addMember(scope, { userId: blind.id, name: 'blind', email: blind.email, role: 'agent', storeScope: null });
		Object.assign(stores, await makePlaces(scope, PLACES));
	});
	let counter = 0;
	const order = async ({ store, at, total, fees = null, refund, payout = null, tax, state = 'shipped', lines }: Made): Promise<string> => {
		const place = PLACES.find((p) => p.id === store)!;
		const money = {
			...(total !== null && { total: String(total) }),
			...(refund !== undefined && { refund: String(-refund) }),
			...(payout !== null && { estimatedPayout: String(payout) }),
			...(tax !== undefined && { tax: String(tax) }),
		};
		const sum = (of: (line: Made['lines'][number]) => number): number => lines.reduce((all, line) => all + of(line), 0);
		const { rows } = await admin.query<{ order_id: string }>(
			`insert into orders (workspace_id, order_id, store_id, platform, external_id, site_id, state, raw_status, fulfilment, placed_at, ext_updated_at,
					local_day, is_test, currency, tax_basis, total_minor, total_computed, money, line_count, unit_count, units_cancelled, fee_minor, digest)
				values ($1, gen_random_uuid(), $2, $3, $4, $5, $6, 'x', 'seller', $7, $7, $8, false, $9, 'unknown', $10, false, $11, $12, $13, $14, $15, '')
				returning order_id`,
			[
				workspaceId,
				stores[store],
				place.platform,
				`o${counter++}`,
				place.site,
				state,
				at,
				localDay(new Date(at).toISOString(), place.zone),
				place.currency,
				total,
				JSON.stringify(money),
				lines.length,
				sum((l) => l.quantity),
				sum((l) => l.cancelled ?? 0),
				fees,
			],
		);
		const orderId = rows[0]?.order_id ?? '';
		for (const [position, line] of lines.entries())
			await admin.query(
				`insert into order_line (workspace_id, order_id, store_id, external_id, position, title, seller_sku, quantity, quantity_cancelled, currency,
						unit_price_minor)
					values ($1, $2, $3, $4, $5, 'x', $6, $7, $8, $9, $10)`,
				[
					workspaceId,
					orderId,
					stores[store],
					`l${position}`,
					position,
					line.sku,
					line.quantity,
					line.cancelled ?? 0,
					place.currency,
					line.price ?? null,
				],
			);
		return orderId;
	};
	const numbers = () => api.as(owner, workspaceId).numbers;
	const cost = (sellerSku: string, back: number, amount: string, { currency = 'CNY', inbound = null as string | null } = {}) =>
		api.as(owner, workspaceId).costs.set({ sellerSku, validFrom: dayOf(back), currency, amount, inbound });
	const rates = () =>
		numbers().setRates({
			rates: [
				{ currency: 'USD', against: 'EUR', day: dayOf(40), rate: '2' },
				{ currency: 'MXN', against: 'EUR', day: dayOf(40), rate: '20' },
				{ currency: 'INR', against: 'EUR', day: dayOf(40), rate: '100' },
				{ currency: 'CNY', against: 'EUR', day: dayOf(40), rate: '8' },
			],
		});
	return {
		api,
		admin,
		workspaceId,
		stores,
		order,
		cost,
		rates,
		numbers,
		/** As the owner, and as a member who sees no costs. */
		asOwner: () => api.as(owner, workspaceId),
		asBlind: () => api.as(blind, workspaceId),
		settle: (orderId: string, ...booked: Booked) => bookFor(api, admin, workspaceId, orderId, ...booked),
		/** The file of what is left, as its bytes and its name. */
		async file(query: Record<string, string>, who: 'owner' | 'blind' = 'owner') {
			const user: SessionUser = who === 'owner' ? owner : blind;
			const { body, fileName } = await exportProfit(api.services, user, workspaceId, query);
			let text = '';
			for await (const piece of body) text += piece;
			return { text, fileName };
		},
		/** As the worker does: until nothing is noted. */
		async addUp() {
			const lock = profitLock(workspaceId);
			while (await api.database.inWorkspace(workspaceId, hasStaleProfit))
				await api.database.inWorkspace(workspaceId, addUpStaleProfit, { lock });
		},
		async empty() {
			for (const table of ['orders', 'fx_rate', 'sku_cost', 'settlement', 'settlement_line']) await admin.query(`delete from ${table}`);
		},
		async close() {
			await admin.end();
			await api.close();
		},
	};
}
export type ProfitHome = Awaited<ReturnType<typeof openProfitHome>>;

/** The doings of a home that is opened before the tests and not before the file is read. */
export function actions(home: () => ProfitHome) {
	return {
		order: (made: Made) => home().order(made),
		cost: (...said: Parameters<ProfitHome['cost']>) => home().cost(...said),
		rates: () => home().rates(),
		numbers: () => home().numbers(),
		settle: (...booked: Parameters<ProfitHome['settle']>) => home().settle(...booked),
	};
}
