import type { OperatingMode, StoreDescription } from '@pangea/domain';
import { type Grant, type GrantContext, PlatformError, type Stores } from '@pangea/platform-contract';
import { call, gatewayOf, isObject, mallTokenKey, type Params } from './client.ts';
import { FULLY_MANAGED, hasCode, notUnderstood } from './errors.ts';
import { type Gateway, isGateway, siteByRegion, sitesOf, SUPPLY_SITE, type TemuSite } from './sites.ts';
import { causeOf, mallInfoSchema, orderListSchema, type TokenInfo, tokenInfoGlobalSchema, tokenInfoSchema } from './wire.ts';

/** `mallType` of a token (samples/_enums.json). */
const SEMI = 1;
const LOCAL = 100;

/**
 * Which orders of a mall are a store's, in `attributes.orders`:
 * `mall` all of them; `region` those of `attributes.regionId`; `rest` those of `attributes.regionId` and of regions that are no site of
 * `attributes.gateway`;
 * `none` when the token serves no orders.
 */
export type OrderScope = 'mall' | 'region' | 'rest' | 'none';

function scopeOf(store: StoreDescription): OrderScope {
	const scope = store.attributes['orders'];
	return scope === 'mall' || scope === 'region' || scope === 'rest' ? scope : 'none';
}

/** @throws PlatformError kind `rejected` for a store whose orders Temu does not give. */
export function assertOrdersServed(store: StoreDescription): void {
	if (scopeOf(store) !== 'none') return;
	throw new PlatformError({
		kind: 'rejected',
		userMessage: { code: 'modeNotServed', params: { mode: store.mode } },
		detail: `store ${store.externalId} is ${store.mode}: no consumer orders by API`,
	});
}

/** The list parameter that narrows a mall's orders to the store; null when none does and the answer must be sifted. */
export function regionParam(store: StoreDescription): Params | null {
	const scope = scopeOf(store);
	if (scope === 'mall') return {};
	const regionId = store.attributes['regionId'];
	return scope === 'region' && regionId !== undefined ? { regionId: Number(regionId) } : null;
}

/** Whether an order of the mall is this store's; an order that names no region is kept, never dropped. */
export function belongsTo(store: StoreDescription, regionId: string | null): boolean {
	const scope = scopeOf(store);
	if (scope === 'mall' || regionId === null || regionId === store.attributes['regionId']) return true;
	const gateway = store.attributes['gateway'] ?? '';
	return scope === 'rest' && isGateway(gateway) && !sitesOf(gateway).some((site) => site.regionId === regionId);
}

/** The region in an order number: `PO-029-0668…` is 29. Null for a number of another form. */
export function regionOfOrder(parentOrderSn: string): string | null {
	const digits = /^PO-(\d{1,6})-/.exec(parentOrderSn)?.[1];
	return digits === undefined ? null : String(Number(digits));
}

/**
 * The stores a token opens. A local mall is one store on the site of its company, whatever country its parcels go to. A semi-managed mall
 * is one store for each site of the gateway on which it has orders: Temu names no list of a mall's sites, so each is asked for one order.
 */
export const stores: Stores = {
	async list(context) {
		const grant = context.grant();
		const gateway = gatewayOf(grant.host);
		if (gateway === 'partner') return [await goodsStore(context, grant)];
		const tokens = tokensOf(grant);
		const lists = [];
		for (const token of tokens) lists.push(await mallStores(context, gateway, token));
		return lists.flat();
	},
};

function tokensOf(grant: Grant): string[] {
	const main = grant.secrets['accessToken'];
	const prefix = mallTokenKey('');
	const further = Object.entries(grant.secrets).flatMap(([key, token]) => (key.startsWith(prefix) ? [token] : []));
	return [...new Set(main === undefined ? further : [main, ...further])];
}

/** What a token of a regional or the Chinese gateway says about itself. @throws PlatformError */
export async function tokenInfo(context: Parameters<typeof call>[0], gateway: Gateway, token: string): Promise<TokenInfo> {
	const api = 'bg.open.accesstoken.info.get';
	const { result } = await call(context, { api, params: {}, gateway, token, kind: 'read', idempotent: true });
	const parsed = tokenInfoSchema.safeParse(result);
	if (!parsed.success) throw notUnderstood(api, causeOf(parsed.error), parsed.error);
	return parsed.data;
}

/** What a token of the PARTNER gateway says about itself. @throws PlatformError */
export async function goodsTokenInfo(context: Parameters<typeof call>[0], token: string) {
	const api = 'bg.open.accesstoken.info.get.global';
	const { result } = await call(context, { api, params: {}, gateway: 'partner', token, kind: 'read', idempotent: true });
	const parsed = tokenInfoGlobalSchema.safeParse(result);
	if (!parsed.success) throw notUnderstood(api, causeOf(parsed.error), parsed.error);
	return parsed.data;
}

async function goodsStore(context: GrantContext, grant: Grant): Promise<StoreDescription> {
	const info = await goodsTokenInfo(context, grant.secrets['accessToken'] ?? '');
	// Semi- and fully managed sellers both have such a token, and it does not tell which.
	return supplyStore(info.uniqueId, info.mallName ?? `Temu ${info.uniqueId}`, 'unknown', { uniqueId: info.uniqueId });
}

function supplyStore(externalId: string, name: string, mode: OperatingMode, attributes: Record<string, string>): StoreDescription {
	return {
		externalId,
		name,
		siteId: SUPPLY_SITE.id,
		mode,
		active: true,
		attributes: { ...attributes, orders: 'none' satisfies OrderScope },
	};
}

async function mallStores(context: GrantContext, gateway: Gateway, token: string): Promise<StoreDescription[]> {
	const info = await tokenInfo(context, gateway, token);
	if (gateway === 'cn') return [await chineseStore(context, info, token)];
	if (info.mallType === LOCAL) return [localStore(gateway, info)];
	const probe = new Probe(context, gateway, token);
	const total = await probe.orders({});
	if (total === null) return [supplyStore(info.mallId, `Temu ${info.mallId}`, 'fullyManaged', mallAttributes(info))];
	return await crossBorderStores(probe, gateway, info, total);
}

async function chineseStore(context: GrantContext, info: TokenInfo, token: string): Promise<StoreDescription> {
	const api = 'bg.mall.info.get';
	const { result } = await call(context, { api, params: {}, gateway: 'cn', token, kind: 'read', idempotent: true });
	const parsed = mallInfoSchema.safeParse(isObject(result) ? result : {});
	const semi = parsed.success ? parsed.data.semiManagedMall : null;
	const mode: OperatingMode = semi === true ? 'semiManaged' : semi === false ? 'fullyManaged' : 'unknown';
	return supplyStore(info.mallId, `Temu ${info.mallId}`, mode, mallAttributes(info));
}

function mallAttributes(info: TokenInfo): Record<string, string> {
	return {
		mallId: info.mallId,
		...(info.mallType === null ? {} : { mallType: String(info.mallType) }),
		...(info.semiUniqueId === null ? {} : { semiUniqueId: info.semiUniqueId }),
	};
}

function siteStore(gateway: Gateway, info: TokenInfo, site: TemuSite, mode: OperatingMode, scope: OrderScope): StoreDescription {
	return {
		// Pushes name the mall; a local mall is a single store and can be found by it directly.
		externalId: scope === 'mall' ? info.mallId : `${info.mallId}-${site.id}`,
		name: `Temu ${site.country} ${info.mallId}`,
		siteId: site.id,
		mode,
		active: true,
		attributes: { ...mallAttributes(info), gateway, regionId: site.regionId, orders: scope },
	};
}

function localStore(gateway: Gateway, info: TokenInfo): StoreDescription {
	const site = siteByRegion(info.regionId);
	if (!site) throw notUnderstood('bg.open.accesstoken.info.get', `region ${info.regionId ?? 'unnamed'} is no site we know`);
	return siteStore(gateway, info, site, 'local', 'mall');
}

async function crossBorderStores(probe: Probe, gateway: Gateway, info: TokenInfo, total: number): Promise<StoreDescription[]> {
	const sites = sitesOf(gateway);
	const mode: OperatingMode = info.mallType === SEMI ? 'semiManaged' : 'unknown';
	const [only] = sites;
	if (sites.length === 1 && only) return [siteStore(gateway, info, only, mode, 'mall')];
	const withOrders: TemuSite[] = [];
	let placed = 0;
	for (const site of total === 0 ? [] : sites) {
		const orders = (await probe.orders({ regionId: Number(site.regionId) })) ?? 0;
		if (orders > 0) withOrders.push(site);
		placed += orders;
	}
	const home = sites.find((site) => site.regionId === info.regionId) ?? withOrders[0];
	if (!home) return [];
	// More orders than the sites hold: some belong to a region without a site, and someone has to take them.
	const homeScope: OrderScope = total > placed ? 'rest' : 'region';
	const others = withOrders.filter((site) => site !== home);
	return [siteStore(gateway, info, home, mode, homeScope), ...others.map((site) => siteStore(gateway, info, site, mode, 'region'))];
}

/** Counts a mall's orders without fetching them. */
class Probe {
	readonly #context: GrantContext;
	readonly #gateway: Gateway;
	readonly #token: string;

	constructor(context: GrantContext, gateway: Gateway, token: string) {
		this.#context = context;
		this.#gateway = gateway;
		this.#token = token;
	}

	/** Null when Temu says that the mall is fully managed. @throws PlatformError */
	async orders(filter: Params): Promise<number | null> {
		const api = 'bg.order.list.v2.get';
		const params = { pageNumber: 1, pageSize: 1, ...filter };
		try {
			const { result } = await call(this.#context, {
				api,
				params,
				gateway: this.#gateway,
				token: this.#token,
				kind: 'read',
				idempotent: true,
			});
			const parsed = orderListSchema.safeParse(result);
			if (!parsed.success) throw notUnderstood(api, causeOf(parsed.error), parsed.error);
			return parsed.data.totalItemNum ?? parsed.data.pageItems.length;
		} catch (error) {
			if (hasCode(error, [FULLY_MANAGED])) return null;
			throw error;
		}
	}
}
