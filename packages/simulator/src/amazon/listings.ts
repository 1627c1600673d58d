import { ChangedOffers } from '../core/changed-offers.ts';
import { exponentOf } from '../core/money.ts';
import { type Offer, offersOf } from '../core/offers.ts';
import type { WireCall, WireReply } from '../core/operation.ts';
import type { PlatformContext } from '../core/platform.ts';
import type { StoreSeed } from '../core/stores.ts';
import { denied, failure, invalid } from './dialect.ts';
import type { AmazonIds } from './ids.ts';
import { typeOf } from './product-types.ts';
import { marketplaceOf } from './sites.ts';

const DATA = ['summaries', 'attributes', 'issues', 'offers', 'fulfillmentAvailability', 'procurement', 'relationships', 'productTypes'];
const IDENTIFIERS = ['ASIN', 'EAN', 'FNSKU', 'GTIN', 'ISBN', 'JAN', 'MINSAN', 'SKU', 'UPC'];
const SORTS = ['sku', 'createdDate', 'lastUpdatedDate'];
/** Published: at most so many items can be paged through. */
const REACH = 1000;

/** `GET /listings/2021-08-01/items/{sellerId}` (contract amazon §13). */
export class AmazonListings {
	readonly #context: PlatformContext;
	readonly #ids: AmazonIds;
	reach = REACH;
	/** Milliseconds until an accepted patch is shown. */
	patchDelay = 0;
	readonly #changed = new ChangedOffers();
	readonly #made: { store: StoreSeed; offer: Offer }[] = [];

	constructor(context: PlatformContext, ids: AmazonIds) {
		this.#context = context;
		this.#ids = ids;
	}

	get madeCount(): number {
		return this.#made.length;
	}

	/** One item a code: a second submission takes the place of the first. */
	keep(store: StoreSeed, offer: Offer): void {
		const at = this.#made.findIndex((one) => one.store === store && one.offer.sku.code === offer.sku.code);
		const before = this.#made[at]?.offer;
		if (before) this.#made[at] = { store, offer: { ...offer, sku: before.sku, createdAt: before.createdAt } };
		else this.#made.push({ store, offer });
	}

	/** `GET /listings/2021-08-01/items/{sellerId}/{sku}` */
	item(call: WireCall, store: StoreSeed): WireReply {
		const included = call.query.has('includedData') ? (call.query.get('includedData') ?? '').split(',') : ['summaries'];
		if (included.some((name) => !DATA.includes(name))) return invalid('includedData holds an unknown value.');
		const offer = this.find(store, call.params['sku'] ?? '', call.now);
		return offer ? { status: 200, body: this.#render(store, offer, included) } : failure(404, 'NotFound', 'SKU not found in marketplace.');
	}

	find(store: StoreSeed, code: string, now: number): Offer | undefined {
		return this.#offersOf(store, now).find(({ sku }) => sku.code === code);
	}

	/** Carries out a patch that was accepted. */
	patch(store: StoreSeed, code: string, what: { title?: string; price?: number; stock?: number }, now: number): void {
		this.#changed.change(`${store.id} ${code}`, what, now, this.patchDelay);
	}

	#offersOf(store: StoreSeed, now: number): Offer[] {
		const made = this.#made.flatMap((one) => (one.store === store ? [one.offer] : []));
		const taken = new Set(made.map(({ sku }) => sku.code));
		const all = [...offersOf(this.#context.world.seed, store).filter(({ sku }) => !taken.has(sku.code)), ...made];
		return all.map((offer) => this.#changed.over(`${store.id} ${offer.sku.code}`, offer, now));
	}

	search(call: WireCall, stores: readonly StoreSeed[], account: string): WireReply {
		const { query } = call;
		const listed = (name: string): string[] => (query.get(name) ?? '').split(',').filter((part) => part !== '');
		if (call.params['sellerId'] !== this.#ids.seller(account)) return denied('');
		const markets = listed('marketplaceIds');
		const own = stores.filter((store) => markets.includes(marketplaceOf(store).id));
		const [store] = own;
		if (markets.length === 0) return invalid('marketplaceIds is missing.');
		if (!store || own.length !== markets.length) return denied('');
		const included = query.has('includedData') ? listed('includedData') : ['summaries'];
		if (included.some((name) => !DATA.includes(name))) return invalid('includedData holds an unknown value.');
		const size = Number(query.get('pageSize') ?? 10);
		if (!Number.isInteger(size) || size < 1 || size > 20) return invalid('pageSize must be between 1 and 20.');
		const type = query.get('identifiersType');
		const names = listed('identifiers');
		if ((type === null) !== (names.length === 0)) return invalid('identifiers and identifiersType go together.');
		if (names.length > 20 || (type !== null && !IDENTIFIERS.includes(type))) return invalid('identifiers are not valid.');
		const sort = query.get('sortBy') ?? 'lastUpdatedDate';
		const order = query.get('sortOrder') ?? 'DESC';
		if (!SORTS.includes(sort) || (order !== 'ASC' && order !== 'DESC')) return invalid('sortBy or sortOrder is not valid.');
		const times = Object.fromEntries(
			['createdAfter', 'createdBefore', 'lastUpdatedAfter', 'lastUpdatedBefore'].map((name) => [name, Date.parse(query.get(name) ?? '')]),
		);
		const within = (at: number, name: string): boolean =>
			!(at < (times[`${name}After`] ?? Number.NaN)) && !(at > (times[`${name}Before`] ?? Number.NaN));
		const keyOf = (offer: Offer): number | string =>
			sort === 'sku' ? offer.sku.code : sort === 'createdDate' ? offer.createdAt : offer.updatedAt;
		const found = this.#offersOf(store, call.now)
			.filter((offer) => within(offer.createdAt, 'created') && within(offer.updatedAt, 'lastUpdated'))
			.filter(({ sku }) => type === null || (type === 'ASIN' ? names.includes(this.#ids.asin(sku)) : names.includes(sku.code)))
			.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : a.sku.number - b.sku.number));
		if (order === 'DESC') found.reverse();
		const token = query.get('pageToken');
		const start = token === null ? 0 : Number(/^\d{1,6}$/.exec(Buffer.from(token, 'base64').toString('utf8'))?.[0] ?? Number.NaN);
		if (Number.isNaN(start)) return invalid('pageToken is not valid.');
		const end = Math.min(start + size, this.reach);
		const items: unknown[] = found.slice(start, end).map((offer) => this.#render(store, offer, included));
		const tokenOf = (at: number): string => Buffer.from(String(at)).toString('base64');
		const pagination = {
			...(end < Math.min(found.length, this.reach) ? { nextToken: tokenOf(end) } : {}),
			...(start > 0 ? { previousToken: tokenOf(Math.max(0, start - size)) } : {}),
		};
		return { status: 200, body: { numberOfResults: found.length, pagination, items }, records: items };
	}

	#render(store: StoreSeed, offer: Offer, included: readonly string[]): Record<string, unknown> {
		const { id: marketplaceId } = marketplaceOf(store);
		const exponent = exponentOf(store.currency);
		const { sku } = offer;
		const buyable = offer.state === 'live' && offer.stock > 0;
		const parts: Record<string, unknown> = {
			summaries: [
				{
					marketplaceId,
					asin: this.#ids.asin(sku),
					productType: typeOf(sku.good.category),
					conditionType: 'new_new',
					status: buyable ? ['BUYABLE', 'DISCOVERABLE'] : offer.state === 'live' ? ['DISCOVERABLE'] : [],
					itemName: nameOf(offer),
					createdDate: new Date(offer.createdAt).toISOString(),
					lastUpdatedDate: new Date(offer.updatedAt).toISOString(),
					mainImage: { link: `https://m.media-amazon.com/images/I/sim-${sku.number}.jpg`, height: 500, width: 500 },
				},
			],
			attributes: attributesOf(store, offer),
			offers: [
				{
					marketplaceId,
					offerType: 'B2C',
					price: { currencyCode: store.currency, amount: (offer.price / 10 ** exponent).toFixed(exponent) },
				},
			],
			fulfillmentAvailability: [{ fulfillmentChannelCode: 'DEFAULT', quantity: offer.stock }],
			issues:
				offer.state === 'blocked'
					? [
							{
								code: '18742',
								message: 'Restricted Products Policy Violation',
								severity: 'ERROR',
								categories: [],
								enforcements: { actions: [{ action: 'LISTING_SUPPRESSED' }], exemption: { status: 'NOT_EXEMPT' } },
								marketplaceIds: [marketplaceId],
							},
						]
					: [],
		};
		return { sku: sku.code, ...Object.fromEntries(Object.entries(parts).filter(([name]) => included.includes(name))) };
	}
}

function nameOf({ title, named, sku }: Offer): string {
	return named ? title : `${title} ${sku.variant}`;
}

/** What a seller states of an offer, as attributes of its product type. */
export function attributesOf(store: StoreSeed, offer: Offer) {
	const { id: marketplace_id, language } = marketplaceOf(store);
	const { price, stock } = offer;
	return {
		...(!offer.onlyOffer && { item_name: [{ marketplace_id, language_tag: language, value: nameOf(offer) }] }),
		purchasable_offer: [
			{
				marketplace_id,
				currency: store.currency,
				audience: 'ALL',
				our_price: [{ schedule: [{ value_with_tax: price / 10 ** exponentOf(store.currency) }] }],
			},
		],
		fulfillment_availability: [{ fulfillment_channel_code: 'DEFAULT', quantity: stock }],
	};
}
