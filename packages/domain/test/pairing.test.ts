import { describe, expect, test } from 'vitest';
import { foldGtin, judgeListing, type PairingFacts, PairingIndex, profileOf } from '../src/index.ts';

const LAMP: PairingFacts = {
	storeId: 'us',
	externalListingId: 'us-1',
	sellerSku: 'LMP-SUNSET-WH',
	gtins: ['0036000291452'],
	title: 'Sunset Projection Lamp, 180° Rotation',
	variant: 'White',
	language: 'en',
	originKey: null,
};
const elsewhere = (facts: Partial<PairingFacts>): PairingFacts => ({
	...LAMP,
	storeId: 'mx',
	externalListingId: 'mx-1',
	language: 'es',
	...facts,
});
const judge = (facts: PairingFacts, known: PairingFacts = LAMP) =>
	judgeListing(profileOf(facts), [{ skuId: 'lamp', members: [profileOf(known)] }]);

describe('trade item numbers', () => {
	test('of a UPC, an EAN and a case code of one item are one number', () => {
		expect(['036000291452', '0036000291452', '00036000291452', '0 36000 29145-2'].map(foldGtin)).toEqual(Array(4).fill('00036000291452'));
	});

	test('with a wrong check digit, a wrong length or of a shop’s own series are none', () => {
		expect(['036000291453', '12345', 'Does not apply', '000000000000', '2012345678900', ''].map(foldGtin)).toEqual(Array(6).fill(null));
	});
});

describe('a listing', () => {
	test('with the same number is paired though nobody translated alike', () => {
		const { outcome, matches } = judge(
			elsewhere({ sellerSku: null, gtins: ['036000291452'], title: 'Lámpara de atardecer', variant: 'Blanco' }),
		);
		expect([outcome, matches[0]?.reasons]).toEqual(['automatic', ['gtinSame', 'variantSame']]);
	});

	test('with the same code behind marks of store and platform is paired', () => {
		const { outcome, matches } = judge(elsewhere({ sellerSku: 'TT-MX_lmp/sunset wh', gtins: [], title: 'Lámpara', variant: 'Blanco' }));
		expect([outcome, matches[0]?.reasons]).toEqual(['automatic', ['codeSame', 'variantSame']]);
	});

	test.each([
		['a pack', { variant: 'White, pack of 2' }, 'packDiffers', { variant: 'White, 1 piece' }],
		['another colour', { variant: 'Negro' }, 'colourDiffers', {}],
		['another size', { variant: 'XL' }, 'sizeDiffers', { variant: 'S' }],
		['another length', { variant: '2 m' }, 'measureDiffers', { variant: '100 cm' }],
	] as const)('that is %s is never paired by itself, whatever else is the same', (_, facts, reason, known) => {
		const { outcome, matches } = judge(elsewhere({ ...facts }), { ...LAMP, ...known });
		expect(outcome).not.toBe('automatic');
		expect(matches[0]?.reasons).toContain(reason);
	});

	test('that states a pack where the other side is silent waits for a person', () => {
		expect(judge(elsewhere({ title: 'Sunset Projection Lamp 180° Rotation 2-pack', variant: 'White' })).outcome).toBe('queue');
	});

	test('is never the SKU of another variant of its own product', () => {
		expect(judge({ ...LAMP, variant: 'White' })).toEqual({ outcome: 'none', matches: [] });
	});

	test('with number and title alone against its code waits with the reasons', () => {
		const { outcome, matches } = judge(elsewhere({ sellerSku: 'LMP-SUNSET-BK', title: 'Lámpara', variant: null }));
		expect([outcome, matches[0]?.reasons]).toEqual(['queue', ['gtinSame', 'codeOfSister', 'variantUnstated']]);
	});

	test('without any key in common is nobody’s', () => {
		const index = new PairingIndex();
		index.add('lamp', profileOf(LAMP));
		expect(index.judge(profileOf(elsewhere({ sellerSku: 'X1', gtins: [], title: 'Botella de vidrio', variant: null }))).outcome).toBe(
			'none',
		);
	});

	test('without any key is found through its sisters', () => {
		const index = new PairingIndex();
		index.add('white', profileOf(LAMP));
		index.add('black', profileOf({ ...LAMP, sellerSku: 'LMP-SUNSET-BK', gtins: [], variant: 'Black' }));
		index.add('white', profileOf(elsewhere({ variant: 'Blanco' })));
		const { outcome, matches } = index.judge(profileOf(elsewhere({ sellerSku: null, gtins: [], title: 'Lámpara', variant: 'Negro' })));
		expect([outcome, matches[0]?.skuId]).toEqual(['automatic', 'black']);
	});
});
