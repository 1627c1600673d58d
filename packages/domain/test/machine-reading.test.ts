import { describe, expect, test } from 'vitest';
import { readAsMachine, type MachineFacts, writeJsonLd } from '../src/index.ts';

const WHOLE: MachineFacts = {
	title: 'Sunset lamp',
	variant: 'White',
	gtins: ['0036000291452'],
	sellerSku: 'LMP-WH',
	state: 'live',
	price: { amountMinor: 1999n, currency: 'EUR' },
	stock: 4,
	imageUrl: 'https://img.example/1.jpg',
	url: 'https://shop.example/1',
	seller: 'Yunfan DE',
	country: 'DE',
	rating: { average: 4.3, ratings: 120 },
	untold: [],
	hidden: [],
	own: null,
};

describe('an offer as machines read it', () => {
	test('that lacks nothing is a schema.org product with its offer', () => {
		const { told, of, product } = readAsMachine(WHOLE);
		expect([told, of]).toEqual([8, 8]);
		expect(product).toEqual({
			'@context': 'https://schema.org',
			'@type': 'Product',
			name: 'Sunset lamp · White',
			sku: 'LMP-WH',
			gtin: '00036000291452',
			image: 'https://img.example/1.jpg',
			offers: {
				'@type': 'Offer',
				url: 'https://shop.example/1',
				price: '19.99',
				priceCurrency: 'EUR',
				availability: 'https://schema.org/InStock',
				eligibleRegion: { '@type': 'Country', name: 'DE' },
				seller: { '@type': 'Organization', name: 'Yunfan DE' },
			},
			aggregateRating: { '@type': 'AggregateRating', ratingValue: 4.3, ratingCount: 120, bestRating: 5, worstRating: 1 },
		});
	});

	test('names what is missing, what is wrong, and counts neither what nobody tells nor what is not to be seen', () => {
		const { fields, told, of, product } = readAsMachine({
			...WHOLE,
			gtins: ['0036000291453'],
			price: null,
			url: null,
			imageUrl: 'http://img.example/1.jpg',
			rating: null,
			untold: ['url', 'rating'],
			hidden: ['price'],
		});
		expect(fields).toMatchObject({ gtin: 'wrong', price: 'hidden', url: 'untold', rating: 'untold', image: 'missing', name: 'told' });
		expect([told, of]).toEqual([3, 5]);
		expect(Object.keys(product)).toEqual(['@context', '@type', 'name', 'sku', 'offers']);
	});

	test.each([
		['live', 0, 'OutOfStock'],
		['live', null, 'InStock'],
		['blocked', 9, 'OutOfStock'],
		['inactive', 9, 'OutOfStock'],
	] as const)('%s with %s pieces is %s', (state, stock, availability) => {
		expect(readAsMachine({ ...WHOLE, state, stock }).product).toMatchObject({
			offers: { availability: `https://schema.org/${availability}` },
		});
	});

	test('whose state nobody knows says nothing of it', () => {
		const { fields, product } = readAsMachine({ ...WHOLE, state: 'unknown' });
		expect(fields.availability).toBe('missing');
		expect(product['offers']).not.toHaveProperty('availability');
	});

	test('has its price as its currency writes it', () => {
		expect(readAsMachine({ ...WHOLE, price: { amountMinor: 1999n, currency: 'JPY' } }).product).toMatchObject({
			offers: { price: '1999', priceCurrency: 'JPY' },
		});
	});

	test('cannot end the script that holds it', () => {
		const title = '</script><script>alert(1)</script>';
		const text = writeJsonLd(readAsMachine({ ...WHOLE, title }).product);
		expect(text).not.toContain('<');
		expect(JSON.parse(text)).toMatchObject({ name: `${title} · White` });
	});
});
