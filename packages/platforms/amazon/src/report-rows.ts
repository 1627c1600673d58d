import {
	addMoney,
	type Money,
	MoneyError,
	type MoneyPart,
	negateMoney,
	type Order,
	type OrderLine,
	type OrderMoney,
	parseInstant,
	parseMoney,
	type TaxBasis,
	TimeError,
} from '@pangea/domain';
import type { Outcome } from '@pangea/platform-contract';
import { parse } from 'csv-parse/sync';
import { PRICES_WITH_TAX } from './manifest.ts';
import { exactUnitPrice, sumOf } from './money.ts';
import { stateOfOlderWord } from './orders-v0.ts';
import type { OrderPlace } from './to-order.ts';

/** A report document cut into orders, newest change first; the same document always gives the same sequence. */
export interface ReportTable {
	header: string;
	orders: { externalId: string; lastUpdated: string; status: string; lines: string[] }[];
}

/** True when a text begins with the header of the order report. */
export function isOrderReport(text: string): boolean {
	return text.startsWith('amazon-order-id\t');
}

/**
 * Cuts the text of GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL into orders without reading the cells: a report of a month may hold
 * a million rows, of which a page needs a few hundred. Null when the header lacks the order id.
 */
export function cutReport(text: string): ReportTable | null {
	const [header = '', ...lines] = text.split(/\r\n|\n|\r/);
	const columns = header.split('\t').map((c) => c.trim());
	const [id, updated, status] = ['amazon-order-id', 'last-updated-date', 'order-status'].map((name) => columns.indexOf(name));
	if (id === undefined || updated === undefined || status === undefined || id < 0) return null;
	const orders = new Map<string, ReportTable['orders'][number]>();
	for (const line of lines) {
		if (line.trim() === '') continue;
		const cells = line.split('\t');
		const externalId = cells[id]?.trim() ?? '';
		const known = orders.get(externalId);
		if (known) known.lines.push(line);
		else
			orders.set(externalId, { externalId, lastUpdated: cells[updated]?.trim() ?? '', status: cells[status]?.trim() ?? '', lines: [line] });
	}
	const newestFirst = [...orders.values()].sort((a, b) => compare(b.lastUpdated, a.lastUpdated) || compare(a.externalId, b.externalId));
	return { header, orders: newestFirst };
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** True for the status of an order that still needs somebody's work. */
export function isOpenWord(status: string): boolean {
	return /^(pending|pending\s?availability|unshipped|partially\s?shipped)$/i.test(status);
}

/** The orders of a cut report, or of a part of it. `replies` as in a page. */
export function readReportOrders(table: ReportTable, place: OrderPlace, replies: number[]): Outcome<Order>[] {
	const columns = table.header.split('\t').map((c) => c.trim());
	return table.orders.map(({ externalId, lines }) => {
		try {
			return { ok: true, value: toOrderFromRows(readRows(columns, lines), place), replies };
		} catch (error) {
			if (!(error instanceof RowError || error instanceof MoneyError || error instanceof TimeError)) throw error;
			return { ok: false, externalId: externalId || null, cause: error.message, raw: [table.header, ...lines].join('\n'), replies };
		}
	});
}

class RowError extends Error {
	override name = 'RowError';
}

type Row = Map<string, string>;

// The report knows no quotes: a product name may hold a single one. A row longer than the header has shifted cells and is not guessed at.
function readRows(columns: string[], lines: string[]): Row[] {
	const records = parse(lines.join('\n'), { delimiter: '\t', quote: null, relax_column_count: true, skip_empty_lines: true });
	return records.map((cells) => {
		if (cells.length > columns.length) throw new RowError(`A row has ${cells.length} cells under ${columns.length} columns`);
		return new Map(columns.map((name, i) => [name, cells[i]?.trim() ?? '']));
	});
}

/**
 * One order from its rows. The report has no item ids (a line is known by its SKU), no parcels, no promise times and no grand total.
 * @throws TimeError, MoneyError, RowError
 */
function toOrderFromRows(rows: Row[], place: OrderPlace): Order {
	const cell = (name: string): string => rows.map((r) => r.get(name) ?? '').find((text) => text !== '') ?? '';
	const rawStatus = cell('order-status');
	const channel = cell('fulfillment-channel').toLowerCase();
	const salesChannel = cell('sales-channel');
	if (cell('amazon-order-id') === '') throw new RowError('A row has no order id');
	return {
		externalId: cell('amazon-order-id'),
		externalGroupId: null,
		siteId: place.siteId,
		state: stateOfOlderWord(rawStatus),
		rawStatus,
		fulfilment: /^(amazon|afn)/.test(channel) ? 'platform' : /^(merchant|mfn)/.test(channel) ? 'seller' : 'unknown',
		placedAt: parseInstant(cell('purchase-date')),
		paidAt: null,
		shipBy: null,
		deliverBy: null,
		shippedAt: null,
		deliveredAt: null,
		cancelledAt: null,
		updatedAt: parseInstant(cell('last-updated-date')),
		buyerCountry: cell('ship-country') || null,
		externalBuyerId: null,
		isTest: false,
		money: moneyOf(rows, place),
		lines: toLines(rows),
		parcels: [],
		returns: [],
		fees: [],
		buyer: null,
		warnings: salesChannel.startsWith('Non-Amazon') ? ['NON_AMAZON'] : [],
	};
}

function toLines(rows: Row[]): OrderLine[] {
	const seen = new Map<string, number>();
	return rows.map((row) => {
		const sku = row.get('sku') ?? '';
		const name = `sku:${sku || row.get('asin') || '?'}`;
		const nth = (seen.get(name) ?? 0) + 1;
		seen.set(name, nth);
		const quantity = quantityOf(row);
		const status = row.get('item-status') ?? '';
		const state = stateOfOlderWord(status);
		const discount = amountOf(row, 'item-promotion-discount');
		return {
			externalId: row.get('order-item-id') || (nth === 1 ? name : `${name}#${nth}`),
			externalListingId: row.get('asin') || null,
			externalVariantId: sku || null,
			sellerSku: sku || null,
			title: row.get('product-name') ?? '',
			variant: null,
			imageUrl: null,
			quantity,
			quantityCancelled: state === 'cancelled' ? quantity : 0,
			quantityShipped: state === 'shipped' || state === 'delivered' ? quantity : state === 'toShip' || state === 'cancelled' ? 0 : null,
			unitPrice: exactUnitPrice(amountOf(row, 'item-price'), quantity),
			discount: discount && reduction(discount),
			tax: amountOf(row, 'item-tax'),
			rawStatus: status || null,
		};
	});
}

function quantityOf(row: Row): number {
	const text = row.get('quantity') ?? '';
	if (!/^\d{1,9}$/.test(text)) throw new RowError(`Quantity ${JSON.stringify(text)} is no whole number`);
	return Number(text);
}

function amountOf(row: Row, column: string): Money | null {
	const text = row.get(column) ?? '';
	const currency = row.get('currency') ?? '';
	return text === '' || currency === '' ? null : parseMoney(text, currency);
}

function reduction(amount: Money): Money {
	return amount.amountMinor > 0n ? negateMoney(amount) : amount;
}

const PARTS: readonly (readonly [MoneyPart, readonly string[]])[] = [
	['items', ['item-price']],
	['shipping', ['shipping-price']],
	['giftWrap', ['gift-wrap-price']],
	['tax', ['item-tax', 'shipping-tax', 'gift-wrap-tax']],
	['sellerDiscount', ['item-promotion-discount']],
	['shippingDiscount', ['ship-promotion-discount']],
];

/** Columns summed over the rows. The total is ours: without tax it needs no rule, with tax the marketplace's rule of price display decides. */
function moneyOf(rows: Row[], place: OrderPlace): OrderMoney {
	const parts: Partial<Record<MoneyPart, Money>> = {};
	for (const [part, columns] of PARTS) {
		const sum = sumOf(rows.flatMap((row) => columns.flatMap((column) => amountOf(row, column) ?? [])));
		if (sum) parts[part] = part.endsWith('Discount') ? reduction(sum) : sum;
	}
	const { tax, ...rest } = parts;
	const taxed = tax !== undefined && tax.amountMinor !== 0n;
	const taxBasis = taxed ? displayRule(place.siteId) : 'unknown';
	const withoutTax = sumOf(Object.values(rest));
	if (withoutTax && parts.items && !(taxed && taxBasis === 'unknown')) {
		parts.total = taxed && taxBasis === 'net' ? addMoney(withoutTax, tax) : withoutTax;
	}
	const currency = parts.items?.currency ?? Object.values(parts)[0]?.currency ?? place.currency;
	return { currency, taxBasis, parts, totalComputed: parts.total !== undefined };
}

function displayRule(siteId: string | null): TaxBasis {
	const withTax = siteId === null ? undefined : PRICES_WITH_TAX[siteId];
	return withTax === undefined ? 'unknown' : withTax ? 'gross' : 'net';
}
