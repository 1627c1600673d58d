import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FeedFacts, feedLineOf, feedNotes, foldGtin, MACHINE_FIELDS, readAsMachine, shortGtin } from '../src/index.ts';

const LAMP: FeedFacts = {
	externalListingId: '1729',
	externalVariantId: '1730',
	hasSisters: true,
	title: 'Sunset lamp',
	variant: 'White',
	gtins: [],
	sellerSku: 'LMP-WH',
	state: 'live',
	price: { amountMinor: 1234n, currency: 'EUR' },
	stock: 4,
	imageUrl: 'https://img.example/1.jpg',
	url: null,
	seller: 'Yunfan DE',
	country: 'DE',
	rating: null,
	untold: ['url', 'rating'],
	own: { gtins: ['00036000291452'], brand: 'Lumora', materials: 'ABS', weight: 450, length: 205, width: 120, height: null },
};

const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
const gtins = fc.array(fc.constantFrom('036000291452', '4006381333931', '036000291453', '96385074', 'none'), { maxLength: 3 });
const side = maybe(fc.integer({ min: 1, max: 20_000 }));
const facts: fc.Arbitrary<FeedFacts> = fc.record({
	externalListingId: fc.stringMatching(/^[A-Z0-9]{1,20}$/),
	externalVariantId: fc.stringMatching(/^[0-9]{0,19}$/),
	hasSisters: fc.boolean(),
	title: fc.string(),
	variant: maybe(fc.string()),
	gtins,
	sellerSku: maybe(fc.string()),
	state: fc.constantFrom('live', 'blocked', 'inactive', 'draft', 'unknown'),
	price: maybe(fc.record({ amountMinor: fc.bigInt({ min: 0n, max: 10n ** 12n }), currency: fc.constantFrom('EUR', 'JPY', 'KWD', 'BRL') })),
	stock: maybe(fc.nat(9)),
	imageUrl: maybe(fc.constantFrom('https://img.example/1.jpg', 'http://img.example/1.jpg', 'no address')),
	url: maybe(fc.constantFrom('https://shop.example/1', 'http://shop.example/1')),
	seller: fc.string(),
	country: maybe(fc.constantFrom('DE', 'BR')),
	rating: maybe(fc.record({ average: fc.constant(4.5), ratings: fc.integer({ min: 1, max: 99 }) })),
	untold: fc.subarray(['url', 'rating'] as const),
	own: maybe(
		fc.record({
			gtins: fc.subarray(['00036000291452', '04006381333931']),
			brand: maybe(fc.string({ minLength: 1 })),
			materials: maybe(fc.string({ minLength: 1 })),
			weight: side,
			length: side,
			width: side,
			height: side,
		}),
	),
});

describe('a line of a product feed', () => {
	test('is what is known of a listing, with our own word where it says nothing', () => {
		expect(feedLineOf(LAMP)).toEqual({
			id: '1729_1730',
			title: 'Sunset lamp · White',
			link: null,
			image_link: 'https://img.example/1.jpg',
			availability: 'in_stock',
			price: '12.34 EUR',
			brand: 'Lumora',
			gtin: '036000291452',
			gtin_from: 'master data',
			item_group_id: '1729',
			material: 'ABS',
			shipping_weight: '450 g',
			shipping_length: '20.5 cm',
			shipping_width: '12 cm',
			shipping_height: null,
			shipping_country: 'DE',
			machine_told: 5,
			machine_of: 6,
			machine_lacks: 'gtin',
		});
		expect(feedLineOf({ ...LAMP, gtins: ['4006381333931'] })).toMatchObject({ gtin: '4006381333931', gtin_from: 'listing' });
		expect(feedLineOf({ ...LAMP, own: null })).toMatchObject({ gtin: null, gtin_from: null, brand: null, shipping_weight: null });
	});

	test('says what machines read of the same listing, whatever that is', () => {
		fc.assert(
			fc.property(facts, (one) => {
				const line = feedLineOf(one);
				const reading = readAsMachine({ ...one, hidden: [] });
				const { offers, ...product } = reading.product as {
					name: string;
					image?: string;
					gtin?: string;
					brand?: { name: string };
					material?: string;
					offers: { url?: string; price?: string; priceCurrency?: string; availability?: string; eligibleRegion?: { name: string } };
				};
				expect(line.title).toBe(product.name);
				expect(line.image_link).toBe(product.image ?? null);
				expect(line.gtin === null ? null : foldGtin(line.gtin)).toBe(product.gtin ?? null);
				expect(line.brand).toBe(product.brand?.name ?? null);
				expect(line.material).toBe(product.material ?? null);
				expect(line.link).toBe(offers.url ?? null);
				expect(line.price).toBe(offers.price === undefined ? null : `${offers.price} ${offers.priceCurrency}`);
				expect(line.shipping_country).toBe(offers.eligibleRegion?.name ?? null);
				const words = { 'https://schema.org/InStock': 'in_stock', 'https://schema.org/OutOfStock': 'out_of_stock' };
				expect(line.availability).toBe(words[offers.availability as keyof typeof words] ?? null);
				expect([line.machine_told, line.machine_of]).toEqual([reading.told, reading.of]);
				const lacks = line.machine_lacks?.split(' ') ?? [];
				expect(lacks.length).toBe(reading.of - reading.told);
				expect(MACHINE_FIELDS.filter((field) => lacks.includes(field))).toEqual(lacks);
			}),
		);
	});

	test.each(['96385074', '036000291452', '4006381333931', '10036000291459'])('has the number %s as it was given out', (gtin) => {
		expect(shortGtin(foldGtin(gtin) ?? '')).toBe(gtin);
	});
});

test('the notes of a feed name each platform that never tells something, once', () => {
	const notes = feedNotes(['temu', 'amazon', 'temu'], (platform) => (platform === 'temu' ? ['url', 'rating'] : []));
	expect(notes.filter((note) => note.includes('never tells'))).toEqual(['Temu never tells: link, rating']);
});
