import type { Random } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { refuse, TemuRefusal } from './replies.ts';
import { type Gateway, gateways, temuSite } from './sites.ts';

/** The application registered on one gateway: nothing crosses over to another (contract temu §1). */
export interface TemuApp {
	gateway: Gateway;
	key: string;
	secret: string;
}

/** An access token: what the seller pasted, or got for a code. It lives a year; there is no refresh. */
export interface TemuToken {
	text: string;
	gateway: Gateway;
	store: StoreSeed;
	scopes: string[];
	/** Seconds since 1970. */
	expiresAt: number;
	dead: boolean;
	/** Events the seller permits; told only after `bg.tmc.message.update`. */
	subscribed: Set<string>;
}

/** Events of a store with consumer orders. */
export const eventCodes = [
	'bg_order_status_change_event',
	'bg_trade_logistics_address_changed',
	'bg_aftersales_status_change',
	'bg_cancel_order_status_change',
] as const;

const orderScopes = [
	'bg.open.accesstoken.info.get',
	'bg.order.list.v2.get',
	'bg.order.detail.v2.get',
	'bg.order.shippinginfo.v2.get',
	'bg.order.decryptshippinginfo.get',
	'bg.logistics.shipment.v2.get',
	'bg.logistics.shippingservices.get',
	'bg.aftersales.parentaftersales.list.get',
	'bg.aftersales.aftersales.list.get',
	'temu.aftersales.parentaftersales.detail.get',
	'bg.aftersales.cancel.list.get',
	'bg.tmc.message.update',
];
/** On an allow-list of its own: without the grant the token lacks these. */
const amountScopes = ['bg.order.amount.query', 'temu.order.amount.v2.query', 'temu.order.amount.v3.query'];
const localScopes = [
	'bg.local.mall.info.get',
	'temu.local.mall.tags.get',
	'temu.local.sku.list.retrieve',
	'bg.local.goods.sku.list.query',
	'bg.local.goods.stock.edit',
	'bg.local.goods.detail.query',
	'bg.local.goods.partial.update',
	'bg.local.goods.cats.get',
	'bg.local.goods.category.recommend',
	'temu.local.product.attributes.get',
	'temu.local.product.variation.get',
	'bg.freight.template.list.query',
	'temu.local.goods.brand.trademark.V2.get',
	'temu.local.goods.image.v2.upload',
	'temu.local.goods.illegal.vocabulary.check',
	'temu.local.goods.v2.add',
];
const YEAR = 365 * 86_400;
const CODE_LIFE = 10 * 60_000;

/** The gateways a store needs a token for: a semi-managed one two, a fully managed one its own (contract temu §2). */
export function gatewaysOf(store: StoreSeed): Gateway[] {
	if (store.mode === 'fully-managed') return ['cn', 'partner', 'global'];
	const regional = temuSite(store.country).gateway;
	return store.mode === 'semi-managed' ? [regional, 'partner'] : [regional];
}

/** Applications, tokens and codes. The seller centre hands out a token per store and gateway; authorising again kills the old one. */
export class TemuGrants {
	readonly apps: readonly TemuApp[] = gateways.map((gateway) => ({
		gateway,
		key: `ak_simulated_${gateway}`,
		secret: `secret-of-the-simulated-app-${gateway}`,
	}));
	readonly #random: Random;
	readonly #stores: readonly StoreSeed[];
	readonly #tokens = new Map<string, TemuToken>();
	readonly #codes = new Map<string, { store: StoreSeed; gateway: Gateway; expiresAt: number }>();
	/** Stores on the allow-list of the amount calls. */
	readonly #amounts: Set<string>;

	constructor(stores: readonly StoreSeed[], random: Random, now: number) {
		this.#random = random;
		this.#stores = stores;
		this.#amounts = new Set(stores.map((s) => s.id));
		for (const store of stores) this.authorize(store, now);
	}

	/** The seller authorises the application (again): new tokens on every gateway of the store, the old ones die at once. */
	authorize(store: StoreSeed, now: number): void {
		for (const gateway of gatewaysOf(store)) this.#issue(store, gateway, now);
	}

	/** Puts a store on the allow-list of the amount calls or takes it off; as in life, the seller must authorise again. */
	allowAmounts(store: StoreSeed, allowed: boolean, now: number): void {
		if (allowed) this.#amounts.add(store.id);
		else this.#amounts.delete(store.id);
		this.authorize(store, now);
	}

	/** The token in force of a store on a gateway. */
	current(store: StoreSeed, gateway: Gateway): TemuToken | undefined {
		return [...this.#tokens.values()].findLast((t) => t.store === store && t.gateway === gateway && !t.dead);
	}

	/** The token of a call. @throws TemuRefusal for a missing, unknown, foreign or dead one. */
	find(text: string, gateway: Gateway, now: number): TemuToken {
		if (text === '') throw refuse('tokenMissing', gateway);
		const token = this.#tokens.get(text);
		if (!token) throw refuse('tokenUnknown', gateway);
		if (token.gateway !== gateway) throw refuse('tokenOfOtherApp', gateway);
		if (token.dead || token.expiresAt * 1000 <= now) throw refuse('tokenExpired', gateway);
		return token;
	}

	/** A code for the first local store of the gateway, as its seller centre would send back. */
	code(gateway: Gateway, now: number): string {
		const store = this.#stores.find((s) => s.mode === 'self' && temuSite(s.country).gateway === gateway);
		if (!store) throw new TemuRefusal(110020003, 'The error occurred when creating access token, please authorize again.');
		const code = this.#random.code(32);
		this.#codes.set(code, { store, gateway, expiresAt: now + CODE_LIFE });
		return code;
	}

	/** Exchanges a code, once and within ten minutes. */
	exchange(code: string, gateway: Gateway, now: number): TemuToken {
		const known = this.#codes.get(code);
		this.#codes.delete(code);
		if (!known || known.gateway !== gateway || known.expiresAt <= now) {
			throw new TemuRefusal(110020002, 'Invalid code, please check and try again.');
		}
		return this.#issue(known.store, gateway, now);
	}

	/** Kills the tokens of an account, or all. */
	end(account: string | undefined): void {
		for (const token of this.#tokens.values()) if (account === undefined || token.store.account === account) token.dead = true;
	}

	#issue(store: StoreSeed, gateway: Gateway, now: number): TemuToken {
		for (const [text, token] of this.#tokens) {
			if (token.store !== store || token.gateway !== gateway) continue;
			// One generation back is remembered as replaced; older ones are unknown.
			if (token.dead) this.#tokens.delete(text);
			token.dead = true;
		}
		const token: TemuToken = {
			text: `at_${gateway}_${store.number}_${this.#random.code(28).toLowerCase()}`,
			gateway,
			store,
			scopes: this.#scopes(store, gateway),
			expiresAt: Math.floor(now / 1000) + YEAR,
			dead: false,
			subscribed: new Set(),
		};
		this.#tokens.set(token.text, token);
		return token;
	}

	#scopes(store: StoreSeed, gateway: Gateway): string[] {
		if (gateway === 'partner') return ['bg.open.accesstoken.info.get.global', 'bg.glo.goods.list.get', 'bg.btg.goods.stock.quantity.get'];
		if (gateway === 'cn') return ['bg.open.accesstoken.info.get', 'bg.mall.info.get', 'bg.purchaseorderv2.get'];
		const amounts = this.#amounts.has(store.id) && store.mode !== 'fully-managed' ? amountScopes : [];
		return [...orderScopes, ...amounts, ...(store.mode === 'self' ? localScopes : [])];
	}
}
