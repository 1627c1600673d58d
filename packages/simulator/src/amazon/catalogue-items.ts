import { type Sku, skus } from '../core/catalogue.ts';
import { barcodeOf, offersOf } from '../core/offers.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { PlatformContext } from '../core/platform.ts';
import { hash } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { denied, failure, invalid } from './dialect.ts';
import type { AmazonIds } from './ids.ts';
import { typeOf } from './product-types.ts';
import { marketplaceOf } from './sites.ts';

const DATA = [
	'attributes',
	'classifications',
	'dimensions',
	'identifiers',
	'images',
	'productTypes',
	'relationships',
	'salesRanks',
	'summaries',
	'vendorDetails',
];
const IDENTIFIERS = ['ASIN', 'EAN', 'GTIN', 'ISBN', 'JAN', 'MINSAN', 'SKU', 'UPC'];
const MOST_IDENTIFIERS = 20;
const PATH = '/catalog/2022-04-01/items';

/** What a marketplace's catalogue holds, whoever sells it: `catalogItems_2022-04-01` (contract amazon §13). */
export class AmazonCatalogue {
	readonly #context: PlatformContext;
	readonly #ids: AmazonIds;

	constructor(context: PlatformContext, ids: AmazonIds) {
		this.#context = context;
		this.#ids = ids;
	}

	operations(stores: readonly StoreSeed[], seller: (handle: (call: WireCall) => WireReply) => Operation['handle']): Operation[] {
		const inMarket = (handle: (call: WireCall, store: StoreSeed) => WireReply) =>
			seller((call) => {
				const asked = listed(call, 'marketplaceIds');
				if (asked.length !== 1) return invalid('marketplaceIds must name one marketplace.');
				if (listed(call, 'includedData').some((name) => !DATA.includes(name))) return invalid('includedData holds an unknown value.');
				const store = stores.find((one) => marketplaceOf(one).id === asked[0]);
				return store ? handle(call, store) : denied('');
			});
		return [
			{ name: 'searchCatalogItems', method: 'GET', path: PATH, handle: inMarket((call, store) => this.#search(call, store)) },
			{ name: 'getCatalogItem', method: 'GET', path: `${PATH}/:asin`, handle: inMarket((call, store) => this.#item(call, store)) },
		];
	}

	/** The product behind an ASIN, where the marketplace sells it. */
	find(store: StoreSeed, asin: string): Sku | undefined {
		return skus.find((sku) => this.#ids.asin(sku) === asin && this.#isSold(store, sku));
	}

	/** What a seller of ours offers there, and two of three products that others do. */
	#isSold(store: StoreSeed, sku: Sku): boolean {
		const { seed } = this.#context.world;
		return hash(seed, store.number, sku.number, 131) % 3 > 0 || offersOf(seed, store).some((offer) => offer.sku.number === sku.number);
	}

	#search(call: WireCall, store: StoreSeed): WireReply {
		const names = listed(call, 'identifiers');
		const type = call.query.get('identifiersType');
		if (names.length === 0 || call.query.has('keywords')) return invalid('Only a search by identifiers is simulated.');
		if (names.length > MOST_IDENTIFIERS || type === null || !IDENTIFIERS.includes(type)) return invalid('identifiers are not valid.');
		const found = skus.filter((sku) => names.includes(this.#identifier(sku, type)) && this.#isSold(store, sku));
		return { status: 200, body: { numberOfResults: found.length, items: found.map((sku) => this.#render(call, store, sku)) } };
	}

	#item(call: WireCall, store: StoreSeed): WireReply {
		const sku = this.find(store, call.params['asin'] ?? '');
		return sku ? { status: 200, body: this.#render(call, store, sku) } : failure(404, 'NotFound', 'Requested item was not found.');
	}

	#identifier(sku: Sku, type: string): string {
		if (type === 'ASIN') return this.#ids.asin(sku);
		if (type === 'GTIN') return `0${barcodeOf(sku.number)}`;
		return type === 'EAN' || type === 'JAN' ? barcodeOf(sku.number) : '';
	}

	#render(call: WireCall, store: StoreSeed, sku: Sku): Record<string, unknown> {
		const { id: marketplaceId } = marketplaceOf(store);
		const link = `https://m.media-amazon.com/images/I/sim-${sku.number}.jpg`;
		const parts: Record<string, unknown> = {
			identifiers: [
				{
					marketplaceId,
					identifiers: ['EAN', 'GTIN'].map((identifierType) => ({ identifierType, identifier: this.#identifier(sku, identifierType) })),
				},
			],
			images: [{ marketplaceId, images: [{ variant: 'MAIN', link, height: 500, width: 500 }] }],
			productTypes: [{ marketplaceId, productType: typeOf(sku.good.category) }],
			summaries: [{ marketplaceId, brand: 'Yunfan', itemName: `${sku.good.titles.en} ${sku.variant}` }],
		};
		const included = call.query.has('includedData') ? listed(call, 'includedData') : ['summaries'];
		return { asin: this.#ids.asin(sku), ...Object.fromEntries(Object.entries(parts).filter(([name]) => included.includes(name))) };
	}
}

function listed(call: WireCall, name: string): string[] {
	return (call.query.get(name) ?? '').split(',').filter((part) => part !== '');
}
