import { instantFromSeconds, parseMoney, type Settlement, type Statement } from '@pangea/domain';
import { type Booked, causeText, type Finances, type Outcome, type Page, type StoreContext } from '@pangea/platform-contract';
import type { z } from 'zod';
import { type ApiRequest, call } from './client.ts';
import { rawRecord, rawReply } from './evidence.ts';
import { cipherOf } from './stores.ts';
import { openBooking, settledBooking, settlementLines } from './to-settlement.ts';
import { explain } from './wire.ts';
import {
	BookingKey,
	StatementPage,
	TransactionPage,
	UnsettledPage,
	WireStatement,
	WireTransaction,
	WireUnsettled,
} from './wire-finances.ts';

const A_PAGE = 100;

/** Statements of a window, each after its transactions; and what is not settled yet, as TikTok estimates it. */
export const finances: Finances = {
	async *pull(context, { from, until }) {
		const second = (instant: string): number => Math.floor(Date.parse(instant) / 1000);
		const query = { sort_field: 'statement_time', statement_time_ge: second(from), statement_time_lt: second(until) };
		for await (const { data, raw } of pages(context, 'finance.statements', '/finance/202309/statements', query, StatementPage)) {
			const told: Outcome<Booked>[] = [];
			for (const record of data.statements) {
				const wire = WireStatement.safeParse(record);
				if (!wire.success) {
					told.push(unread(record, explain(wire.error)));
					continue;
				}
				let payable: string | null = null;
				for await (const page of transactions(context, wire.data)) {
					payable = page.payable ?? payable;
					yield page.page;
				}
				told.push(outcome(record, () => ({ statement: toStatement(wire.data, payable, context.now().toISOString()) })));
			}
			yield pageOf(context, told, [rawReply(context, 'finance.statements', raw)], data.next_page_token);
		}
	},

	async *deferred(context) {
		const query = { sort_field: 'order_create_time' };
		for await (const { data, raw } of pages(context, 'finance.unsettled', '/finance/202507/orders/unsettled', query, UnsettledPage)) {
			const items = data.transactions.map((record) => {
				const wire = WireUnsettled.safeParse(record);
				if (!wire.success) return unread(record, explain(wire.error));
				return outcome(record, () => ({ settlement: toDeferred(wire.data, context.now().toISOString()) }));
			});
			const page = pageOf(context, items, [rawReply(context, 'finance.unsettled', raw)], data.next_page_token);
			yield { ...page, total: data.total_count ?? null };
		}
	},
};

async function* pages<S extends z.ZodType<{ next_page_token: string | null }>>(
	context: StoreContext,
	operation: ApiRequest['operation'],
	path: string,
	query: Record<string, string | number>,
	schema: S,
) {
	let token: string | null = null;
	do {
		const reply: Awaited<ReturnType<typeof call<S>>> = await call(
			context,
			{
				operation,
				method: 'GET',
				path,
				// Sorting by its only field has to be asked for by name (contract §9).
				query: { ...query, sort_order: 'ASC', page_size: A_PAGE, page_token: token ?? undefined },
				cipher: cipherOf(context),
				idempotent: true,
			},
			schema,
		);
		yield reply;
		token = reply.data.next_page_token;
	} while (token !== null);
}

async function* transactions(
	context: StoreContext,
	statement: WireStatement,
): AsyncGenerator<{ page: Page<Booked>; payable: string | null }> {
	const path = `/finance/202501/statements/${encodeURIComponent(statement.id)}/statement_transactions`;
	const query = { sort_field: 'order_create_time' };
	for await (const { data, raw } of pages(context, 'finance.transactions', path, query, TransactionPage)) {
		const postedAt = data.create_time ?? statement.statement_time;
		const currency = data.currency ?? statement.currency;
		const items = data.transactions.map((record) => {
			const wire = WireTransaction.safeParse(record);
			if (!wire.success) return unread(record, explain(wire.error));
			return outcome(record, () => ({
				settlement: toSettlement(wire.data, { statementId: statement.id, currency, postedAt, knownAt: context.now().toISOString() }),
			}));
		});
		yield {
			page: pageOf(context, items, [rawReply(context, 'finance.transactions', raw)], data.next_page_token),
			payable: data.payable_amount,
		};
	}
}

function pageOf(context: StoreContext, items: Outcome<Booked>[], replies: Page<Booked>['replies'], next: string | null): Page<Booked> {
	return { items, replies, next, watermark: context.now().toISOString(), total: null };
}

function unread(record: unknown, cause: string): Outcome<Booked> {
	const key = BookingKey.safeParse(record);
	return { ok: false, externalId: key.success ? key.data.id : null, cause, raw: rawRecord(record), replies: [0] };
}

function outcome(record: unknown, read: () => Booked): Outcome<Booked> {
	try {
		return { ok: true, value: read(), replies: [0] };
	} catch (error) {
		return unread(record, error instanceof Error ? causeText(error.message) : 'The booking cannot be read');
	}
}

/**
 * @param payable what its transactions' answer says is paid out, which the list does not tell: reserves are taken off
 * @throws MoneyError, TimeError
 */
function toStatement(wire: WireStatement, payable: string | null, knownAt: string): Statement {
	return {
		externalId: wire.id,
		total: parseMoney(payable ?? wire.settlement_amount ?? '', wire.currency),
		closedAt: instantFromSeconds(wire.statement_time ?? Number.NaN),
		rawStatus: wire.payment_status ?? '',
		payoutId: wire.payment_id,
		knownAt,
	};
}

/** @throws MoneyError, TimeError */
function toSettlement(
	wire: WireTransaction,
	of: { statementId: string; currency: string; postedAt: number | null; knownAt: string },
): Settlement {
	return {
		externalId: wire.id,
		statementId: of.statementId,
		externalOrderId: wire.order_id ?? wire.adjustment_order_id ?? wire.associated_order_id,
		rawType: wire.type,
		state: 'released',
		postedAt: instantFromSeconds(of.postedAt ?? Number.NaN),
		knownAt: of.knownAt,
		lines: settlementLines(settledBooking(wire), of.currency),
	};
}

/** @throws MoneyError, TimeError */
function toDeferred(wire: WireUnsettled, knownAt: string): Settlement {
	return {
		externalId: wire.id,
		statementId: null,
		externalOrderId: wire.order_id ?? wire.adjustment_order_id,
		rawType: wire.type,
		state: 'deferred',
		postedAt: instantFromSeconds(wire.order_delivery_time ?? wire.order_create_time ?? Number.NaN),
		knownAt,
		lines: settlementLines(openBooking(wire), wire.currency),
	};
}
