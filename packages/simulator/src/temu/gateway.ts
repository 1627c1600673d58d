import type { ArmedFault } from '../core/faults.ts';
import type { Dialect, WireCall, WireReply } from '../core/operation.ts';
import type { PlatformContext } from '../core/platform.ts';
import { addGoods, checkVocabulary, freightTemplates, trademarks, uploadImage } from './add-goods.ts';
import { afterSalesDetail, listAfterSales, listAfterSalesLines, listCancellations } from './aftersales-calls.ts';
import { Arguments } from './arguments.ts';
import { categories, productAttributes, productVariations, recommendCategory } from './categories.ts';
import { exactJson } from './exact-json.ts';
import { editStock, querySkus, retrieveSkus } from './goods-calls.ts';
import { goodsDetail, updateGoods } from './goods-edits.ts';
import type { TemuApp, TemuGrants } from './grants.ts';
import type { MadeGoods } from './made-goods.ts';
import { amounts, type Answer, type Call, listOrders, orderDetail, shipments, shippingInfo, shippingServices } from './order-calls.ts';
import { refuse, requestId, TemuRefusal } from './replies.ts';
import { listProducts } from './managed-goods.ts';
import { MalformedBody, readBody, type RequestField } from './request-body.ts';
import { requestSign } from './signature.ts';
import type { Gateway } from './sites.ts';
import { createToken, localMallInfo, mallInfo, tokenInfo, tokenInfoGlobal, updateEvents } from './store-calls.ts';

const REGIONAL = ['us', 'eu', 'global'] as const;
const CLOCK_WINDOW = 300;
/** Requests per second per app key, to start with. */
const PER_SECOND = 20;

interface Served {
	gateways: readonly Gateway[];
	/** What the family answers for a wrong parameter. */
	invalid: number;
	handle: (call: Call) => Answer;
}

const served: Record<string, Served> = {
	'bg.open.accesstoken.info.get': { gateways: [...REGIONAL, 'cn'], invalid: 3000000, handle: tokenInfo },
	'bg.open.accesstoken.info.get.global': { gateways: ['partner'], invalid: 120000001, handle: tokenInfoGlobal },
	'bg.mall.info.get': { gateways: ['cn'], invalid: 200000001, handle: mallInfo },
	'bg.local.mall.info.get': { gateways: REGIONAL, invalid: 3000000, handle: localMallInfo },
	'temu.local.mall.tags.get': { gateways: REGIONAL, invalid: 3000000, handle: () => ({ result: { tags: [] } }) },
	'bg.tmc.message.update': { gateways: REGIONAL, invalid: 3000000, handle: updateEvents },
	'bg.order.list.v2.get': { gateways: REGIONAL, invalid: 140020014, handle: listOrders },
	'bg.order.detail.v2.get': { gateways: REGIONAL, invalid: 140020002, handle: orderDetail },
	'bg.order.shippinginfo.v2.get': { gateways: REGIONAL, invalid: 180020003, handle: shippingInfo(false) },
	'bg.order.decryptshippinginfo.get': { gateways: REGIONAL, invalid: 180020003, handle: shippingInfo(true) },
	'bg.order.amount.query': { gateways: REGIONAL, invalid: 140020002, handle: amounts(1) },
	'temu.order.amount.v2.query': { gateways: REGIONAL, invalid: 140020002, handle: amounts(2) },
	'temu.order.amount.v3.query': { gateways: REGIONAL, invalid: 140020002, handle: amounts(3) },
	'bg.logistics.shipment.v2.get': { gateways: REGIONAL, invalid: 120012007, handle: shipments },
	'bg.logistics.shippingservices.get': { gateways: REGIONAL, invalid: 3000000, handle: shippingServices },
	'bg.aftersales.cancel.list.get': { gateways: REGIONAL, invalid: 130010001, handle: listCancellations },
	'bg.aftersales.parentaftersales.list.get': { gateways: REGIONAL, invalid: 130010001, handle: listAfterSales },
	'bg.aftersales.aftersales.list.get': { gateways: REGIONAL, invalid: 130010001, handle: listAfterSalesLines },
	'temu.aftersales.parentaftersales.detail.get': { gateways: REGIONAL, invalid: 130010001, handle: afterSalesDetail },
	'bg.glo.goods.list.get': { gateways: ['partner'], invalid: 1000003, handle: listProducts },
	'temu.local.sku.list.retrieve': { gateways: REGIONAL, invalid: 150010003, handle: retrieveSkus },
	'bg.local.goods.cats.get': { gateways: REGIONAL, invalid: 150010003, handle: categories },
	'bg.local.goods.category.recommend': { gateways: REGIONAL, invalid: 150010003, handle: recommendCategory },
	'temu.local.product.attributes.get': { gateways: REGIONAL, invalid: 150010003, handle: productAttributes },
	'temu.local.product.variation.get': { gateways: REGIONAL, invalid: 150010003, handle: productVariations },
	'bg.freight.template.list.query': { gateways: REGIONAL, invalid: 150010003, handle: freightTemplates },
	'temu.local.goods.brand.trademark.V2.get': { gateways: REGIONAL, invalid: 150010003, handle: trademarks },
	'temu.local.goods.image.v2.upload': { gateways: REGIONAL, invalid: 150010003, handle: uploadImage },
	'temu.local.goods.illegal.vocabulary.check': { gateways: REGIONAL, invalid: 150010003, handle: checkVocabulary },
	'temu.local.goods.v2.add': { gateways: REGIONAL, invalid: 150010003, handle: addGoods },
	'bg.local.goods.detail.query': { gateways: REGIONAL, invalid: 150010003, handle: goodsDetail },
	'bg.local.goods.partial.update': { gateways: REGIONAL, invalid: 150010003, handle: updateGoods },
	'bg.local.goods.stock.edit': { gateways: REGIONAL, invalid: 150010003, handle: editStock },
	'bg.local.goods.sku.list.query': { gateways: REGIONAL, invalid: 150010003, handle: querySkus },
};
const CREATE = 'bg.open.accesstoken.create';

/** The name faults and the request log know a call by: its `type`. */
export function typeOf(body: Buffer): string | null {
	try {
		const type = readBody(body.toString('utf8')).get('type')?.value;
		return typeof type === 'string' && type.length <= 100 ? type : null;
	} catch {
		return null;
	}
}

function envelope(gateway: Gateway, call: WireCall, code: number, message: string, status = 200): WireReply {
	return { status, body: { success: false, requestId: requestId(gateway, call.requestId), errorCode: code, errorMsg: message } };
}

export function dialectOf(gateway: Gateway): Dialect {
	const limit = refuse('rateLimit', gateway);
	const system = refuse('system', gateway);
	return {
		rateLimited: (call: WireCall, _fault: ArmedFault) => envelope(gateway, call, limit.code, limit.message),
		serverError: (call, status) => envelope(gateway, call, system.code, system.message, status),
		refuse: (call, cause) => {
			const worded = { ipNotAllowed: 'ipNotAllowed', scopeMissing: 'tokenLacksApi', wrongRegion: null, storeInactive: null } as const;
			const name = worded[cause];
			if (name === null) return null;
			const { code, message } = refuse(name, gateway);
			return envelope(gateway, call, code, message);
		},
		headers: () => ({}),
		enumFields: ['orderPaymentType', 'fulfillmentType'],
	};
}

/** `POST /openapi/router` of one gateway: checks the common fields as the contract orders them, then answers the named call. */
export class GatewayDesk {
	readonly #gateway: Gateway;
	readonly #app: TemuApp;
	readonly #grants: TemuGrants;
	readonly #goods: MadeGoods;
	readonly #context: PlatformContext;

	constructor(gateway: Gateway, app: TemuApp, grants: TemuGrants, goods: MadeGoods, context: PlatformContext) {
		this.#gateway = gateway;
		this.#app = app;
		this.#grants = grants;
		this.#goods = goods;
		this.#context = context;
	}

	answer(call: WireCall): WireReply {
		try {
			return this.#worded(call, this.#serve(call));
		} catch (error) {
			if (error instanceof TemuRefusal) return envelope(this.#gateway, call, error.code, error.message);
			throw error;
		}
	}

	#worded(call: WireCall, answer: Answer): WireReply {
		const { records } = answer;
		const tail = { success: true, requestId: requestId(this.#gateway, call.requestId), errorCode: 1_000_000, errorMsg: '' };
		if (!records)
			return { status: 200, headers: { 'content-type': 'application/json' }, body: exactJson({ result: answer.result, ...tail }) };
		// Read late: a fault may have put damaged records in place by then.
		return {
			status: 200,
			records,
			orders: answer.orders,
			get body() {
				return { result: answer.result, ...tail };
			},
		};
	}

	#serve(call: WireCall): Answer {
		const fields = this.#read(call);
		const text = (name: string): string => {
			const value = fields.get(name)?.value;
			return typeof value === 'string' ? value : '';
		};
		const type = text('type');
		if (type === '') throw refuse('typeMissing', this.#gateway);
		this.#checkCommon(fields, text, call.now);
		if (!this.#context.buckets.take(`temu:${this.#app.key}`, { rate: PER_SECOND, burst: PER_SECOND }).allowed)
			throw refuse('rateLimit', this.#gateway);
		if (type === CREATE && REGIONAL.some((g) => g === this.#gateway)) {
			return createToken(this.#grants, text('code'), text('access_token'), this.#gateway, call.now);
		}
		const known = served[type];
		if (!known?.gateways.includes(this.#gateway)) throw refuse('typeUnknown', this.#gateway);
		const token = this.#grants.find(text('access_token'), this.#gateway, call.now);
		if (call.strikes('expireToken')) {
			token.dead = true;
			throw refuse('tokenExpired', this.#gateway);
		}
		if (!token.scopes.includes(type)) throw refuse('tokenLacksApi', this.#gateway);
		return known.handle({
			context: this.#context,
			token,
			args: new Arguments(fields, known.invalid),
			goods: this.#goods,
			now: call.now,
			strikes: (kind) => call.strikes(kind),
		});
	}

	#read(call: WireCall): Map<string, RequestField> {
		try {
			return readBody(call.body.toString('utf8'));
		} catch (error) {
			if (error instanceof MalformedBody) throw refuse('badParameters', this.#gateway);
			throw error;
		}
	}

	#checkCommon(fields: ReadonlyMap<string, RequestField>, text: (name: string) => string, now: number): void {
		const gateway = this.#gateway;
		if (text('app_key') === '') throw refuse('appKeyMissing', gateway);
		if (text('app_key') !== this.#app.key) throw refuse('appKeyUnknown', gateway);
		const stamp = fields.get('timestamp');
		if (!stamp) throw refuse('timestampMissing', gateway);
		const at = Number(stamp.signed);
		if (!/^\d{10}$/.test(stamp.signed)) throw refuse('badParameters', gateway);
		if (at > now / 1000 + CLOCK_WINDOW) throw refuse('timestampAhead', gateway);
		if (at < now / 1000 - CLOCK_WINDOW) throw refuse('timestampOld', gateway);
		if (text('data_type') === '') throw refuse('dataTypeMissing', gateway);
		if (text('data_type') !== 'JSON') throw refuse('dataTypeInvalid', gateway);
		if (text('sign') === '') throw refuse('signMissing', gateway);
		if (text('sign') !== requestSign(fields, this.#app.secret)) throw refuse('badSign', gateway);
	}
}
