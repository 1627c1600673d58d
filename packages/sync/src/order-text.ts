import type { BuyerData, Fee, Money, Order, OrderLine, OrderMoney, OrderReturn, Parcel } from '@pangea/domain';

type Writer<T> = (value: T) => string;
/** A writer for every field: a field that is added to a type does not compile until it is written too. */
type Writers<T> = { readonly [K in keyof T]-?: Writer<Exclude<T[K], undefined>> };

const text: Writer<string> = (value) => JSON.stringify(value);
const word: Writer<string | null> = (value) => (value === null ? 'null' : JSON.stringify(value));
const number: Writer<number | null> = (value) => JSON.stringify(value);
const flag: Writer<boolean> = (value) => (value ? 'true' : 'false');

function list<T>(writer: Writer<T>): Writer<readonly T[]> {
	return (values) => {
		let all = '';
		for (const value of values) all += all === '' ? writer(value) : `,${writer(value)}`;
		return `[${all}]`;
	};
}

function orNull<T>(writer: Writer<T>): Writer<T | null> {
	return (value) => (value === null ? 'null' : writer(value));
}

function record<T extends object>(writers: Writers<T>): Writer<T> {
	const names = Object.keys(writers).sort() as (keyof T & string)[];
	const field = <K extends keyof T>(value: T, name: K): string | null => {
		const inner = value[name];
		return inner === undefined ? null : writers[name](inner as Exclude<T[K], undefined>);
	};
	return (value) => {
		let all = '';
		for (const name of names) {
			const inner = field(value, name);
			if (inner !== null) all += all === '' ? `"${name}":${inner}` : `,"${name}":${inner}`;
		}
		return `{${all}}`;
	};
}

const money = record<Money>({ amountMinor: (value) => `"${value}"`, currency: text });
const amount = orNull(money);
const parts = record<OrderMoney['parts']>({
	items: money,
	shipping: money,
	tax: money,
	giftWrap: money,
	otherCharges: money,
	sellerDiscount: money,
	platformDiscount: money,
	shippingDiscount: money,
	refund: money,
	total: money,
	estimatedPayout: money,
});

const pieces = list(record<Parcel['lines'][number]>({ lineExternalId: text, quantity: number }));

/**
 * An order as JSON with sorted keys and big integers as text: what {@link canonicalText} makes of it, at a third of the cost, for every order
 * that comes in needs it.
 */
export const orderText = record<Order>({
	externalId: text,
	externalGroupId: word,
	siteId: word,
	state: text,
	rawStatus: text,
	fulfilment: text,
	placedAt: text,
	paidAt: word,
	shipBy: word,
	deliverBy: word,
	shippedAt: word,
	deliveredAt: word,
	cancelledAt: word,
	updatedAt: text,
	buyerCountry: word,
	externalBuyerId: word,
	isTest: flag,
	money: record<OrderMoney>({ currency: text, taxBasis: text, parts, totalComputed: flag }),
	lines: list(
		record<OrderLine>({
			externalId: text,
			externalListingId: word,
			externalVariantId: word,
			sellerSku: word,
			title: text,
			variant: word,
			imageUrl: word,
			quantity: number,
			quantityCancelled: number,
			quantityShipped: number,
			unitPrice: amount,
			discount: amount,
			tax: amount,
			rawStatus: word,
		}),
	),
	parcelsComplete: flag,
	amountsUntold: flag,
	askAgain: flag,
	parcels: list(
		record<Parcel>({
			externalId: text,
			carrier: word,
			trackingNumber: word,
			state: text,
			rawStatus: word,
			shippedAt: word,
			deliveredAt: word,
			lines: pieces,
		}),
	),
	returns: list(
		record<OrderReturn>({
			externalId: text,
			kind: text,
			state: text,
			rawStatus: text,
			reason: word,
			requestedBy: text,
			refund: amount,
			requestedAt: word,
			respondBy: word,
			updatedAt: word,
			lines: pieces,
		}),
	),
	fees: list(record<Fee>({ externalId: text, kind: text, rawKind: text, amount: money, lineExternalId: word })),
	buyer: orNull(
		record<BuyerData>({
			name: word,
			email: word,
			phone: word,
			taxId: word,
			addressLines: list(text),
			city: word,
			region: word,
			postalCode: word,
			maskedByPlatform: flag,
		}),
	),
	warnings: list(text),
});
