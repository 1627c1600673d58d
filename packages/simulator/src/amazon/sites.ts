import type { StoreSeed } from '../core/stores.ts';

/** A marketplace as Amazon knows it (contract §3). */
export interface Marketplace {
	id: string;
	country: string;
	name: string;
	domain: string;
	language: string;
	currency: string;
	/** First digits of order ids seen there. */
	prefix: string;
	/** Encoding of flat-file reports. */
	charset: 'windows-1252' | 'shift_jis';
}

export type Region = 'na' | 'eu' | 'fe';

const marketplaces: Record<string, Marketplace> = {
	US: {
		id: 'ATVPDKIKX0DER',
		country: 'US',
		name: 'Amazon.com',
		domain: 'www.amazon.com',
		language: 'en_US',
		currency: 'USD',
		prefix: '113',
		charset: 'windows-1252',
	},
	CA: {
		id: 'A2EUQ1WTGCTBG2',
		country: 'CA',
		name: 'Amazon.ca',
		domain: 'www.amazon.ca',
		language: 'en_CA',
		currency: 'CAD',
		prefix: '701',
		charset: 'windows-1252',
	},
	MX: {
		id: 'A1AM78C64UM0Y8',
		country: 'MX',
		name: 'Amazon.com.mx',
		domain: 'www.amazon.com.mx',
		language: 'es_MX',
		currency: 'MXN',
		prefix: '702',
		charset: 'windows-1252',
	},
	UK: {
		id: 'A1F83G8C2ARO7P',
		country: 'GB',
		name: 'Amazon.co.uk',
		domain: 'www.amazon.co.uk',
		language: 'en_GB',
		currency: 'GBP',
		prefix: '202',
		charset: 'windows-1252',
	},
	DE: {
		id: 'A1PA6795UKMFR9',
		country: 'DE',
		name: 'Amazon.de',
		domain: 'www.amazon.de',
		language: 'de_DE',
		currency: 'EUR',
		prefix: '302',
		charset: 'windows-1252',
	},
	JP: {
		id: 'A1VC38T7YXB528',
		country: 'JP',
		name: 'Amazon.co.jp',
		domain: 'www.amazon.co.jp',
		language: 'ja_JP',
		currency: 'JPY',
		prefix: '250',
		charset: 'shift_jis',
	},
};

/** Orders placed elsewhere and shipped by Amazon carry these; searchOrders refuses them (contract §3, gotcha 12). */
export const nonAmazon: Partial<Record<Region, Marketplace>> = {
	na: {
		id: 'A2ZV50J4W1RKNI',
		country: 'US',
		name: 'Non-Amazon US',
		domain: 'sim1.stores.amazon.com',
		language: 'en_US',
		currency: 'USD',
		prefix: '113',
		charset: 'windows-1252',
	},
	eu: {
		id: 'A38D8NSA03LJTC',
		country: 'DE',
		name: 'Non-Amazon DE',
		domain: 'sim1.stores.amazon.de',
		language: 'de_DE',
		currency: 'EUR',
		prefix: '302',
		charset: 'windows-1252',
	},
};

/** The marketplace of a store. Throws RangeError for a site this simulator does not know. */
export function marketplaceOf(store: StoreSeed): Marketplace {
	const found = marketplaces[store.site];
	if (found === undefined) throw new RangeError(`No Amazon marketplace ${store.site}`);
	return found;
}

export const regions: readonly Region[] = ['na', 'eu', 'fe'];

export const awsRegion: Record<Region, string> = { na: 'us-east-1', eu: 'eu-west-1', fe: 'us-west-2' };
