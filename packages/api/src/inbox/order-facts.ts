import type { orderDetail } from '@pangea/db';
import { formatDecimal, type OrderState, type ParcelState, type ReturnKind, type ReturnState } from '@pangea/domain';
import type { Fact } from '@pangea/translation';

type Found = NonNullable<Awaited<ReturnType<typeof orderDetail>>>;

/** More parcels, returns or goods than this are not told of one by one. */
const MOST = 5;

/** States that say nothing a buyer could be told. */
const UNTOLD: ReadonlySet<string> = new Set(['unknown'] satisfies (OrderState | ParcelState | ReturnState | ReturnKind)[]);

/**
 * What can be told to a buyer of their own order: states, dates, carriers, tracking numbers, goods, and refunds where the member sees amounts.
 * Nothing of who the buyer is, and nothing of what the trade costs.
 */
export function factsOf(
	{ order, lines, parcels, returns }: Found,
	{ language, zone, revenue }: { language: string; zone: string; revenue: boolean },
): Fact[] {
	const day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: zone });
	const facts: Fact[] = [];
	const figure = (field: string, what: string, value: string | null): void => {
		if (value !== null && value !== '') facts.push({ field, what, kind: 'figure', value });
	};
	const word = (field: string, what: string, value: string): void => {
		if (!UNTOLD.has(value)) facts.push({ field, what, kind: 'word', value });
	};
	const date = (field: string, what: string, at: string | null): void => figure(field, what, at === null ? null : day.format(new Date(at)));
	word('state', 'state of the order', order.state);
	figure('externalId', 'order number', order.external_id);
	date('placedAt', 'day on which the order was placed', order.placed_at);
	date('shippedAt', 'day on which the order was shipped', order.shipped_at);
	if (order.delivered_at === null) date('deliverBy', 'day by which the platform promised delivery', order.deliver_by);
	date('deliveredAt', 'day on which the order was delivered', order.delivered_at);
	date('cancelledAt', 'day on which the order was cancelled', order.cancelled_at);
	for (const line of lines.slice(0, MOST)) figure('line.title', 'name of an ordered product', line.title);
	for (const [i, parcel] of parcels.slice(0, MOST).entries()) {
		const which = parcels.length === 1 ? 'the parcel' : `parcel ${'ABCDE'.charAt(i)}`;
		word('parcel.state', `state of ${which}`, parcel.state);
		figure('parcel.carrier', `carrier of ${which}`, parcel.carrier);
		figure('parcel.trackingNumber', `tracking number of ${which}`, parcel.tracking_number);
	}
	for (const [i, one] of returns.slice(0, MOST).entries()) {
		const which = returns.length === 1 ? 'the return' : `return ${'ABCDE'.charAt(i)}`;
		word('return.kind', `kind of ${which}`, one.kind);
		word('return.state', `state of ${which}`, one.state);
		date('return.requestedAt', `day on which ${which} was asked for`, one.requested_at);
		if (revenue && one.refund_minor !== null && one.refund_currency !== null)
			figure('return.refund', `refunded amount of ${which}`, amountOf(one.refund_minor, one.refund_currency, language));
	}
	return facts;
}

function amountOf(minor: string, currency: string, language: string): string {
	const decimal = formatDecimal({ amountMinor: BigInt(minor), currency });
	// The text, not a number: large amounts stay exact.
	return new Intl.NumberFormat(language, { style: 'currency', currency }).format(decimal as `${number}`);
}
