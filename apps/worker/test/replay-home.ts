import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { createEmptyWorkspace, Database } from '@pangea/db';
import type { PlatformId } from '@pangea/domain';
import { registry } from '@pangea/platform-registry';
import { createTestDatabase } from '@pangea/testing';
import { masterKeyFromText } from '@pangea/vault';
import { readCommand, runReplay } from '../src/replay.ts';

/** One line of the report. */
export interface Fate {
	became: string;
	id: string;
	/** Path with the record's place. */
	document: string;
	cause: string;
}

export interface ReplayHome {
	database: Database;
	url: string;
	/** Runs the real command; options are those of the command line. */
	feed(
		platform: PlatformId,
		paths: string[],
		options?: { input?: string; workspaceId?: string; siteId?: string; storeId?: string },
	): Promise<Fed>;
	workspace(): Promise<string>;
	close(): Promise<void>;
}

export interface Fed {
	fates: Fate[];
	summary: string;
	workspaceId: string;
	storeId: string;
}

/** A database of its own and the replay command over it. */
export async function openReplayHome(): Promise<ReplayHome> {
	const home = await createTestDatabase();
	const database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	return {
		database,
		url: home.url,
		async feed(platform, paths, { input, workspaceId, siteId, storeId } = {}) {
			const flags = { workspace: workspaceId, site: siteId, store: storeId };
			const given = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
			const command = readCommand(['--platform', platform, ...given, ...paths], '/');
			if (command === null) throw new Error('help was not asked for');
			let out = '';
			const master = masterKeyFromText(Buffer.alloc(32, 7).toString('hex'));
			const stdin = Readable.from(input === undefined ? [] : [Buffer.from(input)]);
			await runReplay(command, { database, master, registry, input: stdin, out: (text) => void (out += text) });
			const [lines = '', summary = ''] = out.split('\n\n');
			const [, workspace = '', store = ''] = /Workspace (\S+), store (\S+)/.exec(summary) ?? [];
			return { fates: lines.split('\n').filter(Boolean).map(toFate), summary, workspaceId: workspace, storeId: store };
		},
		async workspace() {
			const workspaceId = randomUUID();
			await database.inWorkspace(workspaceId, (scope) =>
				createEmptyWorkspace(scope, { name: 'Support case', baseCurrency: 'USD', zone: 'UTC' }),
			);
			return workspaceId;
		},
		async close() {
			await database.close();
			await home.drop();
		},
	};
}

function toFate(line: string): Fate {
	const [became = '', id = '', document = '', cause = ''] = line.split('\t');
	return { became, id, document, cause };
}

/** An order as the database holds it, in the words of the test: instants as ISO text, amounts as digits of minor units. */
export interface Row {
	id: string;
	group: string | null;
	site: string | null;
	state: string;
	rawStatus: string;
	fulfilment: string;
	placed: string | null;
	paid: string | null;
	shipBy: string | null;
	deliverBy: string | null;
	shipped: string | null;
	delivered: string | null;
	cancelled: string | null;
	updated: string | null;
	country: string | null;
	buyer: string | null;
	test: boolean;
	currency: string;
	taxBasis: string;
	totalComputed: boolean;
	money: Record<string, string>;
	warnings: string[];
	lines: Line[];
	parcels: Box[];
	fees: [string, string][];
}

export interface Line {
	id: string;
	listing: string | null;
	variantId: string | null;
	sku: string | null;
	title: string;
	variant: string | null;
	image: string | null;
	quantity: number;
	cancelled: number;
	shipped: number | null;
	unitPrice: string | null;
	discount: string | null;
	tax: string | null;
	rawStatus: string | null;
}

export interface Box {
	id: string;
	carrier: string | null;
	tracking: string | null;
	state: string;
	rawStatus: string | null;
	shipped: string | null;
	delivered: string | null;
	lines: [string, number][];
}

const iso = (time: string | null): string | null => time && new Date(time).toISOString();

/** All orders of a workspace by their id at the platform. */
export async function storedRows(database: Database, workspaceId: string): Promise<Map<string, Row>> {
	return await database.inWorkspace(workspaceId, async ({ db }) => {
		const orders = await db.selectFrom('orders').selectAll().execute();
		const lines = await db.selectFrom('order_line').selectAll().orderBy('position').execute();
		const parcels = await db.selectFrom('parcel').selectAll().orderBy('external_id').execute();
		const fees = await db.selectFrom('fee').selectAll().orderBy('external_id').execute();
		return new Map(
			orders.map((o): [string, Row] => [
				o.external_id,
				{
					id: o.external_id,
					group: o.external_group_id,
					site: o.site_id,
					state: o.state,
					rawStatus: o.raw_status,
					fulfilment: o.fulfilment,
					placed: iso(o.placed_at),
					paid: iso(o.paid_at),
					shipBy: iso(o.ship_by),
					deliverBy: iso(o.deliver_by),
					shipped: iso(o.shipped_at),
					delivered: iso(o.delivered_at),
					cancelled: iso(o.cancelled_at),
					updated: iso(o.ext_updated_at),
					country: o.buyer_country,
					buyer: o.external_buyer_id,
					test: o.is_test,
					currency: o.currency,
					taxBasis: o.tax_basis,
					totalComputed: o.total_computed,
					money: o.money,
					warnings: o.warnings,
					lines: lines
						.filter((l) => l.order_id === o.order_id)
						.map((l) => ({
							id: l.external_id,
							listing: l.external_listing_id,
							variantId: l.external_variant_id,
							sku: l.seller_sku,
							title: l.title,
							variant: l.variant,
							image: l.image_url,
							quantity: l.quantity,
							cancelled: l.quantity_cancelled,
							shipped: l.quantity_shipped,
							unitPrice: l.unit_price_minor,
							discount: l.discount_minor,
							tax: l.tax_minor,
							rawStatus: l.raw_status,
						})),
					parcels: parcels
						.filter((p) => p.order_id === o.order_id)
						.map((p) => ({
							id: p.external_id,
							carrier: p.carrier,
							tracking: p.tracking_number,
							state: p.state,
							rawStatus: p.raw_status,
							shipped: iso(p.shipped_at),
							delivered: iso(p.delivered_at),
							lines: p.lines.map((l): [string, number] => [l.lineExternalId, l.quantity]),
						})),
					fees: fees.filter((f) => f.order_id === o.order_id).map((f): [string, string] => [f.raw_kind, f.amount_minor]),
				},
			]),
		);
	});
}
