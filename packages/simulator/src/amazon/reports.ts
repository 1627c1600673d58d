import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { decimal } from '../core/money.ts';
import { hash } from '../core/random.ts';
import type { WireCall, WireReply } from '../core/operation.ts';
import type { SimOrder } from '../core/order.ts';
import type { PlatformContext } from '../core/platform.ts';
import type { StoreSeed } from '../core/stores.ts';
import type { Listing } from '../core/world.ts';
import { encodeText } from './charset.ts';
import { denied, failure, invalid } from './dialect.ts';
import type { AmazonIds } from './ids.ts';
import { iso } from './order.ts';
import { marketplaceOf } from './sites.ts';
import { v0Status } from './notifications.ts';

const BY_UPDATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL';
const BY_DATE = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL';
/** What buyers say of the seller, one to three stars (contract §10). */
const FEEDBACK = 'GET_SELLER_FEEDBACK_DATA';
const DAY = 86_400_000;
/** Longest range of one order report; the documents leave it open. */
const MAX_RANGE = 30 * DAY + 60_000;
const URL_LIFE = 5 * 60_000;

const COMPLAINTS = ['Arrived late and the box was damaged.', 'Wrong item sent, nobody answered.', 'Took two weeks.', 'Not as described.'];

const columns = [
	'amazon-order-id',
	'merchant-order-id',
	'purchase-date',
	'last-updated-date',
	'order-status',
	'fulfillment-channel',
	'sales-channel',
	'order-channel',
	'ship-service-level',
	'product-name',
	'sku',
	'asin',
	'item-status',
	'quantity',
	'currency',
	'item-price',
	'item-tax',
	'shipping-price',
	'shipping-tax',
	'gift-wrap-price',
	'gift-wrap-tax',
	'item-promotion-discount',
	'ship-promotion-discount',
	'ship-city',
	'ship-state',
	'ship-postal-code',
	'ship-country',
	'promotion-ids',
	'is-business-order',
	'purchase-order-number',
	'price-designation',
] as const;

interface Report {
	id: string;
	account: string;
	type: string;
	stores: StoreSeed[];
	from: number;
	to: number;
	createdAt: number;
	/** What it will end as, known when it is created. */
	end: 'DONE' | 'CANCELLED' | 'FATAL';
	cancelledAt: number | null;
	documentId: string;
}

/** How long a report waits and works, in milliseconds of the simulator's clock. */
export interface ReportTimes {
	queue: number;
	work: number;
}

/** The Reports API 2021-06-30 for order reports: a file is written while it is downloaded, never kept. */
export class AmazonReports {
	readonly #context: PlatformContext;
	readonly #ids: AmazonIds;
	readonly #reports = new Map<string, Report>();
	readonly #links = new Map<string, { report: Report; endsAt: number }>();
	#last = 50_000_000_000;
	times: ReportTimes = { queue: 5_000, work: 20_000 };

	constructor(context: PlatformContext, ids: AmazonIds) {
		this.#context = context;
		this.#ids = ids;
	}

	create(call: WireCall, account: string, stores: readonly StoreSeed[]): WireReply {
		const value = call.json();
		const body: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {};
		const type = body['reportType'];
		if (typeof type !== 'string') return invalid('reportType is required.');
		const markets = body['marketplaceIds'];
		if (!Array.isArray(markets) || markets.length === 0 || markets.length > 25) return invalid('marketplaceIds must hold 1 to 25 values.');
		const own = stores.filter((s) => markets.includes(marketplaceOf(s).id));
		if (own.length === 0) return denied('');
		const from = readTime(body['dataStartTime'], call.now - 30 * DAY);
		const to = Math.min(readTime(body['dataEndTime'], call.now), call.now);
		if (Number.isNaN(from) || Number.isNaN(to)) return invalid('dataStartTime and dataEndTime must be ISO 8601 dates.');
		const known = type === BY_UPDATE || type === BY_DATE || type === FEEDBACK;
		if (known && to - from > MAX_RANGE) return invalid('The date range of this report type may not exceed 30 days.');
		const id = String(++this.#last);
		const report: Report = {
			id,
			account,
			type,
			stores: own,
			from,
			to,
			createdAt: call.now,
			end: 'DONE',
			cancelledAt: null,
			documentId: `amzn1.spdoc.1.4.${account}.${this.#context.newId()}.T${id}`,
		};
		if (!known) report.end = 'FATAL';
		else if (to < from || this.#context.world.scan(listingOf(report, call.now)).next().done === true) report.end = 'CANCELLED';
		this.#reports.set(id, report);
		this.#forget(call.now);
		return { status: 202, body: { reportId: id } };
	}

	get(call: WireCall, account: string): WireReply {
		const report = this.#reports.get(call.params['reportId'] ?? '');
		if (report === undefined || report.account !== account) return failure(404, 'NotFound', 'The report was not found.');
		return { status: 200, body: this.#render(report, call.now) };
	}

	cancel(call: WireCall, account: string): WireReply {
		const report = this.#reports.get(call.params['reportId'] ?? '');
		if (report === undefined || report.account !== account) return failure(404, 'NotFound', 'The report was not found.');
		if (stateOf(report, this.times, call.now) !== 'IN_QUEUE') return invalid('The report is no longer in the queue.');
		report.cancelledAt = call.now;
		return { status: 200, body: '' };
	}

	list(call: WireCall, account: string): WireReply {
		if (call.query.has('nextToken') && [...call.query.keys()].length > 1) return invalid('nextToken must be the only parameter.');
		const frozen = call.query.has('nextToken')
			? new URLSearchParams(Buffer.from(call.query.get('nextToken') ?? '', 'base64url').toString('utf8'))
			: call.query;
		const types = frozen.get('reportTypes')?.split(',');
		if (types === undefined) return invalid('reportTypes or nextToken is required.');
		const states = frozen.get('processingStatuses')?.split(',');
		const since = readTime(frozen.get('createdSince') ?? undefined, call.now - 90 * DAY);
		const size = Math.min(100, Number(frozen.get('pageSize') ?? 10));
		const start = Number(frozen.get('start') ?? 0);
		const all = [...this.#reports.values()]
			.filter(
				(r) =>
					r.account === account &&
					types.includes(r.type) &&
					r.createdAt >= since &&
					(states === undefined || states.includes(stateOf(r, this.times, call.now))),
			)
			.reverse();
		const body: Record<string, unknown> = { reports: all.slice(start, start + size).map((r) => this.#render(r, call.now)) };
		if (all.length > start + size) {
			frozen.set('start', String(start + size));
			body['nextToken'] = Buffer.from(frozen.toString()).toString('base64url');
		}
		return { status: 200, body };
	}

	/** A link that anybody may fetch for five minutes. */
	document(call: WireCall, account: string, base: string): WireReply {
		const id = call.params['documentId'] ?? '';
		const report = [...this.#reports.values()].find((r) => r.documentId === id);
		if (report === undefined || report.account !== account || stateOf(report, this.times, call.now) !== 'DONE')
			return failure(404, 'NotFound', 'The document was not found.');
		const signature = this.#context.newId().replace(/-/g, '');
		this.#links.set(signature, { report, endsAt: call.now + URL_LIFE });
		for (const [old, link] of this.#links) if (link.endsAt < call.now - DAY) this.#links.delete(old);
		return {
			status: 200,
			body: {
				reportDocumentId: id,
				url: `${base}/${encodeURIComponent(id)}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=300&X-Amz-Signature=${signature}`,
				compressionAlgorithm: 'GZIP',
			},
		};
	}

	/** The presigned address: bytes of a gzipped TSV in the marketplace's charset, or the store's XML refusal. */
	download(call: WireCall): WireReply {
		const link = this.#links.get(call.query.get('X-Amz-Signature') ?? '');
		if (link === undefined || link.endsAt < call.now) {
			const message =
				link === undefined ? 'The request signature we calculated does not match the signature you provided.' : 'Request has expired';
			return {
				status: 403,
				headers: { 'content-type': 'application/xml' },
				body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`,
			};
		}
		const { report } = link;
		const charset = report.stores.every((s) => marketplaceOf(s).charset === 'shift_jis') ? 'shift_jis' : 'windows-1252';
		const headers = { 'content-type': `text/plain; charset=${charset === 'shift_jis' ? 'Shift_JIS' : 'Cp1252'}` };
		const poisoned = this.#context.faults.strike('poison', { platform: 'amazon', operation: 'reportDocument' }) !== null;
		const lines = report.type === FEEDBACK ? this.#feedback(report) : this.#lines(report, poisoned);
		const chunks = function* (): Generator<Buffer> {
			for (const text of lines) yield encodeText(text, charset);
		};
		return { status: 200, headers, body: pipeline(Readable.from(chunks()), createGzip(), () => undefined) };
	}

	*#lines(report: Report, poisoned: boolean): Generator<string> {
		yield `${columns.join('\t')}\r\n`;
		const at = report.createdAt + this.times.queue + this.times.work;
		let text = '';
		let row = 0;
		for (const position of this.#context.world.scan(listingOf(report, Math.min(at, this.#context.clock.now())))) {
			const order = this.#context.world.order(position, this.#context.clock.now());
			if (order === null) continue;
			for (const cells of this.#rows(order)) text += `${cells.map(clean).join('\t')}\r\n`;
			if (poisoned && ++row === 3) text += 'Order of 1995\t\t1995-12-17T03:24:00\tN/A\r\n';
			if (text.length > 60_000) {
				yield text;
				text = '';
			}
		}
		yield text;
	}

	/** One in thirty delivered orders has a buyer who complains of the seller. */
	*#feedback(report: Report): Generator<string> {
		yield `${['Date', 'Rating', 'Comments', 'Response', 'Order ID', 'Rater Email'].join('\t')}\r\n`;
		const now = this.#context.clock.now();
		for (const position of this.#context.world.scan(listingOf(report, Math.min(report.to, now)))) {
			const order = this.#context.world.order(position, now);
			const delivered = order?.steps.find(({ kind }) => kind === 'delivered');
			if (!order || !delivered || hash(order.store.number, order.index, 161) % 30 !== 0) continue;
			const day = new Date(delivered.at);
			const [d, m, y] = [day.getUTCDate(), day.getUTCMonth() + 1, String(day.getUTCFullYear()).slice(2)];
			const draw = hash(order.store.number, order.index, 162);
			yield `${[
				order.store.country === 'US' ? `${m}/${d}/${y}` : `${d}/${m}/${y}`,
				String(1 + (draw % 3)),
				COMPLAINTS[draw % COMPLAINTS.length] ?? '',
				'',
				this.#ids.order({ store: order.store.number, index: order.index }),
				'buyer@example.com',
			].join('\t')}\r\n`;
		}
	}

	#rows(order: SimOrder): string[][] {
		const ref = { store: order.store.number, index: order.index };
		const market = marketplaceOf(order.store);
		const status = v0Status(order);
		const priced = order.steps.some((s) => s.kind === 'paid');
		const money = (minor: number): string => (priced ? (minor === 0 ? '' : decimal(minor, order.currency)) : '');
		return order.lines.map((line) => [
			this.#ids.order(ref),
			this.#ids.order(ref),
			flatTime(order.placedAt),
			flatTime(order.updatedAt),
			status === 'Canceled' ? 'Cancelled' : status,
			order.fulfilledByPlatform ? 'Amazon' : 'Merchant',
			market.name,
			'',
			order.fulfilledByPlatform ? 'Expedited' : 'Standard',
			`${line.title}, ${line.variant}`,
			line.sku.code,
			this.#ids.asin(line.sku),
			status === 'Canceled'
				? 'Cancelled'
				: order.parcels.some((p) => p.lines.some((l) => l.line === line.number))
					? 'Shipped'
					: 'Unshipped',
			String(status === 'Canceled' ? 0 : line.quantity),
			priced ? order.currency : '',
			money(line.unitPrice * line.quantity),
			money(line.tax),
			money(line.shipping),
			money(line.shippingTax),
			'',
			'',
			money(line.sellerDiscount + line.platformDiscount),
			money(line.number === 0 ? order.shippingSellerDiscount : 0),
			priced ? order.address.city : '',
			priced ? order.address.state : '',
			priced ? order.address.postalCode : '',
			priced ? order.address.country : '',
			line.sellerDiscount > 0 ? `PLM-${this.#ids.asin(line.sku)}` : '',
			order.business ? 'true' : 'false',
			'',
			'',
		]);
	}

	#render(report: Report, now: number): Record<string, unknown> {
		const state = stateOf(report, this.times, now);
		const out: Record<string, unknown> = {
			reportId: report.id,
			reportType: report.type,
			marketplaceIds: report.stores.map((s) => marketplaceOf(s).id),
			dataStartTime: iso(report.from),
			dataEndTime: iso(report.to),
			createdTime: iso(report.createdAt),
			processingStatus: state,
		};
		if (state !== 'IN_QUEUE') out['processingStartTime'] = iso(report.createdAt + this.times.queue);
		if (state === 'DONE' || state === 'FATAL' || state === 'CANCELLED')
			out['processingEndTime'] = iso(report.cancelledAt ?? report.createdAt + this.times.queue + this.times.work);
		if (state === 'DONE') out['reportDocumentId'] = report.documentId;
		return out;
	}

	#forget(now: number): void {
		for (const [id, report] of this.#reports) if (report.createdAt < now - 30 * DAY || this.#reports.size > 5_000) this.#reports.delete(id);
	}
}

function listingOf(report: Report, at: number): Listing {
	return { stores: report.stores, by: report.type === BY_UPDATE ? 'updated' : 'placed', from: report.from, to: report.to, at };
}

function stateOf(report: Report, times: ReportTimes, now: number): string {
	if (report.cancelledAt !== null) return 'CANCELLED';
	// The clock was set back since: the work was done all the same.
	if (now < report.createdAt) return report.end;
	if (now < report.createdAt + times.queue) return 'IN_QUEUE';
	return now < report.createdAt + times.queue + times.work ? 'IN_PROGRESS' : report.end;
}

function readTime(value: unknown, otherwise: number): number {
	if (value === undefined) return otherwise;
	return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

function flatTime(at: number): string {
	return `${iso(at).slice(0, 19)}+00:00`;
}

function clean(cell: string): string {
	return cell.replace(/[\t\r\n]+/g, ' ');
}
