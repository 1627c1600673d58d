import { gzipSync } from 'node:zlib';
import type { Order } from '@pangea/domain';
import type { Page, Window } from '@pangea/platform-contract';
import { witness } from '@pangea/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { createOrders, orders } from '../src/orders.ts';
import { decodeText, growingPause } from '../src/report.ts';
import { contextOf, type FakeAmazon, type Heard, type Said, type Scene, startFakeAmazon } from './fake-amazon.ts';

const w = witness('amazon');
const fake = await startFakeAmazon();
beforeEach(() => {
	fake.heard.length = 0;
});

const month: Window = { from: '2026-10-24T00:00:00.000Z', until: '2026-11-22T12:00:00.000Z', order: 'newest' };

const COLUMNS =
	'amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city ship-state ship-postal-code ship-country promotion-ids is-business-order purchase-order-number price-designation'.split(
		' ',
	);

function row(cells: Record<string, string>): string {
	const all: Record<string, string> = {
		'amazon-order-id': '111-1111111-1111111',
		'purchase-date': '2026-11-01T08:04:21+00:00',
		'last-updated-date': '2026-11-02T22:07:59+00:00',
		'order-status': 'Shipped',
		'fulfillment-channel': 'Amazon',
		'sales-channel': 'Amazon.com',
		'product-name': 'Lamp',
		sku: 'L-1',
		asin: 'B000000001',
		'item-status': 'Shipped',
		quantity: '1',
		currency: 'USD',
		'item-price': '10.00',
		'ship-country': 'US',
		...cells,
	};
	return COLUMNS.map((c) => all[c] ?? '').join('\t');
}

const tsv = (...rows: string[]): string => [COLUMNS.join('\t'), ...rows].join('\r\n');

function readTsv(text: string | Buffer, siteId = 'ATVPDKIKX0DER', currency = 'USD'): ReturnType<typeof orders.read> {
	return orders.read({ name: 'report.txt', body: Buffer.from(text) }, { siteId, currency, zone: 'UTC' });
}

function only(text: string | Buffer, siteId?: string, currency?: string): Order {
	const outcomes = readTsv(text, siteId, currency)!;
	const [first] = outcomes;
	if (outcomes.length !== 1 || !first?.ok) throw new Error(first && !first.ok ? first.cause : 'not one order');
	return first.value;
}

/** Answers the life of a report: asked for, worked on for some looks, then done with a document, or dead. */
function serveReport(
	server: FakeAmazon,
	document: Said,
	options: { looks?: number; end?: string; open?: unknown[]; flag?: string } = {},
): void {
	let looks = 0;
	server.answer = ({ method, path, query }: Heard): Said => {
		if (path === '/orders/2026-01-01/orders') return { json: { orders: query.get('fulfillmentStatuses') ? (options.open ?? []) : [] } };
		if (method === 'POST' && path === '/reports/2021-06-30/reports') return { status: 202, json: { reportId: 'R 1' } };
		if (path === '/reports/2021-06-30/reports/R%201') {
			const done = looks++ >= (options.looks ?? 0);
			const processingStatus = done ? (options.end ?? 'DONE') : looks === 1 ? 'IN_QUEUE' : 'IN_PROGRESS';
			const report = {
				reportId: 'R 1',
				reportType: 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL',
				createdTime: '2026-11-22T12:00:00Z',
			};
			return { json: { ...report, processingStatus, ...(processingStatus === 'DONE' ? { reportDocumentId: 'D1' } : {}) } };
		}
		if (path === '/reports/2021-06-30/documents/D1') {
			return {
				json: {
					reportDocumentId: 'D1',
					url: `${server.base}/presigned?signature=1`,
					...(options.flag ? { compressionAlgorithm: options.flag } : {}),
				},
			};
		}
		if (path === '/presigned') return document;
		return { status: 404 };
	};
}

const patient = createOrders({ pause: () => 0 });
const operations = (): string[] => fake.heard.map((h) => `${h.method} ${h.path}${h.query.get('fulfillmentStatuses') ? ' open' : ''}`);

async function pullAll(scene: Scene = {}, window = month): Promise<Page<Order>[]> {
	const pages: Page<Order>[] = [];
	for await (const page of patient.pull(contextOf(fake, scene).store, window, null)) pages.push(page);
	return pages;
}

const ids = (pages: Page<Order>[]): string[] => pages.flatMap((p) => p.items.map((i) => (i.ok ? i.value.externalId : `!${i.externalId}`)));

describe('A long window', () => {
	test('searches the youngest and the open orders and reads the rest from the report, newest first', async () => {
		const text = tsv(
			row({ 'amazon-order-id': 'old', 'last-updated-date': '2026-11-02T00:00:00+00:00' }),
			row({ 'amazon-order-id': 'open', 'order-status': 'Unshipped', 'last-updated-date': '2026-11-20T00:00:00+00:00' }),
			row({ 'amazon-order-id': 'new', 'last-updated-date': '2026-11-19T00:00:00+00:00', sku: 'A' }),
			row({ 'amazon-order-id': 'old', 'last-updated-date': '2026-11-02T00:00:00+00:00', sku: 'B' }),
		);
		serveReport(fake, { body: gzipSync(text) }, { looks: 2, flag: 'GZIP' });
		const { store, watched } = contextOf(fake, { witness: w });
		const pages: Page<Order>[] = [];
		for await (const page of patient.pull(store, month, null)) pages.push(page);
		expect(operations()).toEqual([
			'GET /orders/2026-01-01/orders',
			'GET /orders/2026-01-01/orders open',
			'POST /reports/2021-06-30/reports',
			'GET /reports/2021-06-30/reports/R%201',
			'GET /reports/2021-06-30/reports/R%201',
			'GET /reports/2021-06-30/reports/R%201',
			'GET /reports/2021-06-30/documents/D1',
			'GET /presigned',
		]);
		expect(ids(pages)).toEqual(['new', 'old']);
		expect(JSON.parse(fake.heard[2]!.body)).toEqual({
			reportType: 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL',
			dataStartTime: month.from,
			dataEndTime: '2026-11-22T10:00:00.000Z',
			marketplaceIds: ['ATVPDKIKX0DER'],
		});
		expect(fake.heard[0]!.query.get('lastUpdatedAfter')).toBe('2026-11-22T10:00:00.000Z');
		expect(fake.heard.at(-1)!.headers).not.toHaveProperty('x-amz-access-token');
		expect(pages.at(-1)).toMatchObject({ next: null, watermark: '2026-11-22T11:58:00.000Z', total: null });
		expect(watched?.violations ?? []).toEqual([]);
	});

	test('that ended long ago has no youngest part', async () => {
		serveReport(fake, { body: tsv() });
		await pullAll({}, { ...month, until: '2026-11-01T00:00:00.000Z' });
		expect(operations().slice(0, 2)).toEqual(['GET /orders/2026-01-01/orders open', 'POST /reports/2021-06-30/reports']);
	});

	test('continues after a crash without asking for a second report', async () => {
		const many = Array.from({ length: 1203 }, (_, i) => row({ 'amazon-order-id': `order-${String(i).padStart(4, '0')}` }));
		serveReport(fake, { body: tsv(...many) });
		const seen: string[] = [];
		let cursor: string | null = null;
		do {
			for await (const page of createOrders({ pause: () => 0 }).pull(contextOf(fake).store, month, cursor)) {
				seen.push(...ids([page]));
				cursor = page.next;
				break;
			}
		} while (cursor !== null);
		expect(seen).toHaveLength(1203);
		expect(new Set(seen).size).toBe(1203);
		expect(operations().filter((o) => o.startsWith('POST'))).toHaveLength(1);
	});

	test('keeps as evidence what its pages were read from', async () => {
		const many = Array.from({ length: 501 }, (_, i) => row({ 'amazon-order-id': `order-${i}` }));
		serveReport(fake, { body: tsv(...many) });
		const pages = (await pullAll()).filter((p) => p.items.length > 0);
		expect(pages.map((p) => p.items.length)).toEqual([500, 1]);
		expect(operations().filter((o) => o === 'GET /presigned')).toHaveLength(1);
		for (const page of pages) {
			const again = readTsv(page.replies[0]!.body)!;
			expect(again.map((o) => o.ok && o.value)).toEqual(page.items.map((o) => o.ok && o.value));
		}
	});

	test.each(['CANCELLED', 'FATAL'])('asks by search when the report ends %s', async (end) => {
		serveReport(fake, {}, { end });
		await pullAll();
		expect(operations().at(-1)).toBe('GET /orders/2026-01-01/orders');
		expect(Object.fromEntries(fake.heard.at(-1)!.query)).toMatchObject({
			lastUpdatedAfter: month.from,
			lastUpdatedBefore: '2026-11-22T10:00:00.000Z',
		});
		expect(operations().filter((o) => o.startsWith('POST'))).toHaveLength(1);
	});

	test('asks by search when the role for reports is missing or the report has died', async () => {
		fake.answer = ({ path }) =>
			path.startsWith('/reports')
				? { status: 403, json: { errors: [{ code: 'Unauthorized', message: 'denied' }] } }
				: { json: { orders: [] } };
		await pullAll();
		expect(operations().at(-1)).toBe('GET /orders/2026-01-01/orders');
	});

	test('lets go of a report that is not ready after an hour, and finds it again', async () => {
		let minutes = 0;
		const now = (): Date => new Date(Date.parse('2026-11-22T12:00:00Z') + minutes * 60_000);
		serveReport(fake, { body: tsv() }, { looks: 100 });
		let cursor: string | null = null;
		const scene = { now, grant: { accessExpiresAt: null } };
		const slow = createOrders({
			pause: () => {
				minutes += 25;
				return 0;
			},
		});
		const run = async (): Promise<void> => {
			for await (const page of slow.pull(contextOf(fake, scene).store, month, cursor)) cursor = page.next;
		};
		await expect(run()).rejects.toMatchObject({ kind: 'unavailable', retryAfter: 300_000 });
		serveReport(fake, { body: tsv() });
		await run();
		expect(cursor).toBeNull();
		expect(operations().filter((o) => o.startsWith('POST'))).toHaveLength(1);
	});

	test.each([
		['no order report', { body: 'sku\tasin\r\n1\t2' }],
		['an HTML page', { body: '<html>gone</html>' }],
		['a broken gzip', { body: gzipSync(tsv(row({}))).subarray(0, 40) }],
	])('calls a document that is %s not understood', async (_name, said) => {
		serveReport(fake, said);
		await expect(pullAll()).rejects.toMatchObject({ kind: 'unexpected' });
	});

	test('waits longer and longer for a report, up to a minute', () => {
		expect([0, 1, 2, 3, 4, 5, 50].map(growingPause)).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
	});
});

describe('A report document', () => {
	// Node writes neither charset: 0x80 is the euro sign of windows-1252, 0x87 0x40 the circled one that only CP932 has.
	test.each([
		['windows-1252', 'A1PA6795UKMFR9', [0x53, 0xf6, 0x20, 0x80], 'Sö €'],
		['Shift_JIS', 'A1VC38T7YXB528', [0x91, 0xe6, 0x34, 0x90, 0xa2, 0x91, 0xe3, 0x87, 0x40], '第4世代①'],
	])('in %s is read by its marketplace', (_charset, siteId, bytes, title) => {
		const document = Buffer.concat(splice(tsv(row({ 'product-name': '@' })), Buffer.from(bytes)));
		expect(only(document, siteId).lines[0]!.title).toBe(title);
	});

	test.each(['A1VC38T7YXB528', 'A1PA6795UKMFR9', 'A1C3SOZRARQ6R3'])('in UTF-8 is read as such on %s', (siteId) => {
		expect(only(tsv(row({ 'product-name': 'スピーカー ż ö' })), siteId).lines[0]!.title).toBe('スピーカー ż ö');
	});

	test('follows the charset that the download names, and its byte order mark before it', () => {
		expect(decodeText(Buffer.from([0x83, 0x4c]), 'cp932', 'ATVPDKIKX0DER')).toBe('キ');
		expect(decodeText(Buffer.from([0xc3, 0xa9]), 'iso-8859-1', null)).toBe('Ã©');
		expect(decodeText(Buffer.from([0xef, 0xbb, 0xbf, 0xc3, 0xa9]), 'shift_jis', null)).toBe('é');
		expect(decodeText(Buffer.from([0xe9]), 'klingon', 'ATVPDKIKX0DER')).toBe('é');
	});

	test.each([
		['Shift_JIS', 'A1VC38T7YXB528', Buffer.from([0x83, 0x4c])],
		['windows-1252', 'A13V1IB3VIYZZH', Buffer.from([0xe9])],
	])('comes through a pull in %s, gzip without a flag', async (charset, siteId, bytes) => {
		const body = gzipSync(Buffer.concat(splice(tsv(row({ 'product-name': '@' })), bytes)));
		serveReport(fake, { body, headers: { 'content-type': 'text/tab-separated-values' } });
		const pages = await pullAll({ siteId, grant: { host: siteId === 'A1VC38T7YXB528' ? 'fe' : 'eu' } });
		const [item] = pages.at(-1)!.items;
		expect(item).toMatchObject({ ok: true, value: { siteId, lines: [{ title: charset === 'Shift_JIS' ? 'キ' : 'é' }] } });
	});
});

describe('A row of the report', () => {
	test('becomes an order equal to its cells', () => {
		const order = only(
			tsv(
				row({
					quantity: '2',
					'item-price': '20.00',
					'item-tax': '1.60',
					'shipping-price': '5.00',
					'shipping-tax': '0.40',
					'item-promotion-discount': '3.00',
				}),
				row({ sku: 'L-1', quantity: '3', 'item-price': '10.00', 'item-status': 'Cancelled' }),
				row({ sku: 'S "Extra" 19"', 'product-name': 'Bildschirm 19" "matt"', 'ship-promotion-discount': '5.00' }),
			),
		);
		expect(order).toMatchObject({
			externalId: '111-1111111-1111111',
			siteId: 'ATVPDKIKX0DER',
			state: 'shipped',
			rawStatus: 'Shipped',
			fulfilment: 'platform',
			placedAt: '2026-11-01T08:04:21.000Z',
			updatedAt: '2026-11-02T22:07:59.000Z',
			buyerCountry: 'US',
			buyer: null,
		});
		expect(
			order.lines.map((l) => [l.externalId, l.sellerSku, l.quantity, l.quantityShipped, l.quantityCancelled, l.unitPrice?.amountMinor]),
		).toEqual([
			['sku:L-1', 'L-1', 2, 2, 0, 1000n],
			['sku:L-1#2', 'L-1', 3, 0, 3, undefined],
			['sku:S "Extra" 19"', 'S "Extra" 19"', 1, 1, 0, 1000n],
		]);
		expect(order.lines[2]!.title).toBe('Bildschirm 19" "matt"');
		expect(order.money).toMatchObject({ currency: 'USD', taxBasis: 'net', totalComputed: true });
		expect(Object.fromEntries(Object.entries(order.money.parts).map(([p, m]) => [p, m.amountMinor]))).toEqual({
			items: 4000n,
			shipping: 500n,
			tax: 200n,
			sellerDiscount: -300n,
			shippingDiscount: -500n,
			total: 3900n,
		});
	});

	test('with tax is summed by the marketplace’s way to show prices, or not at all', () => {
		const taxed = tsv(row({ currency: 'EUR', 'item-price': '11.90', 'item-tax': '1.90' }));
		expect(only(taxed, 'A1PA6795UKMFR9').money).toMatchObject({ taxBasis: 'gross', parts: { total: { amountMinor: 1190n } } });
		expect(only(taxed, 'A2Q3Y263D00KWC').money).toMatchObject({ taxBasis: 'unknown', totalComputed: false });
		expect(only(taxed, 'A2Q3Y263D00KWC').money.parts).not.toHaveProperty('total');
	});

	test('without amounts has no money', () => {
		const pending = tsv(row({ 'order-status': 'Pending', 'item-price': '', currency: '' }));
		expect(only(pending, 'A1VC38T7YXB528', 'JPY').money).toEqual({ currency: 'JPY', taxBasis: 'unknown', parts: {}, totalComputed: false });
	});

	test.each([
		['Pending', 'unpaid'],
		['Unshipped', 'toShip'],
		['Shipping', 'toShip'],
		['PartiallyShipped', 'partlyShipped'],
		['Partially Shipped', 'partlyShipped'],
		['Shipped - Delivered to Buyer', 'delivered'],
		['Shipped - Picked Up', 'shipped'],
		['Cancelled', 'cancelled'],
		['Canceled', 'cancelled'],
		['Beamed', 'unknown'],
	])('of status %s is %s', (status, state) => {
		expect(only(tsv(row({ 'order-status': status })))).toMatchObject({ state, rawStatus: status });
	});

	test.each([
		['a quantity that is none', row({ quantity: 'two' }), 'Quantity "two" is no whole number'],
		['more cells than columns', `${row({ 'price-designation': 'x' })}\ty`, 'A row has 32 cells under 31 columns'],
		['an amount in another country’s digits', row({ 'item-price': '10,00' }), '"10,00" is not an amount'],
		['no date', row({ 'last-updated-date': '' }), '"" is not a time with an offset'],
		['no order id', row({ 'amazon-order-id': '' }), 'A row has no order id'],
	])('with %s is kept with its cause and spoils no other', (_name, bad, cause) => {
		const outcomes = readTsv(tsv(bad, row({ 'amazon-order-id': 'good' })))!;
		expect(outcomes.map((o) => (o.ok ? o.value.externalId : o.cause)).sort()).toEqual([cause, 'good'].sort());
		expect(outcomes.find((o) => !o.ok)).toMatchObject({ raw: `${COLUMNS.join('\t')}\n${bad}` });
	});

	test('any cells give orders or records with a cause, one for each order id', () => {
		const cell = fc.string().map((s) => s.replaceAll(/[\t\r\n]/g, ' '));
		const cells = fc.dictionary(fc.constantFrom(...COLUMNS), cell);
		fc.assert(
			fc.property(fc.array(cells, { minLength: 1, maxLength: 8 }), (list) => {
				const rows = list.map(row);
				const named = new Set(rows.filter((r) => r.trim() !== '').map((r) => r.split('\t')[0]!.trim()));
				expect(readTsv(tsv(...rows))).toHaveLength(named.size);
			}),
		);
	});
});

/** The bytes of a text with other bytes in place of its only `@`. */
function splice(text: string, bytes: Buffer): Buffer[] {
	const [before = '', after = ''] = text.split('@');
	return [Buffer.from(before), bytes, Buffer.from(after)];
}
