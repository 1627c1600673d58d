import { currencyExponent, ORDER_STATES, MONEY_PARTS, PARCEL_STATES, RETURN_KINDS, RETURN_STATES } from '@pangea/domain';
import { z } from 'zod';

const id = z.string().min(1).max(500);
const text = z.string();
const maybe = text.nullable();
const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const whole = z.number().int();
const currency = z.string().refine(isCurrency, 'is no currency');
const money = z.strictObject({ amountMinor: z.bigint(), currency });
const contents = z.array(z.strictObject({ lineExternalId: text, quantity: whole }));

function isCurrency(code: string): boolean {
	try {
		return currencyExponent(code) >= 0;
	} catch {
		return false;
	}
}

const line = z.strictObject({
	externalId: id,
	externalListingId: maybe,
	externalVariantId: maybe,
	sellerSku: maybe,
	title: text,
	variant: maybe,
	imageUrl: maybe,
	quantity: whole,
	quantityCancelled: whole,
	quantityShipped: whole.nullable(),
	unitPrice: money.nullable(),
	discount: money.nullable(),
	tax: money.nullable(),
	rawStatus: maybe,
});

const parcel = z.strictObject({
	externalId: id,
	carrier: maybe,
	trackingNumber: maybe,
	state: z.enum(PARCEL_STATES),
	rawStatus: maybe,
	shippedAt: instant.nullable(),
	deliveredAt: instant.nullable(),
	lines: contents,
});

const orderReturn = z.strictObject({
	externalId: id,
	kind: z.enum(RETURN_KINDS),
	state: z.enum(RETURN_STATES),
	rawStatus: text,
	reason: maybe,
	requestedBy: z.enum(['buyer', 'seller', 'platform', 'unknown']),
	refund: money.nullable(),
	requestedAt: instant.nullable(),
	respondBy: instant.nullable(),
	updatedAt: instant.nullable(),
	lines: contents,
});

const fee = z.strictObject({
	externalId: id,
	kind: z.enum(['commission', 'shipping', 'payment', 'tax', 'other']),
	rawKind: text,
	amount: money,
	lineExternalId: maybe,
});

const buyer = z.strictObject({
	name: maybe,
	email: maybe,
	phone: maybe,
	taxId: maybe,
	addressLines: z.array(text),
	city: maybe,
	region: maybe,
	postalCode: maybe,
	maskedByPlatform: z.boolean(),
});

const order = z.strictObject({
	externalId: id,
	externalGroupId: maybe,
	siteId: maybe,
	state: z.enum(ORDER_STATES),
	rawStatus: text,
	fulfilment: z.enum(['seller', 'platform', 'unknown']),
	placedAt: instant,
	paidAt: instant.nullable(),
	shipBy: instant.nullable(),
	deliverBy: instant.nullable(),
	shippedAt: instant.nullable(),
	deliveredAt: instant.nullable(),
	cancelledAt: instant.nullable(),
	updatedAt: instant,
	buyerCountry: maybe,
	externalBuyerId: maybe,
	isTest: z.boolean(),
	money: z.strictObject({
		currency,
		taxBasis: z.enum(['gross', 'net', 'unknown']),
		parts: z.partialRecord(z.enum(MONEY_PARTS), money),
		totalComputed: z.boolean(),
	}),
	lines: z.array(line),
	parcelsComplete: z.literal(true).optional(),
	amountsUntold: z.literal(true).optional(),
	askAgain: z.literal(true).optional(),
	parcels: z.array(parcel),
	returns: z.array(orderReturn),
	fees: z.array(fee),
	buyer: buyer.nullable(),
	warnings: z.array(text),
});

/** What makes a value no order of ours, field by field: types at run time, which a wire that lies can break where the compiler trusts it. */
export function faultsOfOrder(value: unknown): string[] {
	const parsed = order.safeParse(value);
	return parsed.success ? [] : parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}
