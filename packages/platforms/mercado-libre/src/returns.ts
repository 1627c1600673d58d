import { type Instant, type Money, negateMoney, type OrderLine, type OrderReturn, type ReturnState } from '@pangea/domain';
import { entryOf } from '@pangea/platform-contract';
import { money, moneyOrNull } from './money.ts';
import { instant } from './shipments.ts';
import type { WireOrder, WirePayment } from './wire.ts';

/** Money that went back to the buyer for one payment. */
export interface Refund {
	paymentId: string | null;
	amount: Money;
	at: Instant | null;
	rawStatus: string;
}

/** Payment statuses (Mercado Pago) that mean that all of it went back even where no amount says so. */
const ALL_BACK = new Set(['refunded', 'charged_back']);

/** Refunds as the order's payments show them (contract §4.2). @throws MoneyError */
export function refundsOf(order: WireOrder, currency: string): Refund[] {
	return (order.payments ?? []).flatMap((payment) => {
		const amount = refunded(payment, payment.currency_id ?? currency);
		if (!amount || amount.amountMinor === 0n) return [];
		return [{ paymentId: payment.id ?? null, amount, at: instant(payment.date_last_modified), rawStatus: payment.status ?? 'unknown' }];
	});
}

function refunded(payment: WirePayment, currency: string): Money | null {
	const stated = moneyOrNull(payment.transaction_amount_refunded, currency);
	if (stated && stated.amountMinor !== 0n) return stated;
	const all = payment.transaction_amount;
	return payment.status && ALL_BACK.has(payment.status) && all ? money(all, currency) : stated;
}

/**
 * Cancellations, refunds, requests and claims as far as the order shows them. Claims are only named: their story has its own resource
 * (contract §7.4).
 */
export function toReturns(order: WireOrder, lines: readonly OrderLine[], refunds: readonly Refund[]): OrderReturn[] {
	const cancelled = order.status === 'cancelled' || order.status === 'invalid';
	const money = cancelled ? [toCancellation(order, lines, refunds)] : refunds.map((refund) => toRefund(order, refund));
	return [...money, ...toRequests(order), ...toClaims(order)];
}

const all = (lines: readonly OrderLine[]) => lines.map((l) => ({ lineExternalId: l.externalId, quantity: l.quantity }));

function toCancellation(order: WireOrder, lines: readonly OrderLine[], refunds: readonly Refund[]): OrderReturn {
	const detail = order.cancel_detail;
	const at = instant(detail?.date);
	const [first, ...rest] = refunds.map((r) => r.amount);
	// Payments in several currencies have no sum; each is then found in the stored reply.
	const summable = first !== undefined && rest.every((r) => r.currency === first.currency);
	return {
		externalId: `cancellation:${order.id}`,
		kind: 'cancellation',
		state: 'completed',
		rawStatus: order.status ?? 'unknown',
		reason: detail?.code ?? detail?.description ?? statusReason(order),
		requestedBy: requester(detail?.requested_by),
		refund: summable ? rest.reduce((a, b) => ({ ...a, amountMinor: a.amountMinor + b.amountMinor }), first) : null,
		requestedAt: at,
		respondBy: null,
		updatedAt: at,
		lines: all(lines),
	};
}

function toRefund(order: WireOrder, refund: Refund): OrderReturn {
	return {
		externalId: `refund:${refund.paymentId ?? order.id}`,
		kind: 'refund',
		state: 'completed',
		rawStatus: refund.rawStatus,
		reason: (order.tags ?? []).includes('unfulfilled') ? 'unfulfilled' : statusReason(order),
		requestedBy: 'unknown',
		refund: refund.amount,
		requestedAt: null,
		respondBy: null,
		updatedAt: refund.at,
		lines: [],
	};
}

function toRequests(order: WireOrder): OrderReturn[] {
	const requests = [
		['return', order.order_request?.return],
		['replacement', order.order_request?.change],
	] as const;
	return requests.flatMap(([kind, value]) => {
		if (value === null || value === undefined || value === false) return [];
		const known = typeof value === 'object' ? value : { id: null, status: null };
		return [{ ...bare(`${kind}:${known.id ?? order.id}`), kind, rawStatus: known.status ?? 'unknown' }];
	});
}

function toClaims(order: WireOrder): OrderReturn[] {
	const claims = (order.mediations ?? []).flatMap((m) => (m.id ? [{ id: m.id, status: m.status ?? null }] : []));
	const tags = order.tags ?? [];
	// The tags speak of the order; with several claims they do not say which.
	const told = claims.length === 1 ? (['claim_closed', 'claim_opened'].find((t) => tags.includes(t)) ?? null) : null;
	return claims.map(({ id, status }) => {
		const rawStatus = status ?? told ?? 'unknown';
		return { ...bare(id), kind: 'claim', state: entryOf(CLAIM_STATES, rawStatus) ?? 'unknown', rawStatus };
	});
}

const CLAIM_STATES: Record<string, ReturnState> = {
	opened: 'requested',
	claim_opened: 'requested',
	closed: 'completed',
	claim_closed: 'completed',
};

function bare(externalId: string): Omit<OrderReturn, 'kind' | 'rawStatus'> {
	return {
		externalId,
		state: 'unknown',
		reason: null,
		requestedBy: 'unknown',
		refund: null,
		requestedAt: null,
		respondBy: null,
		updatedAt: null,
		lines: [],
	};
}

function statusReason(order: WireOrder): string | null {
	const detail = order.status_detail;
	if (typeof detail === 'string') return detail || null;
	return detail?.code || detail?.description || null;
}

function requester(word: string | null | undefined): OrderReturn['requestedBy'] {
	if (word === 'buyer' || word === 'seller') return word;
	return word === 'internal' || word === 'mercadolibre' || word === 'admin' ? 'platform' : 'unknown';
}

/** The refunds in the order's currency as the buyer's bill shows them: negative. Null without any. */
export function refundPart(refunds: readonly Refund[], currency: string): Money | null {
	const own = refunds.filter((r) => r.amount.currency === currency);
	if (own.length === 0) return null;
	return negateMoney(
		own.reduce((total, r) => ({ ...total, amountMinor: total.amountMinor + r.amount.amountMinor }), { amountMinor: 0n, currency }),
	);
}
