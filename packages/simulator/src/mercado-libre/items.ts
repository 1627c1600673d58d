import { type Sku, skus, titleOf } from '../core/catalogue.ts';
import { exponentOf } from '../core/money.ts';
import { type Offer, offersOf } from '../core/offers.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { StoreSeed } from '../core/stores.ts';
import { callerOf, callerOfFamily, type Desk } from './caller.ts';
import { LONGEST_DESCRIPTION } from './categories.ts';
import type { Account } from './grants.ts';
import { itemId, parentItemId, sellerId } from './ids.ts';
import { type Item, ItemChanges, soldOf } from './item-changes.ts';
import { MadeItems, type MadeParent } from './made-items.ts';
import type { Family } from './render-order.ts';
import { badRequest, notFound, notYours } from './replies.ts';

const MOST_IDS = 100;
const MOST_OFFSET = 1000;
const MOST_ITEMS = 20;
const MOST_INFRACTIONS = 20;
const SCROLL_LIFE = 5 * 60_000;

/** Items of a seller: ids by page or scan, one or twenty of them, parents and children, refusals (contract mercado-libre §6.1). */
export function itemOperations(desk: Desk): Operation[] {
	const made = new MadeItems(desk.context.world);
	const changes = new ItemChanges(desk);
	const ofStore = (store: StoreSeed): Item[] => itemsOf(store).map((item) => changes.over(item));
	const itemsOf = (store: StoreSeed): Item[] => [
		...offersOf(desk.context.world.seed, store).map((offer) => ({ id: itemId(store, offer.sku), store, offer })),
		...made.items.filter((item) => item.store === store).map((item) => ({ id: item.id, store, offer: item.offer, made: item })),
	];
	const parents = (account: Account): Sku[] => skus.filter((sku) => account.stores.some((store) => offered(store, sku)));
	const offered = (store: StoreSeed, sku: Sku): boolean => offersOf(desk.context.world.seed, store).some((offer) => offer.sku === sku);
	const madeParents = (account: Account): MadeParent[] => made.parents.filter((parent) => parent.account === account);

	const find = (account: Account, id: string): Record<string, unknown> | null => {
		for (const store of account.stores) {
			const item = ofStore(store).find((one) => one.id === id);
			if (item) return renderItem(item, account);
			const sku = skus.find((one) => itemId(store, one) === id);
			// Of what is offered no more only the name is left.
			if (sku)
				return {
					id,
					site_id: store.site,
					title: titleOf(sku, store),
					seller_id: sellerId(store),
					status: 'closed',
					currency_id: store.currency,
				};
		}
		const own = account.family === 'global' ? madeParents(account).find((one) => one.id === id) : undefined;
		if (own) return renderMadeParent(own, madeChildren(account, own.id));
		const parent = account.family === 'global' ? parents(account).find((sku) => parentItemId(sku) === id) : undefined;
		return parent ? renderParent(desk, account, parent) : null;
	};

	const search = (call: WireCall): WireReply => {
		const account = callerOf(desk, call);
		const user = call.params['id'] ?? '';
		const store = account.stores.find((one) => String(sellerId(one)) === user);
		const own = user === String(account.userId);
		if (!store && !own) throw notYours();
		const all =
			own && account.family === 'global'
				? [
						...parents(account).map((sku) => ({ id: parentItemId(sku), code: sku.code })),
						...madeParents(account).map(({ id, sku }) => ({ id, code: sku.code })),
					]
				: (store ? [store] : account.stores).flatMap(ofStore).map(({ id, offer }) => ({ id, code: offer.code }));
		const code = call.query.get('seller_sku');
		const ids = all.filter((one) => code === null || one.code === code).map(({ id }) => id);
		const limit = numberOf(call.query, 'limit', 50);
		if (limit > MOST_IDS) throw badRequest(`Invalid limit: the maximum is ${MOST_IDS}`);
		const scroll = call.query.get('scroll_id');
		if (call.query.get('search_type') !== 'scan') {
			const offset = numberOf(call.query, 'offset', 0);
			if (scroll !== null) throw badRequest('scroll_id needs search_type=scan');
			if (offset > MOST_OFFSET) throw badRequest(`Invalid offset: the maximum is ${MOST_OFFSET}`);
			const paging = { limit, offset, total: ids.length };
			return { status: 200, body: { seller_id: user, results: ids.slice(offset, offset + limit), paging, query: null, ...ORDERS } };
		}
		if (call.query.has('offset')) throw badRequest('offset and scan do not go together');
		const start = scroll === null ? 0 : readScroll(scroll, user, call.now);
		const results = ids.slice(start, start + limit);
		const next = results.length === 0 ? '' : Buffer.from(JSON.stringify([user, start + limit, call.now])).toString('base64');
		return { status: 200, body: { scroll_id: next, seller_id: user, results, paging: { limit, total: ids.length } } };
	};

	const many = (call: WireCall): WireReply => {
		const account = callerOf(desk, call);
		const ids = (call.query.get('ids') ?? '').split(',').filter((id) => id !== '');
		if (ids.length === 0 || ids.length > MOST_ITEMS) throw badRequest(`ids must name 1 to ${MOST_ITEMS} items`);
		const rows = ids.map((id) => {
			const body = find(account, id);
			if (body) return { code: 200, body: picked(body, call.query.get('attributes')) };
			return { code: 404, body: { id, error: 'resource not found', message: 'Si quieres conocer los recursos de la API...' } };
		});
		return { status: 200, body: rows, records: rows };
	};

	const one = (family: Family) => (call: WireCall) => {
		const body = find(callerOfFamily(desk, call, family), call.params['id'] ?? '');
		if (!body) throw notFound();
		const records: unknown[] = [picked(body, call.query.get('attributes'))];
		return {
			status: 200,
			records,
			get body() {
				return records[0];
			},
		};
	};

	const children = (call: WireCall): WireReply => {
		const account = callerOfFamily(desk, call, 'global');
		const id = call.params['id'] ?? '';
		const sku = parents(account).find((one) => parentItemId(one) === id);
		if (!sku && !madeParents(account).some((one) => one.id === id)) throw notFound();
		const rows = [...(sku ? childrenOf(desk, account, sku) : []), ...madeChildren(account, id)];
		return {
			status: 200,
			body: {
				item_id: id,
				user_id: account.userId,
				site_id: 'CBT',
				date_created: time(Math.min(...rows.map((row) => Date.parse(row.date_created)))),
				marketplace_items: rows,
				parent_id: '',
			},
		};
	};

	const madeChildren = (account: Account, parent: string): Child[] =>
		made.items
			.filter((item) => item.parent === parent && account.stores.includes(item.store))
			.map(({ id, store, offer }) => ({
				item_id: id,
				user_id: sellerId(store),
				site_id: store.site,
				date_created: time(offer.createdAt).replace('.000Z', 'Z'),
				parent_id: parent,
			}));

	const answerGlobal = (account: Account, parent: string, rows: Record<string, unknown>[]): WireReply => ({
		status: 201,
		body: {
			item_id: parent,
			seller_id: account.userId,
			site_id: 'CBT',
			parent_user_product_id: `CBTU${parent.slice(3)}`,
			site_items: rows.map((row) => {
				const store = account.stores.find(({ id }) => made.items.some((item) => item.id === row['item_id'] && item.store.id === id));
				return store ? { ...row, seller_id: sellerId(store) } : row;
			}),
		},
	});

	const makeGlobal = (call: WireCall): WireReply => {
		const account = callerOfFamily(desk, call, 'global');
		const { parent, rows } = made.makeGlobal(account, call);
		return answerGlobal(account, parent.id, rows);
	};

	const addSites = (call: WireCall): WireReply => {
		const account = callerOfFamily(desk, call, 'global');
		const id = call.params['id'] ?? '';
		const sku = parents(account).find((one) => parentItemId(one) === id);
		const own = madeParents(account).find((one) => one.id === id);
		const parent =
			own ??
			(sku && {
				id,
				account,
				sku,
				title: sku.good.titles.en,
				category: `CBT${71_792 + sku.goodNumber}`,
				attributes: attributesOf({ sku, code: sku.code, gtin: null }),
				quantity: 40,
				description: null,
				createdAt: call.now,
			});
		if (!parent) throw notFound();
		return answerGlobal(
			account,
			id,
			made.addSites(account, parent, call, (store) => sku !== undefined && offered(store, sku)),
		);
	};

	const makeLocal = (call: WireCall): WireReply => {
		const account = callerOfFamily(desk, call, 'local');
		const [store] = account.stores;
		if (!store) throw notFound();
		const item = made.makeLocal(store, call);
		return { status: 201, body: renderItem({ id: item.id, store, offer: item.offer, made: item }, account) };
	};

	/** Descriptions of items that were made here; of others none is known. */
	const description = (family: Family, kind: 'GET' | 'POST' | 'PUT') => (call: WireCall) => {
		const account = callerOfFamily(desk, call, family);
		const item = made.items.find(({ id, store }) => id === call.params['id'] && account.stores.includes(store));
		if (!item) throw notFound();
		if (kind !== 'GET') {
			const body = call.json();
			const text = typeof body === 'object' && body !== null && 'plain_text' in body ? body.plain_text : null;
			if (typeof text !== 'string' || text === '' || text.length > LONGEST_DESCRIPTION) throw badRequest('plain_text is invalid');
			if (kind === 'POST' && item.description !== null) throw badRequest('The item already has a description');
			if (kind === 'PUT' && item.description === null) throw notFound('description not found');
			item.description = text;
		}
		if (item.description === null) throw notFound('description not found');
		const at = time(call.now).replace('.000Z', 'Z');
		const body = { text: '', plain_text: item.description, translated_plain_text: '', last_updated: at, date_created: at };
		return { status: kind === 'POST' ? 201 : 200, body };
	};
	const descriptions = (family: Family, base: string, suffix: string): Operation[] =>
		(['GET', 'POST', 'PUT'] as const).map((method) => ({
			name: `items.description.${method.toLowerCase()}${suffix}`,
			method,
			path: `${base}/items/:id/description`,
			handle: description(family, method),
		}));

	const infractions = (call: WireCall): WireReply => {
		const account = callerOfFamily(desk, call, 'global');
		const store = account.stores.find((one) => String(sellerId(one)) === call.params['id']);
		if (!store) throw notYours();
		const limit = numberOf(call.query, 'limit', MOST_INFRACTIONS);
		const offset = numberOf(call.query, 'offset', 0);
		if (limit > MOST_INFRACTIONS) throw badRequest(`Invalid limit: the maximum is ${MOST_INFRACTIONS}`);
		const all = ofStore(store).filter(({ offer }) => offer.state === 'blocked');
		const rows = all.slice(offset, offset + limit).map(({ id, offer }) => ({
			id: String(632_600_000 + offer.sku.number),
			date_created: time(offer.updatedAt).replace('Z', '-0000'),
			user_id: String(sellerId(store)),
			related_item_id: id,
			element_id: id,
			element_type: 'ITM',
			site_id: store.site,
			reason: 'Low quality cover image.',
			remedy: 'Make sure that the first image has a solid white background.',
		}));
		return { status: 200, body: { infractions: rows, paging: { offset, limit, total: all.length }, sorting_type: 'date_created_desc' } };
	};

	return [
		{ name: 'items.search', method: 'GET', path: '/users/:id/items/search', handle: search },
		{ name: 'items.many', method: 'GET', path: '/items', handle: many },
		{ name: 'items.get', method: 'GET', path: '/marketplace/items/:id', handle: one('global') },
		{ name: 'items.get.local', method: 'GET', path: '/items/:id', handle: one('local') },
		{ name: 'items.children', method: 'GET', path: '/items/:id/marketplace_items', handle: children },
		{ name: 'items.make', method: 'POST', path: '/global/items', handle: makeGlobal },
		{ name: 'items.addSites', method: 'POST', path: '/global/items/:id', handle: addSites },
		...changes.operations(ofStore, renderItem),
		{ name: 'items.make.local', method: 'POST', path: '/items', handle: makeLocal },
		...descriptions('global', '/marketplace', ''),
		...descriptions('local', '', '.local'),
		{ name: 'moderations.infractions', method: 'GET', path: '/marketplace/moderations/infractions/:id', handle: infractions },
	];
}

const FIRST_ORDER = { id: 'stop_time_asc', name: 'Order by stop time ascending' };
const ORDERS = { orders: [FIRST_ORDER], available_orders: [FIRST_ORDER, { id: 'stop_time_desc', name: 'Order by stop time descending' }] };

function readScroll(text: string, user: string, now: number): number {
	const refusal = badRequest('Invalid scroll_id');
	let mark: unknown;
	try {
		mark = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
	} catch {
		throw refusal;
	}
	if (!Array.isArray(mark) || mark[0] !== user || typeof mark[1] !== 'number' || typeof mark[2] !== 'number') throw refusal;
	if (now - mark[2] > SCROLL_LIFE) throw refusal;
	return mark[1];
}

function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
	const text = query.get(name);
	if (text === null) return otherwise;
	if (!/^\d{1,9}$/.test(text)) throw badRequest(`Invalid ${name}`);
	return Number(text);
}

function picked(body: Record<string, unknown>, wanted: string | null): Record<string, unknown> {
	if (wanted === null) return body;
	const names = wanted.split(',');
	return Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
}

const time = (at: number): string => new Date(at).toISOString();

interface Child {
	item_id: string;
	user_id: number;
	site_id: string;
	date_created: string;
	parent_id: string;
}

function childrenOf(desk: Desk, account: Account, sku: Sku): Child[] {
	return account.stores.flatMap((store) =>
		offersOf(desk.context.world.seed, store)
			.filter((offer) => offer.sku === sku)
			.map((offer) => ({
				item_id: itemId(store, sku),
				user_id: sellerId(store),
				site_id: store.site,
				date_created: time(offer.createdAt).replace('.000Z', 'Z'),
				parent_id: parentItemId(sku),
			})),
	);
}

function attribute(id: string, name: string, value: string, struct: { number: number; unit: string } | null = null) {
	return { id, name, value_id: '', value_name: value, value_struct: struct, values: [{ id: '', name: value, struct }] };
}

function attributesOf({ sku, code, gtin }: Pick<Offer, 'sku' | 'code' | 'gtin'>) {
	return [
		attribute('BRAND', 'Brand', 'Generic'),
		attribute('ITEM_CONDITION', 'Item condition', 'New'),
		attribute('PACKAGE_WEIGHT', 'Package weight', `${sku.good.grams} g`, { number: sku.good.grams, unit: 'g' }),
		...(gtin === null ? [] : [attribute('GTIN', 'Universal product code', gtin)]),
		...(code === null ? [] : [attribute('SELLER_SKU', 'SKU', code)]),
	];
}

const WARRANTY = { id: 'WARRANTY_TYPE', name: 'Warranty type', value_id: '2230279', value_name: 'Factory warranty' };
const NO_TIME = { number: 0, unit: '' };

/** What an item and its parent have alike. */
function frame(title: string, store: StoreSeed | null, sku: Sku) {
	return {
		title,
		descriptions: [],
		listing_type_id: 'gold_pro',
		warranty: 'Factory warranty: 90 days',
		catalog_product_id: null,
		domain_id: `${store?.site ?? 'CBT'}-${sku.good.category.toUpperCase()}`,
		inventory_id: '',
		category_id: `${store?.site ?? 'CBT'}${71_792 + sku.goodNumber}`,
		official_store_id: null,
		sale_terms: [{ ...WARRANTY, value_struct: NO_TIME, values: [{ id: '2230279', name: 'Factory warranty', struct: NO_TIME }] }],
		sold_quantity: 0,
		original_price: 0,
		base_exchange_rate: 0,
		variations: [],
		item_relations: [],
	};
}

function statusOf({ state, stock }: Offer): { status: string; sub_status: string[] } {
	if (state === 'blocked') return { status: 'under_review', sub_status: ['forbidden'] };
	if (state === 'inactive') return { status: 'paused', sub_status: [] };
	return stock === 0 ? { status: 'paused', sub_status: ['out_of_stock'] } : { status: 'active', sub_status: [] };
}

function renderMadeParent(parent: MadeParent, rows: Child[]): Record<string, unknown> {
	return {
		...frame(parent.title, null, parent.sku),
		id: parent.id,
		site_id: 'CBT',
		category_id: parent.category,
		attributes: parent.attributes,
		date_created: time(parent.createdAt),
		last_updated: time(parent.createdAt),
		permalink: '',
		status: 'active',
		sub_status: [],
		available_quantity: parent.quantity,
		initial_quantity: parent.quantity,
		seller_id: parent.account.userId,
		currency_id: 'USD',
		cbt_item_id: '',
		marketplace_items: rows.map((row) => ({ ...row, parent_user_id: parent.account.userId })),
		...picturesOf(parent.sku),
	};
}

function renderItem(item: Item, account: Account): Record<string, unknown> {
	const { id, store, offer, made, net } = item;
	const price = offer.price / 10 ** exponentOf(store.currency);
	const global = account.family === 'global';
	const fee = Math.round(price * 17) / 100;
	return {
		...frame(offer.title, store, offer.sku),
		sold_quantity: soldOf(item),
		id,
		site_id: store.site,
		date_created: time(offer.createdAt),
		last_updated: time(offer.updatedAt),
		attributes: attributesOf(offer),
		permalink: `https://example.com/${id}`,
		shipping: { mode: 'me2', free_shipping: true, logistic_type: 'drop_off', dimensions: '', tags: ['mandatory_free_shipping'] },
		...statusOf(offer),
		tags: ['cart_eligible', 'immediate_payment'],
		international_delivery_mode: global ? 'DDP' : 'none',
		available_quantity: offer.stock,
		initial_quantity: offer.stock,
		seller_id: sellerId(store),
		price,
		base_price: price,
		currency_id: store.currency,
		...(global
			? {
					net_proceeds: {
						amount: net ?? Math.round((price - fee) * 100) / 100,
						additional_concepts: [{ id: 'sale_fee', amount: fee }],
						currency_id: store.currency,
					},
				}
			: {}),
		user_logistic_type: store.mode === 'platform-fulfilled' ? 'fulfillment' : 'remote',
		owner_id: global ? account.userId : 0,
		cbt_item_id: global ? parentItemId(offer.sku) : '',
		...picturesOf(offer.sku),
		...(made && {
			category_id: made.category,
			attributes: made.attributes,
			listing_type_id: made.listingType,
			cbt_item_id: made.parent ?? '',
		}),
	};
}

function picturesOf(sku: Sku) {
	const id = `${sku.number}-CBT${sku.goodNumber}_122025`;
	return {
		pictures: [
			{
				id,
				url: `http://http2.mlstatic.com/D_${id}-O.jpg`,
				secure_url: `https://http2.mlstatic.com/D_${id}-O.jpg`,
				size: '500x500',
				max_size: '500x500',
				quality: '',
			},
		],
		thumbnail: `http://http2.mlstatic.com/D_${id}-I.jpg`,
		secure_thumbnail: `https://http2.mlstatic.com/D_${id}-I.jpg`,
		thumbnail_id: id,
	};
}

const SELLER_ADDRESS = {
	id: 1_300_000_001,
	address_line: 'XXXXXXX',
	zip_code: '518033',
	city: { id: 'CN-Shenzhen', name: 'Shenzhen' },
	state: { id: 'CN-GD', name: 'Guangdong' },
	country: { id: 'CN', name: 'China' },
};

function renderParent(desk: Desk, account: Account, sku: Sku): Record<string, unknown> {
	const rows = childrenOf(desk, account, sku);
	const created = time(Math.min(...rows.map((row) => Date.parse(row.date_created))));
	return {
		...frame(sku.good.titles.en, null, sku),
		id: parentItemId(sku),
		site_id: 'CBT',
		date_created: created,
		last_updated: created,
		attributes: attributesOf({ sku, code: sku.code, gtin: null }),
		permalink: '',
		shipping: { mode: 'not_specified', free_shipping: false, logistic_type: 'not_specified', dimensions: '', tags: [] },
		status: 'active',
		sub_status: [],
		tags: ['immediate_payment'],
		international_delivery_mode: 'none',
		available_quantity: 40,
		initial_quantity: 40,
		seller_id: account.userId,
		price: sku.good.cents / 100,
		base_price: sku.good.cents / 100,
		currency_id: 'USD',
		user_logistic_type: '',
		owner_id: 0,
		cbt_item_id: '',
		buying_mode: 'buy_it_now',
		accepts_mercadopago: true,
		seller_address: SELLER_ADDRESS,
		marketplace_items: rows.map((row) => ({ ...row, parent_user_id: account.userId })),
		...picturesOf(sku),
	};
}
