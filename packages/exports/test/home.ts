import { createEmptyWorkspace, Database, type ReportQuestion, upsertConnection, upsertStores } from '@pangea/db';
import { columnsOf, type ExportFormat, type ReportId } from '@pangea/domain';
import { createTestDatabase } from '@pangea/testing';
import pg from 'pg';
import { exportFile } from '../src/index.ts';

export const WORKSPACE = '11111111-1111-7111-8111-111111111111';
export const OTHER = '22222222-2222-7222-8222-222222222222';
/** Texts that break files: formulas, quotes, line breaks, what XML forbids or takes for its own, wide letters. */
export const NASTY = [
	'=1+1',
	'+55 11 9999',
	'-5',
	'+12.5',
	'@sum(A1)',
	'\tx',
	'＝1+1',
	'a "quoted", text',
	'two\nlines',
	'<b>&amp;</b>',
	'back\\slash \\n',
	'\u0001bell\u001f',
	'灯具，红色',
	"it's",
	'0123456789012345678',
	'plain',
] as const;

/** Of workers whose platforms tell everything. */
export const ALL_TOLD = (): [] => [];
/** Of workers that write no report of waits. */
export const NO_WAITS = (): Promise<never> => Promise.reject(new Error('Nobody waits'));

export interface Home {
	database: Database;
	admin: pg.Client;
	url: string;
	stores: string[];
	close(): Promise<void>;
}

/** A file as an export writes it, with every column, and what is told of it. */
export async function written(
	{ database, stores }: Home,
	of: { report: ReportId; format: ExportFormat; asked?: Partial<ReportQuestion>; zone?: string; workspaceId?: string },
) {
	const { report, format, asked = {}, zone = 'UTC', workspaceId = WORKSPACE } = of;
	const columns = columnsOf(report).map((one) => one.id);
	return await database.inWorkspace(
		workspaceId,
		async (scope) => {
			const question = { storeScope: null, stores, sort: 'newest' as const, ...asked };
			const file = await exportFile(scope, { report, format, columns, question, zone, company: null, byteOrderMark: true }, () => {});
			return { bytes: await collect(file.bytes), manifest: file.manifest() };
		},
		{ snapshot: true },
	);
}

/** Two workspaces: one with three stores and so many orders of two lines each, and another with one order. */
export async function openHome(orders: number): Promise<Home> {
	const made = await createTestDatabase();
	const database = new Database({ url: made.url, name: 'exports test', onIdleError: () => {} });
	const admin = new pg.Client({ connectionString: made.url });
	await admin.connect();
	const [stores, others] = [await workspace(database, WORKSPACE, 3), await workspace(database, OTHER, 1)];
	await fill(admin, WORKSPACE, stores, orders);
	await fill(admin, OTHER, others, 1);
	return {
		database,
		admin,
		stores,
		url: made.url,
		async close() {
			await admin.end();
			await database.close();
			await made.drop();
		},
	};
}

async function workspace(database: Database, workspaceId: string, stores: number): Promise<string[]> {
	return await database.inWorkspace(workspaceId, async (scope) => {
		await createEmptyWorkspace(scope, { name: 'W', baseCurrency: 'USD', zone: 'UTC' });
		const connectionId = await upsertConnection(scope, {
			platform: 'temu',
			externalAccountId: 'a',
			accountName: null,
			host: 'h',
			scopes: [],
			accessExpiresAt: null,
			grantExpiresAt: null,
		});
		const one = (n: number) => ({
			platform: 'temu' as const,
			externalId: `s${n}`,
			name: `Store ${n}`,
			siteId: 'US',
			mode: 'local' as const,
			active: true,
			attributes: {},
			country: 'US',
			currency: 'USD',
			zone: 'UTC',
			language: 'en',
			problem: null,
		});
		const rows = await upsertStores(
			scope,
			connectionId,
			Array.from({ length: stores }, (_, n) => one(n)),
		);
		return rows.map((row) => row.storeId);
	});
}

async function fill(admin: pg.Client, workspaceId: string, stores: readonly string[], orders: number): Promise<void> {
	await admin.query(
		`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, ship_by,
			ext_updated_at, local_day, is_test, currency, tax_basis, total_minor, fee_minor, total_computed, money, line_count, unit_count,
			open_returns, first_title, digest)
		select $1::uuid, (left($1::uuid::text, 8) || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, ($2::uuid[])[n % cardinality($2::uuid[]) + 1], 'temu',
			'90000000000000' || lpad(n::text, 5, '0'), (array['toShip', 'completed', 'cancelled'])[n % 3 + 1], 'X', (array['seller', 'platform'])[n % 2 + 1],
			'2026-01-01T00:00:00.250Z'::timestamptz + n * interval '37 minutes',
			case when n % 5 > 0 then '2026-01-03T00:00:00Z'::timestamptz + n * interval '1 minute' end,
			'2026-01-01', ('2026-01-01T00:00:00Z'::timestamptz + n * interval '37 minutes')::date, n % 17 = 0, (array['USD', 'JPY', 'KWD'])[n % 3 + 1],
			'gross', (n % 7 - 1) * 1005, case when n % 4 > 0 then n end, false,
			case when n % 4 > 0 then jsonb_build_object('tax', n::text, 'sellerDiscount', (-n)::text) else '{}' end, 2, 3, n % 7 / 6,
			($3::text[])[n % cardinality($3::text[]) + 1], ''
		from generate_series(1, $4::int) as n`,
		[workspaceId, stores, NASTY, orders],
	);
	await admin.query(
		`insert into order_line (workspace_id, order_id, store_id, external_id, position, seller_sku, title, quantity, quantity_cancelled, currency,
			unit_price_minor)
		select workspace_id, order_id, store_id, 'L' || p, p, '0000000000000000' || p, first_title, p + 1, 0, currency, total_minor
		from orders cross join generate_series(0, 1) as p where workspace_id = $1`,
		[workspaceId],
	);
	await admin.query('analyze orders');
}

export async function collect(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
	const pieces: Buffer[] = [];
	for await (const piece of bytes) pieces.push(piece);
	return Buffer.concat(pieces);
}
