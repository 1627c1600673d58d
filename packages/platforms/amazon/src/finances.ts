import { addMillis, type Instant, MoneyError, TimeError } from '@pangea/domain';
import {
	type Booked,
	causeText,
	type Finances,
	jsonText,
	type Outcome,
	type Page,
	type RawReply,
	type StoreContext,
} from '@pangea/platform-contract';
import type * as z from 'zod';
import { type Answer, type Call, call } from './client.ts';
import { describeIssues, misunderstood } from './errors.ts';
import { manifest } from './manifest.ts';
import { siteOf } from './to-order.ts';
import { toSettlement, toStatement, UnknownStatusError } from './to-settlement.ts';
import { wireGroup, wireGroups, wireTransaction, wireTransactionKey, wireTransactions } from './wire-finances.ts';

const TRANSACTIONS: Call = { operation: 'listTransactions', path: '/finances/2024-06-19/transactions' };
const GROUPS: Call = { operation: 'listFinancialEventGroups', path: '/finances/v0/financialEventGroups' };
/** Amazon refuses an end later than two minutes ago (contract §12). */
const MARGIN_MILLIS = 150_000;
const DAY = 86_400_000;
/** A period is listed by its opening: so long may it have lasted, and so long after its end its payout moves on. */
const LONGEST_PERIOD = 45 * DAY;
const PAYOUT_MOVES = 14 * DAY;

/**
 * Transactions of a window, then the settlement periods that ended in it. Both are told for the whole account: merchant-fulfilled orders are missing
 * where a marketplace is asked for (contract §12), so a store's own are picked out here, and its evidence holds no other store's.
 */
export const finances: Finances = {
	async *pull(context, { from, until }) {
		const latest = addMillis(context.now().toISOString(), -MARGIN_MILLIS);
		const end = until < latest ? until : latest;
		if (end <= from) return;
		for await (const records of transactions(context, { postedAfter: from, postedBefore: end })) yield toPage(context, records);
		for await (const group of groups(context, from, end)) yield group;
	},
};

async function* transactions(context: StoreContext, query: Record<string, string>): AsyncGenerator<readonly unknown[]> {
	for await (const page of pages(context, wireTransactions, { ...TRANSACTIONS, query }, (value) => value.payload.nextToken, 'nextToken'))
		yield page.payload.transactions;
}

/** Empty pages happen; the end is where no token is told. */
async function* pages<T>(
	context: StoreContext,
	schema: z.ZodType<T>,
	request: Call,
	tokenOf: (value: T) => string | null,
	tokenName: string,
): AsyncGenerator<T> {
	for (let token: string | undefined; ; ) {
		const { value }: Answer<T> = await call(context, schema, { ...request, query: { ...request.query, [tokenName]: token } });
		yield value;
		const next = tokenOf(value);
		if (next === null) return;
		if (next === token) throw misunderstood(request.operation, 'the page names itself as the next one');
		token = next;
	}
}

/** Null for a record that names no marketplace, and for one of a marketplace that is none. */
function siteOfRecord(record: unknown): string | null {
	const key = wireTransactionKey.safeParse(record);
	if (!key.success) return null;
	return siteOf(key.data.marketplaceDetails?.marketplaceId ?? key.data.sellingPartnerMetadata?.marketplaceId, null);
}

function toPage(context: StoreContext, records: readonly unknown[]): Page<Booked> {
	const own = records.filter((record) => siteOfRecord(record) === context.store.siteId);
	// Nobody can say whose these are: each store is told of them, and none keeps what may be another's.
	const homeless = records.filter((record) => siteOfRecord(record) === null).map(nameOf);
	const knownAt = context.now().toISOString();
	return {
		items: [
			...own.map((record) => readTransaction(record, knownAt)),
			...homeless.map((name) => unread(name, 'marketplaceDetails: names no marketplace of ours')),
		],
		replies: own.length + homeless.length > 0 ? [replyOf(context, TRANSACTIONS, { transactions: [...own, ...homeless] })] : [],
		next: null,
		watermark: knownAt,
		total: null,
	};
}

function readTransaction(record: unknown, knownAt: string): Outcome<Booked> {
	const wire = wireTransaction.safeParse(record);
	if (!wire.success) return unread(record, describeIssues(wire.error));
	try {
		return { ok: true, value: { settlement: toSettlement(wire.data, knownAt) }, replies: [0] };
	} catch (error) {
		if (!(error instanceof MoneyError || error instanceof TimeError || error instanceof UnknownStatusError)) throw error;
		return unread(record, causeText(error.message));
	}
}

async function* groups(context: StoreContext, from: Instant, until: Instant): AsyncGenerator<Page<Booked>> {
	const currency = manifest.sites.find(({ id }) => id === context.store.siteId)?.currency;
	const query = { FinancialEventGroupStartedAfter: addMillis(from, -LONGEST_PERIOD), FinancialEventGroupStartedBefore: until };
	const first = addMillis(from, -PAYOUT_MOVES);
	for await (const page of pages(context, wireGroups, { ...GROUPS, query }, (value) => value.payload.NextToken, 'NextToken')) {
		for (const record of page.payload.FinancialEventGroupList) {
			const told = readGroup(record, context.now().toISOString());
			if (told === null) continue;
			if (told.ok && 'statement' in told.value) {
				const { statement } = told.value;
				// A period is in the currency of its marketplace (model financesV0).
				if (statement.total.currency !== currency || statement.closedAt < first || statement.closedAt >= until) continue;
				if (!(await isOwn(context, statement.externalId))) continue;
			}
			const replies: RawReply[] = [replyOf(context, GROUPS, { FinancialEventGroupList: [record] })];
			yield { items: [told], replies, next: null, watermark: context.now().toISOString(), total: null };
		}
	}
}

/** Null for a period that is open. */
function readGroup(record: unknown, knownAt: string): Outcome<Booked> | null {
	const wire = wireGroup.safeParse(record);
	if (!wire.success) return unread(record, describeIssues(wire.error));
	try {
		const statement = toStatement(wire.data, knownAt);
		return statement && { ok: true, value: { statement }, replies: [0] };
	} catch (error) {
		if (!(error instanceof MoneyError || error instanceof TimeError)) throw error;
		return unread(record, causeText(error.message));
	}
}

/**
 * A period does not say whose it is; its transactions do. One that holds those of several marketplaces is no store's own statement: its total would
 * be compared with the lines of one of them.
 */
async function isOwn(context: StoreContext, groupId: string): Promise<boolean> {
	const query = { relatedIdentifierName: 'FINANCIAL_EVENT_GROUP_ID', relatedIdentifierValue: groupId };
	for await (const records of transactions(context, query)) {
		const sites = new Set(records.flatMap((record) => siteOfRecord(record) ?? []));
		if (sites.size > 0) return sites.size === 1 && sites.has(context.store.siteId);
	}
	return false;
}

/** What is kept of an answer about the whole account, in Amazon's own form. */
function replyOf(context: StoreContext, { operation }: Call, payload: object): RawReply {
	return { operation, fetchedAt: context.now().toISOString(), body: Buffer.from(jsonText({ payload })) };
}

function nameOf(record: unknown): unknown {
	const key = wireTransactionKey.safeParse(record);
	return { transactionId: key.success ? key.data.transactionId : null };
}

function unread(record: unknown, cause: string): Outcome<Booked> {
	const key = wireTransactionKey.safeParse(record);
	return { ok: false, externalId: key.success ? key.data.transactionId : null, cause, raw: jsonText(record), replies: [0] };
}
