import { drawSku, findSku, priceOf, type Sku, titleOf } from './catalogue.ts';
import { type Address, addressOf, type Buyer, buyerOf } from './people.ts';
import { hash, Random } from './random.ts';
import type { StoreSeed } from './stores.ts';
import { lastStepAt, type Plan, type Step, type StepKind } from './timeline.ts';

/** One line. Amounts are whole-line sums in minor units of the order's currency. */
/** What the platform calls a listing that was made through the API. */
export interface Listed {
	product: string;
	variant: string;
	/** Of a listing that hangs on one of the account. */
	parent?: string | undefined;
}

export interface SimLine {
	number: number;
	sku: Sku;
	/** Where the store listed it through the API. */
	listed: Listed | null;
	title: string;
	variant: string;
	quantity: number;
	/** List price of one unit. */
	unitPrice: number;
	sellerDiscount: number;
	platformDiscount: number;
	/** What the buyer pays for the goods of this line, without tax that is shown apart. */
	net: number;
	tax: number;
	shipping: number;
	shippingTax: number;
}

export interface SimParcel {
	number: number;
	carrier: string;
	tracking: string;
	lines: { line: number; quantity: number }[];
	shippedAt: number;
	/** When the carrier has it, null before. */
	collectedAt: number | null;
	deliveredAt: number | null;
}

export interface SimReturn {
	requestedAt: number;
	updatedAt: number;
	refundOnly: boolean;
	reason: string;
	state: 'requested' | 'approved' | 'rejected' | 'shipped' | 'received' | 'refunded';
	lines: { line: number; quantity: number; amount: number; tax: number }[];
	tracking: string | null;
}

/** The broad state every platform has some word for. */
export type SimStatus = 'unpaid' | 'onHold' | 'paid' | 'partlyShipped' | 'shipped' | 'inTransit' | 'delivered' | 'completed' | 'cancelled';

/** What is true of one order at one instant; the platforms render it. Instants are milliseconds, money minor units. */
export interface SimOrder {
	store: StoreSeed;
	index: number;
	placedAt: number;
	/** The last change so far. */
	updatedAt: number;
	status: SimStatus;
	/** What has happened so far, oldest first. */
	steps: Step[];
	buyer: Buyer;
	address: Address;
	currency: string;
	lines: SimLine[];
	shipping: number;
	shippingSellerDiscount: number;
	shippingPlatformDiscount: number;
	/** Sum of line taxes and shipping taxes; 0 where prices include tax. */
	tax: number;
	/** What the buyer pays. */
	total: number;
	parcels: SimParcel[];
	cancellation: { requestedAt: number | null; at: number | null; by: 'buyer' | 'seller' | 'platform'; reason: string } | null;
	return: SimReturn | null;
	fulfilledByPlatform: boolean;
	gift: boolean;
	business: boolean;
	note: string;
}

/** What may be said by hand of an order that is created at run time. Amounts in minor units of the store's currency. */
export interface OrderOverrides {
	placedAt?: number | undefined;
	buyerName?: string | undefined;
	lines?: { sku: string; quantity: number; unitPrice?: number | undefined; listed?: Listed | undefined }[] | undefined;
	note?: string | undefined;
}

const carriers: Record<string, readonly string[]> = {
	US: ['USPS', 'UPS', 'FedEx'],
	CA: ['Canada Post', 'Purolator'],
	GB: ['Royal Mail', 'Evri'],
	DE: ['DHL', 'Hermes'],
	JP: ['Yamato Transport', 'Sagawa'],
	MX: ['Estafeta', 'DHL Express'],
	BR: ['Correios', 'Jadlog'],
	CL: ['Chilexpress'],
	CO: ['Coordinadora'],
	AR: ['Correo Argentino', 'Andreani'],
	TH: ['Thailand Post', 'Flash Express'],
};
const cancelReasons = { buyer: 'No longer needed', seller: 'Out of stock', platform: 'Payment not completed' };
const returnReasons = ['Arrived damaged', 'Wrong item sent', 'Does not match the description', 'No longer needed', 'Parts missing'];
const notes = [
	'',
	'',
	'',
	'',
	'',
	'Please leave at the back door',
	'请尽快发货，谢谢',
	'Entregar na portaria 🙏',
	'regalo, sin factura por favor',
];

/** Renders the neutral truth of an order at an instant from its plan. Pure. */
export function orderAt(input: {
	seed: number;
	store: StoreSeed;
	index: number;
	plan: Plan;
	at: number;
	buyers: number;
	overrides?: OrderOverrides | undefined;
}): SimOrder {
	const { seed, store, index, plan, overrides } = input;
	const random = new Random(hash(seed, store.number, index, 2));
	const steps = plan.steps.filter((s) => s.at <= input.at);
	const at = (kind: StepKind): number | null => steps.find((s) => s.kind === kind)?.at ?? null;
	const placedAt = plan.steps[0]?.at ?? 0;
	const buyer = buyerOf(seed, store, Math.floor(random.unit() ** 1.6 * input.buyers));
	const address = addressOf(seed, store, buyer.number);
	const fulfilledByPlatform = store.mode === 'platform-fulfilled' || (store.platform === 'amazon' && random.chance(0.6));
	const gift = random.chance(0.03);
	const business = random.chance(0.05);
	const note = random.pick(notes);
	const carrier = random.pick(carriers[store.country] ?? ['Yanwen']);
	const trackings = [random.code(2) + random.digits(11), random.code(2) + random.digits(11), random.code(2) + random.digits(11)];
	const reason = random.pick(returnReasons);
	const returnedLine = random.integer(0, plan.lineCount - 1);
	const lines = drawLines(seed, store, plan.lineCount, random, overrides);
	const goodsNet = lines.reduce((sum, l) => sum + l.net, 0);
	const shipping = lines.reduce((sum, l) => sum + l.shipping, 0);
	const free = random.chance(0.4);
	const shippingSellerDiscount = free ? shipping : 0;
	const tax = lines.reduce((sum, l) => sum + l.tax + (free ? 0 : l.shippingTax), 0);
	const cancelStep = steps.find((s) => s.kind === 'cancelled') ?? steps.find((s) => s.kind === 'cancelRequested');
	const by = cancelStep?.by ?? 'buyer';
	return {
		store,
		index,
		placedAt,
		updatedAt: lastStepAt(steps, input.at)?.at ?? placedAt,
		status: statusAfter(steps, plan.split),
		steps,
		buyer: overrides?.buyerName === undefined ? buyer : { ...buyer, name: overrides.buyerName, first: overrides.buyerName, last: '' },
		address,
		currency: store.currency,
		lines: free ? lines.map((l) => ({ ...l, shippingTax: 0 })) : lines,
		shipping,
		shippingSellerDiscount,
		shippingPlatformDiscount: 0,
		tax,
		total: goodsNet + shipping - shippingSellerDiscount + tax,
		parcels: parcelsOf(lines, plan, at, carrier, trackings),
		cancellation:
			cancelStep === undefined ? null : { requestedAt: at('cancelRequested'), at: at('cancelled'), by, reason: cancelReasons[by] },
		return: returnOf(lines, plan, steps, reason, returnedLine, trackings[2] ?? null),
		fulfilledByPlatform,
		gift,
		business,
		note: overrides?.note ?? note,
	};
}

/** The broad state after the steps; `split` says that one parcel is not the whole order. */
export function statusAfter(steps: readonly Step[], split = false): SimStatus {
	let status: SimStatus = 'unpaid';
	for (const { kind } of steps) {
		if (kind === 'paid') status = 'onHold';
		else if (kind === 'released') status = 'paid';
		else if (kind === 'shipped') status = split ? 'partlyShipped' : 'shipped';
		else if (kind === 'shippedRest') status = 'shipped';
		else if (kind === 'collected') status = 'inTransit';
		else if (kind === 'delivered') status = 'delivered';
		else if (kind === 'completed') status = 'completed';
		else if (kind === 'cancelled') return 'cancelled';
	}
	return status;
}

function drawLines(seed: number, store: StoreSeed, count: number, random: Random, overrides: OrderOverrides | undefined): SimLine[] {
	// Sales tax is added at the till in these countries; elsewhere the price includes it.
	const taxRate = store.country === 'US' ? random.pick([0, 0.0625, 0.0725, 0.08875]) : store.country === 'CA' ? 0.13 : 0;
	return Array.from({ length: count }, (_, number): SimLine => {
		const given = overrides?.lines?.[number];
		const drawn = drawSku(random, store);
		const sku = given === undefined ? drawn : findSku(given.sku);
		const quantity = given?.quantity ?? (random.chance(0.85) ? 1 : random.integer(2, 5));
		const unitPrice = given?.unitPrice ?? priceOf(seed, sku, store);
		const gross = unitPrice * quantity;
		// Both discounts stay divisible by the quantity: some platforms write one element per unit.
		const sellerDiscount = random.chance(0.25) && given === undefined ? Math.floor(unitPrice * 0.1) * quantity : 0;
		const platformDiscount = random.chance(0.12) && given === undefined ? Math.floor(unitPrice * 0.05) * quantity : 0;
		const net = gross - sellerDiscount - platformDiscount;
		const shipping = number === 0 ? Math.round((gross * 0.12) / 10) * 10 : 0;
		return {
			number,
			sku,
			listed: given?.listed ?? null,
			title: titleOf(sku, store),
			variant: sku.variant,
			quantity,
			unitPrice,
			sellerDiscount,
			platformDiscount,
			net,
			tax: Math.round(net * taxRate),
			shipping,
			shippingTax: Math.round(shipping * taxRate),
		};
	});
}

function parcelsOf(
	lines: readonly SimLine[],
	plan: Plan,
	at: (kind: StepKind) => number | null,
	carrier: string,
	trackings: readonly string[],
): SimParcel[] {
	const shippedAt = at('shipped');
	if (shippedAt === null) return [];
	const restAt = at('shippedRest');
	const whole = lines.map((l) => ({ line: l.number, quantity: l.quantity }));
	const parcel = (number: number, content: SimParcel['lines'], shipped: number): SimParcel => ({
		number,
		carrier,
		tracking: trackings[number] ?? '',
		lines: content,
		shippedAt: shipped,
		collectedAt: at('collected'),
		deliveredAt: at('delivered'),
	});
	if (!plan.split) return [parcel(0, whole, shippedAt)];
	return restAt === null
		? [parcel(0, whole.slice(0, 1), shippedAt)]
		: [parcel(0, whole.slice(0, 1), shippedAt), parcel(1, whole.slice(1), restAt)];
}

const returnStates: Partial<Record<StepKind, SimReturn['state']>> = {
	returnRequested: 'requested',
	returnApproved: 'approved',
	returnRejected: 'rejected',
	returnShipped: 'shipped',
	returnReceived: 'received',
	refunded: 'refunded',
};

function returnOf(
	lines: readonly SimLine[],
	plan: Plan,
	steps: readonly Step[],
	reason: string,
	lineNumber: number,
	tracking: string | null,
): SimReturn | null {
	const relevant = steps.filter((s) => returnStates[s.kind] !== undefined);
	const first = relevant[0];
	const last = relevant.at(-1);
	const line = lines[Math.min(lineNumber, lines.length - 1)];
	const state = last === undefined ? undefined : returnStates[last.kind];
	if (first === undefined || last === undefined || line === undefined || state === undefined) return null;
	return {
		requestedAt: first.at,
		updatedAt: last.at,
		refundOnly: plan.refundOnly,
		reason,
		state,
		lines: [{ line: line.number, quantity: line.quantity, amount: line.net, tax: line.tax }],
		tracking: relevant.some((s) => s.kind === 'returnShipped') ? tracking : null,
	};
}
