import { instantFromMillis, instantFromSeconds, type Instant } from '@pangea/domain';
import { causeText, LONGEST_ID, LONGEST_NUMBER } from '@pangea/platform-contract';
import { z } from 'zod';

// Regional pages of the documentation disagree whether a field is INTEGER, LONG or STRING, and what a double cannot hold arrives as
// text: every number and id is taken in either form. Unknown fields pass.

export const id = z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String);
export const optionalId = z
	.union([z.string().max(LONGEST_ID), z.number()])
	.nullish()
	.transform((value) => (value === null || value === undefined || value === '' ? null : String(value)));
export const optionalText = z
	.string()
	.nullish()
	.transform((value) => (value === undefined || value === '' ? null : value));
// The documentation's field lists hold these words where replies hold values.
const TYPE_NAMES = new Set(['STRING', 'INT', 'INTEGER', 'LONG', 'DOUBLE', 'BOOLEAN', 'OBJECT']);

function integerAs(meaning: string) {
	const error = ({ input }: { input?: unknown }): string => {
		if (input === undefined) return 'is missing';
		return typeof input === 'string' && TYPE_NAMES.has(input) ? `is a type name, not ${meaning}` : `is not ${meaning}`;
	};
	return z.union([z.number().int({ error }), z.string().regex(/^-?\d{1,15}$/, { error })], { error }).transform(Number);
}

export const integer = integerAs('a whole number');
const time = integerAs('a time');
export const optionalInteger = integer.nullish().transform((value) => value ?? null);
const count = integer.refine((value) => value >= 0, 'is negative');
export const optionalCount = count.nullish().transform((value) => value ?? null);

export function listOf<T extends z.ZodType>(item: T) {
	return z
		.array(item)
		.nullish()
		.transform((value) => value ?? []);
}

function convert(fromNumber: (value: number) => Instant, value: number, issues: z.core.$RefinementCtx): Instant {
	try {
		return fromNumber(value);
	} catch {
		issues.addIssue('is no plausible time in the unit of this field');
		return z.NEVER;
	}
}

// 0 stands for "not yet" in places where other replies have null.
function optionalTime(fromNumber: (value: number) => Instant) {
	return time.nullish().transform((value, issues) => (value ? convert(fromNumber, value, issues) : null));
}

const seconds = time.transform((value, issues) => convert(instantFromSeconds, value, issues));
const optionalSeconds = optionalTime(instantFromSeconds);
const optionalMillis = optionalTime(instantFromMillis);

const label = z.object({ name: z.string(), value: optionalInteger });

const parentOrderSchema = z.object({
	parentOrderSn: id,
	parentOrderStatus: id,
	parentOrderTime: seconds,
	parentOrderPendingFinishTime: optionalSeconds,
	parentConfirmTime: optionalSeconds,
	expectShipLatestTime: optionalSeconds,
	latestDeliveryTime: optionalSeconds,
	parentShippingTime: optionalSeconds,
	/** Only lists have it. */
	updateTime: optionalSeconds,
	siteId: optionalId,
	regionId: optionalId,
	parentOrderLabel: listOf(label),
	fulfillmentWarning: listOf(z.string()),
	orderPaymentType: optionalText,
});

const packageSchema = z.object({ packageSn: id, packageDeliveryType: optionalInteger });

const orderLineSchema = z.object({
	orderSn: id,
	orderStatus: optionalId,
	goodsId: optionalId,
	skuId: optionalId,
	goodsName: optionalText,
	originalGoodsName: optionalText,
	spec: optionalText,
	originalSpecName: optionalText,
	thumbUrl: optionalText,
	quantity: count,
	originalOrderQuantity: optionalCount,
	canceledQuantityBeforeShipment: optionalCount,
	productList: listOf(z.object({ productSkuId: optionalId, extCode: optionalText })),
	orderLabel: listOf(label),
	fulfillmentWarning: listOf(z.string()),
	packageAbnormalTypeList: listOf(z.string()),
	fulfillmentType: optionalText,
	orderShippingTime: optionalSeconds,
	/** Only details have it. */
	packageSnInfo: listOf(packageSchema),
});

/** An order as lists and details show it. */
export const orderSchema = z.object({ parentOrderMap: parentOrderSchema, orderList: z.array(orderLineSchema) });
export type WireOrder = z.infer<typeof orderSchema>;
export type WireLine = z.infer<typeof orderLineSchema>;

/** What of an order tells what else to ask about it. */
export const orderStageSchema = z.object({
	parentOrderMap: z.object({ parentOrderSn: id, parentOrderStatus: id, siteId: optionalId }),
	orderList: z.array(z.object({ orderSn: id, orderStatus: optionalId })),
});
export type WireOrderStage = z.infer<typeof orderStageSchema>;

/** Items stay raw: each is read by itself, so that one that cannot be read costs only itself. */
export const orderListSchema = z.object({
	totalItemNum: optionalInteger,
	pageItems: listOf(z.unknown()),
});

/** The two facts paging needs, read even from an item that is otherwise not understood. */
export const orderKeySchema = z.object({
	parentOrderMap: z.object({ parentOrderSn: optionalId, updateTime: optionalInteger.catch(null), regionId: optionalId.catch(null) }),
});

/** `amount` counts minor units; the digits stay text until the currency's scale is known. */
export const moneySchema = z.looseObject({
	currency: z.string().min(1),
	amount: z
		.union([
			z.number().int(),
			z
				.string()
				.max(LONGEST_NUMBER)
				.regex(/^-?\d+$/),
		])
		.transform(String),
});

/** The money fields differ by variant and region; amounts.ts takes them by name. */
export const amountSchema = z.looseObject({
	parentOrderMap: z.looseObject({ parentOrderSn: id }),
	orderList: listOf(z.looseObject({ orderSn: id })),
	warning: listOf(z.string()),
});

const shipmentSchema = z.object({
	packageSn: id,
	carrierName: optionalText,
	trackingNumber: optionalText,
	trackingWarningLabel: optionalInteger,
	skuId: optionalId,
	quantity: optionalCount,
	subPackageShipmentInfoList: listOf(z.object({ packageSn: id, carrierName: optionalText, trackingNumber: optionalText })),
});
export const shipmentsSchema = z.object({ shipmentInfoDTO: listOf(shipmentSchema) });
export type WireShipment = z.infer<typeof shipmentSchema>;

const cancelSchema = z.object({
	parentAfterSalesSn: id,
	parentAfterSalesStatus: id,
	afterSalesInfoList: listOf(z.object({ parentOrderSn: id, orderSn: id, applyGoodsNumber: optionalCount, createAtMillis: optionalMillis })),
});
export const cancelListSchema = z.object({ total: optionalInteger, data: listOf(cancelSchema) });

/** Lists give seconds, details milliseconds (contract §4, time). */
const afterSalesSchema = z.looseObject({
	parentAfterSalesSn: id,
	parentOrderSn: id,
	afterSalesType: optionalId,
	parentAfterSalesStatus: id,
	operateExpireTimeMs: optionalMillis,
	createAt: optionalSeconds,
	updateAt: optionalSeconds,
});
export const afterSalesListSchema = z.looseObject({ total: optionalInteger, data: listOf(afterSalesSchema) });

export const afterSalesDetailSchema = z.looseObject({
	parentAfterSalesSn: id,
	parentOrderSn: id,
	afterSalesType: optionalId,
	parentAfterSalesStatus: id,
	createAtMillis: optionalMillis,
	lastUpdateAtMillis: optionalMillis,
	refundSummary: z.looseObject({ buyerTotalRefund: moneySchema.nullish() }).nullish(),
	afterSalesList: listOf(z.looseObject({ orderSn: id, afterSalesReasonDesc: optionalText, applyAfterSalesGoodsNumber: optionalCount })),
});
export type WireAfterSales = z.infer<typeof afterSalesSchema>;
export type WireAfterSalesDetail = z.infer<typeof afterSalesDetailSchema>;
export type WireCancel = z.infer<typeof cancelSchema>;

const scopes = listOf(z.string());
const tokenFields = { mallId: id, mallType: optionalInteger, regionId: optionalId, expiredTime: optionalSeconds, apiScopeList: scopes };

/** `bg.open.accesstoken.info.get` on the regional gateways and on the Chinese one, which leaves out type and region. */
export const tokenInfoSchema = z.looseObject({ ...tokenFields, semiUniqueId: optionalText });
export type TokenInfo = z.infer<typeof tokenInfoSchema>;
export const tokenInfoGlobalSchema = z.looseObject({
	mallName: optionalText,
	uniqueId: id,
	expiredTime: optionalSeconds,
	apiScopeList: scopes,
});
export const tokenCreateSchema = z.looseObject({
	...tokenFields,
	accessToken: z.string().min(1),
	associatedMallTokenList: listOf(z.looseObject({ accessToken: z.string().min(1), mallId: id })),
});
export const mallInfoSchema = z.looseObject({ semiManagedMall: z.boolean().nullish() });

export const webhookBodySchema = z.looseObject({ eventData: z.string().min(1) });
export const eventSchema = z.looseObject({
	mallId: optionalId,
	parentOrderSn: optionalId,
	orderSn: optionalId,
	parentAfterSalesSn: optionalId,
	orderStatus: optionalId,
	parentAfterSalesStatus: optionalId,
	/** Seconds. */
	updateTime: optionalSeconds,
	/** Milliseconds, unlike the list's field of this name. */
	updateAt: optionalMillis,
});

const TOLD_ISSUES = 3;

/** Where a document differs from what is understood, without its content. */
export function causeOf(error: unknown): string {
	if (error instanceof z.ZodError) {
		const told = error.issues.slice(0, TOLD_ISSUES).map(sentenceOf).join('; ');
		const more = error.issues.length - TOLD_ISSUES;
		return causeText(more > 0 ? `${told}; and ${more} more` : told);
	}
	return error instanceof Error ? causeText(error.message) : 'unknown cause';
}

// Our own messages are predicates of the field, the library's are sentences.
function sentenceOf({ path, message }: z.core.$ZodIssue): string {
	const field = path.join('.') || 'document';
	return message.startsWith('is ') ? `${field} ${message}` : `${field}: ${message}`;
}
