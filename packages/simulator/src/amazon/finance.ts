import { major } from '../core/money.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { PlatformContext } from '../core/platform.ts';
import { hashText } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { invalid } from './dialect.ts';
import type { AmazonIds } from './ids.ts';
import { AmazonLedger, type BookedLine, chargesOf, feesOf, type Period, periodOf, totalOf, type Transaction } from './ledger.ts';
import { iso } from './order.ts';
import { marketplaceOf } from './sites.ts';

const TWO_MINUTES = 120_000;
const DAY = 86_400_000;
const LONGEST = 180 * DAY;
/** How long a payout is on its way. */
const TRANSFER = 2 * DAY;
const A_PAGE = 100;

type Fields = Record<string, unknown>;
/** For the operations of a seller: checks who asks, and how often. */
type Seller = (handle: (call: WireCall) => WireReply) => (call: WireCall) => WireReply;

/** Finances 2024-06-19 and the settlement periods of version 0 (contract amazon §12). */
export class AmazonFinances {
	readonly #ids: AmazonIds;
	readonly #ledger: AmazonLedger;

	constructor(context: PlatformContext, ids: AmazonIds) {
		this.#ids = ids;
		this.#ledger = new AmazonLedger(context);
	}

	operations(stores: readonly StoreSeed[], seller: Seller): Operation[] {
		return [
			{
				name: 'listTransactions',
				method: 'GET',
				path: '/finances/2024-06-19/transactions',
				handle: seller((call) => this.#transactions(call, stores)),
			},
			{
				name: 'listFinancialEventGroups',
				method: 'GET',
				path: '/finances/v0/financialEventGroups',
				handle: seller((call) => this.#groups(call, stores)),
			},
		];
	}

	#transactions(call: WireCall, stores: readonly StoreSeed[]): WireReply {
		const { query, now } = call;
		const name = query.get('relatedIdentifierName');
		const value = query.get('relatedIdentifierValue');
		if ((name === null) !== (value === null)) return invalid('relatedIdentifierName and relatedIdentifierValue go together.');
		if (name !== null && name !== 'FINANCIAL_EVENT_GROUP_ID' && name !== 'ORDER_ID') return invalid('relatedIdentifierName is not valid.');
		const after = timeIn(query, 'postedAfter');
		const before = timeIn(query, 'postedBefore') ?? now - TWO_MINUTES;
		if (after === undefined && name === null) return invalid('Start date cannot be null');
		if (Number.isNaN(after) || Number.isNaN(before)) return invalid('The date is not in ISO 8601 format.');
		if (before > now - TWO_MINUTES || (after ?? 0) > now - TWO_MINUTES) return invalid('Date range is invalid.');
		if (after !== undefined && after >= before) return invalid('Date range is invalid.');
		const market = query.get('marketplaceId');
		const status = query.get('transactionStatus');
		const whose = market === null ? stores : stores.filter((store) => marketplaceOf(store).id === market);
		return this.#paged(call, (at) => {
			const [from, until] = this.#span(name, value, after, before, at, stores);
			const found = until - from > LONGEST && name === null ? [] : this.#ledger.transactions(whose, from, until, at);
			return (
				found
					// A known gap: asked for by marketplace, merchant-fulfilled orders of the United States are missing.
					.filter((one) => market === null || one.store.country !== 'US' || one.order?.fulfilledByPlatform !== false)
					.filter((one) => status === null || one.status === status)
					.filter((one) => name !== 'FINANCIAL_EVENT_GROUP_ID' || this.#groupOf(one) === value)
					.map((one) => this.#render(one))
					.filter((one) => name !== 'ORDER_ID' || relatedOf(one, name) === value)
			);
		});
	}

	/** Of all that is asked for by what it belongs to, the time in which it can lie. */
	#span(
		name: string | null,
		value: string | null,
		after: number | undefined,
		before: number,
		at: number,
		stores: readonly StoreSeed[],
	): [number, number] {
		if (name !== 'FINANCIAL_EVENT_GROUP_ID') return [after ?? at - LONGEST, before];
		const period = this.#ledger.periods(stores, 0, at, at).find((one) => this.#groupId(one.store, one.number) === value);
		return period ? [Math.max(after ?? 0, period.startsAt), Math.min(before, period.endsAt + 1)] : [0, 0];
	}

	#groups(call: WireCall, stores: readonly StoreSeed[]): WireReply {
		const { query, now } = call;
		const after = timeIn(query, 'FinancialEventGroupStartedAfter') ?? now - LONGEST;
		const before = timeIn(query, 'FinancialEventGroupStartedBefore') ?? now;
		if (Number.isNaN(after) || Number.isNaN(before)) return invalid('The date is not in ISO 8601 format.');
		if (after > now - TWO_MINUTES || after >= before) return invalid('Date range is invalid.');
		const all = this.#ledger.periods(stores, after, before, now).toReversed();
		const start = Number(query.get('NextToken') ?? 0);
		if (!Number.isInteger(start)) return invalid('NextToken is not valid.');
		const groups: unknown[] = all.slice(start, start + A_PAGE).map((period) => this.#renderGroup(period, now));
		const next = start + A_PAGE < all.length ? { NextToken: String(start + A_PAGE) } : {};
		return { status: 200, body: { payload: { ...next, FinancialEventGroupList: groups } }, records: groups };
	}

	/** A token belongs to what was asked with it, and holds what showed at the first page. One of some pages is empty. */
	#paged(call: WireCall, find: (at: number) => Fields[]): WireReply {
		const asked = hashText(JSON.stringify([...call.query].filter(([name]) => name !== 'nextToken')));
		const text = call.query.get('nextToken');
		const mark = text === null ? { start: 0, at: call.now, asked, rested: false } : readMark(text);
		if (mark === null || mark.asked !== asked) return invalid('The nextToken is not valid for the given parameters.');
		const rows = find(mark.at);
		const rests = !mark.rested && mark.start > 0 && hashText(`${asked} ${mark.start}`) % 5 === 0;
		const end = rests ? mark.start : mark.start + A_PAGE;
		const page: unknown[] = rows.slice(mark.start, end);
		const next = end < rows.length || rests ? { nextToken: writeMark({ ...mark, start: end, rested: rests }) } : {};
		return { status: 200, body: { payload: { ...next, transactions: page } }, records: page };
	}

	#render(one: Transaction): Fields {
		const { id, name } = marketplaceOf(one.store);
		const group = this.#groupOf(one);
		const order = one.order && this.#ids.order({ store: one.store.number, index: one.order.index });
		const counterpart = one.counterpart && this.#id(one.store, one.counterpart);
		const related = [
			...(order === null ? [] : [['ORDER_ID', order]]),
			...(group === null ? [] : [['FINANCIAL_EVENT_GROUP_ID', group]]),
			...(counterpart === null ? [] : [[one.status === 'RELEASED' ? 'DEFERRED_TRANSACTION_ID' : 'RELEASE_TRANSACTION_ID', counterpart]]),
		];
		return {
			sellingPartnerMetadata: {
				sellingPartnerId: this.#ids.seller(one.store.account),
				accountType: 'Standard Orders',
				marketplaceId: id,
			},
			relatedIdentifiers: related.map(([relatedIdentifierName, relatedIdentifierValue]) => ({
				relatedIdentifierName,
				relatedIdentifierValue,
			})),
			transactionType: one.type,
			transactionId: this.#id(one.store, one.key),
			transactionStatus: one.status,
			description: one.description,
			postedDate: iso(one.postedAt),
			totalAmount: money(one.store, totalOf(one)),
			marketplaceDetails: { marketplaceId: id, marketplaceName: name },
			items: one.lines.map((line) => this.#renderItem(one, line)),
			contexts:
				one.status === 'RELEASED'
					? []
					: [
							{
								contextType: 'DeferredContext',
								deferralReason: 'DD7',
								...(one.maturesAt !== null && { maturityDate: iso(one.maturesAt) }),
							},
						],
			breakdowns: wholeBreakdown(one),
		};
	}

	#renderItem({ store, order }: Transaction, booked: BookedLine): Fields {
		const { line } = booked;
		return {
			description: line.title,
			totalAmount: money(store, chargesOf(booked) + feesOf(booked)),
			relatedIdentifiers: [],
			breakdowns: [
				...tree(store, 'Tax', booked.taxes),
				...tree(store, 'ProductCharges', picked(booked.charges, 'OurPrice')),
				...tree(store, 'Shipping', picked(booked.charges, 'Shipping')),
				...tree(store, 'AmazonFees', booked.fees, booked.unnamed),
			],
			contexts: [
				{
					contextType: 'ProductContext',
					asin: this.#ids.asin(line.sku),
					sku: line.sku.code,
					quantityShipped: line.quantity,
					fulfillmentNetwork: order?.fulfilledByPlatform ? 'AFN' : 'MFN',
				},
			],
		};
	}

	#renderGroup({ store, number, startsAt, endsAt, total }: Period, now: number): Fields {
		const closed = endsAt <= now;
		const amount = { CurrencyCode: store.currency, CurrencyAmount: major(total, store.currency) };
		return {
			FinancialEventGroupId: this.#groupId(store, number),
			ProcessingStatus: closed ? 'Closed' : 'Open',
			...(closed && { FundTransferStatus: now < endsAt + TRANSFER ? 'Initiated' : 'Succeeded', FundTransferDate: iso(endsAt) }),
			OriginalTotal: amount,
			...(closed && now >= endsAt + TRANSFER && { TraceId: String(900_000 + (hashText(this.#groupId(store, number)) % 100_000)) }),
			BeginningBalance: { CurrencyCode: store.currency, CurrencyAmount: 0 },
			FinancialEventGroupStart: iso(startsAt),
			...(closed && { FinancialEventGroupEnd: iso(endsAt) }),
		};
	}

	/** What is held back belongs to no period, and a payout to the one that it pays. */
	#groupOf({ store, type, status, postedAt }: Transaction): string | null {
		return status === 'RELEASED' ? this.#groupId(store, periodOf(type === 'Transfer' ? postedAt - 1 : postedAt)) : null;
	}

	#groupId(store: StoreSeed, period: number): string {
		return this.#id(store, `group-${period}`);
	}

	#id(store: StoreSeed, key: string): string {
		return Buffer.from(`${this.#ids.seller(store.account)}/${store.number}/${key}`).toString('base64url');
	}
}

function wholeBreakdown(one: Transaction): Fields[] {
	const { store, beside } = one;
	if (beside) return [step(store, 'Expenses', beside.amount, [step(store, beside.word, beside.amount, [])])];
	const sum = (of: (line: BookedLine) => number): number => one.lines.reduce((all, line) => all + of(line), 0);
	const [sales, expenses] = one.type === 'Refund' ? ['Refunded Sales', 'Refunded Expenses'] : ['Sales', 'Expenses'];
	return [step(store, sales, sum(chargesOf), []), step(store, expenses, sum(feesOf), [step(store, 'AmazonFees', sum(feesOf), [])])];
}

function tree(store: StoreSeed, name: string, parts: Readonly<Record<string, number>>, unnamed = 0): Fields[] {
	const told = Object.entries(parts).filter(([, amount]) => amount !== 0);
	if (told.length === 0 && unnamed === 0) return [];
	const whole = told.reduce((all, [, amount]) => all + amount, unnamed);
	const steps = told.map(([word, amount]) => step(store, word, amount, []));
	return [step(store, name, whole, steps)];
}

function step(store: StoreSeed, breakdownType: string, amount: number, breakdowns: Fields[]): Fields {
	return { breakdownType, breakdownAmount: money(store, amount), breakdowns };
}

function picked(amounts: Readonly<Record<string, number>>, family: string): Record<string, number> {
	return Object.fromEntries(Object.entries(amounts).filter(([word]) => word.startsWith(family)));
}

function money({ currency }: StoreSeed, minor: number): Fields {
	return { currencyCode: currency, currencyAmount: major(minor, currency) };
}

function relatedOf(transaction: Fields, name: string): unknown {
	const related = transaction['relatedIdentifiers'] as { relatedIdentifierName: string; relatedIdentifierValue: string }[];
	return related.find((one) => one.relatedIdentifierName === name)?.relatedIdentifierValue;
}

function timeIn(query: URLSearchParams, name: string): number | undefined {
	const text = query.get(name);
	return text === null ? undefined : Date.parse(text);
}

interface Mark {
	start: number;
	at: number;
	asked: number;
	rested: boolean;
}

const writeMark = ({ start, at, asked, rested }: Mark): string =>
	Buffer.from(JSON.stringify([start, at, asked, rested ? 1 : 0, '??>'])).toString('base64');

function readMark(text: string): Mark | null {
	try {
		const value: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
		if (!Array.isArray(value) || value.length !== 5) return null;
		const [start, at, asked, rested] = value.map(Number);
		return start === undefined || at === undefined || asked === undefined ? null : { start, at, asked, rested: rested === 1 };
	} catch {
		return null;
	}
}
