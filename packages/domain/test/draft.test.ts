import { describe, expect, test } from 'vitest';
import { type DraftRules, draftGaps, emptyDraft, endPrice, type ListingDraft } from '../src/index.ts';

const RULES: DraftRules = {
	categoryId: 'C1',
	categoryName: 'Lamps',
	languages: ['pt-BR', 'en'],
	title: { least: 3, most: 20 },
	description: { required: false, most: 30 },
	images: { least: 1, most: 2 },
	stock: 'asked',
	currency: 'USD',
	price: 'received',
	leastPrice: '1',
	gtin: 'optional',
	sellerSku: { most: 255, spaces: true },
	attributes: [
		{ id: 'BRAND', name: 'Brand', required: true, source: 'category', kind: 'text', choices: [], open: true, units: [], most: 10 },
		{
			id: 'COLOR',
			name: 'Colour',
			required: false,
			source: 'category',
			kind: 'choice',
			choices: [{ id: '1', name: 'White' }],
			open: false,
			units: [],
			most: null,
		},
		{
			id: 'WEIGHT',
			name: 'Weight',
			required: true,
			source: 'platform',
			kind: 'measure',
			choices: [],
			open: true,
			units: ['g', 'kg'],
			most: null,
		},
	],
	source: 'https://example.com/rules',
};

const WHOLE: ListingDraft = {
	categoryId: 'C1',
	texts: [
		{ language: 'pt-BR', title: 'Luminária', description: '' },
		{ language: 'en', title: 'Sunset lamp', description: 'A lamp' },
	],
	images: ['https://example.com/a.jpg'],
	price: { amount: '12.50', currency: 'USD' },
	stock: 5,
	sellerSku: 'LMP-1',
	gtin: '036000291452',
	attributes: [
		{ id: 'BRAND', valueId: null, value: 'Generic' },
		{ id: 'WEIGHT', valueId: null, value: '480 g' },
	],
};

const told = (change: Partial<ListingDraft>) =>
	draftGaps({ ...WHOLE, ...change }, RULES).map(({ field, reason, language, attribute }) =>
		[attribute?.id ?? field, language, reason].filter((part) => part !== undefined).join(' '),
	);

describe('a listing draft', () => {
	test('lacks its category first, and nothing when all is there', () => {
		expect(draftGaps(emptyDraft('X'), null)).toEqual([{ field: 'category', reason: 'missing', source: 'platform' }]);
		expect(draftGaps({ ...WHOLE, categoryId: 'C2' }, RULES)).toEqual([{ field: 'category', reason: 'missing', source: 'platform' }]);
		expect(draftGaps(WHOLE, RULES)).toEqual([]);
	});

	test('names every step that is missing, with who asks for it', () => {
		expect(draftGaps({ ...emptyDraft(''), categoryId: 'C1' }, RULES)).toEqual([
			{ field: 'title', reason: 'missing', source: 'platform', language: 'pt-BR' },
			{ field: 'title', reason: 'missing', source: 'platform', language: 'en' },
			{ field: 'images', reason: 'missing', source: 'platform' },
			{ field: 'price', reason: 'missing', source: 'platform' },
			{ field: 'stock', reason: 'missing', source: 'platform' },
			{ field: 'sellerSku', reason: 'missing', source: 'ours' },
			{ field: 'attribute', reason: 'missing', source: 'category', attribute: { id: 'BRAND', name: 'Brand' } },
			{ field: 'attribute', reason: 'missing', source: 'platform', attribute: { id: 'WEIGHT', name: 'Weight' } },
		]);
	});

	test('is asked for nothing that the platform copies itself', () => {
		const copied: DraftRules = { ...RULES, languages: [], images: { least: 0, most: 0 }, stock: 'shared', gtin: 'none', attributes: [] };
		expect(draftGaps({ ...WHOLE, texts: [], images: ['http://no'], stock: null, attributes: [] }, copied)).toEqual([]);
	});

	test('leaves out what a choice had brought about once the choice is another one, and what that had brought about in turn', () => {
		const [text, colour] = [RULES.attributes[0]!, RULES.attributes[1]!];
		const shade = {
			...colour,
			id: 'SHADE',
			onlyWith: [{ id: 'COLOR', valueId: '1' }],
			requiredWith: [{ id: 'COLOR', valueId: '1' }],
			choices: [
				{ id: '9', name: 'Ivory' },
				{ id: '8', name: 'Night', onlyWith: [{ id: 'COLOR', valueId: '2' }] },
			],
		};
		const depth = {
			...text,
			id: 'DEPTH',
			required: false,
			onlyWith: [{ id: 'SHADE', valueId: '9' }],
			requiredWith: [{ id: 'SHADE', valueId: '9' }],
		};
		const rules = { ...RULES, attributes: [{ ...colour, choices: [...colour.choices, { id: '2', name: 'Black' }] }, shade, depth] };
		const asks = (...attributes: ListingDraft['attributes']) =>
			draftGaps({ ...emptyDraft('A'), categoryId: 'C1', attributes }, rules).flatMap(({ attribute, reason }) =>
				attribute ? [[attribute.id, reason]] : [],
			);
		const colourOf = (valueId: string) => ({ id: 'COLOR', valueId, value: 'x' });
		const ivory = { id: 'SHADE', valueId: '9', value: 'Ivory' };
		expect(asks()).toEqual([]);
		expect(asks(colourOf('1'))).toEqual([['SHADE', 'missing']]);
		expect(asks(colourOf('1'), ivory)).toEqual([['DEPTH', 'missing']]);
		expect(asks(colourOf('1'), { id: 'SHADE', valueId: '8', value: 'Night' })).toEqual([['SHADE', 'noChoice']]);
		expect(asks(colourOf('2'), ivory)).toEqual([]);
	});

	test('is held to what a platform takes as a code, and to what a choice asks for besides', () => {
		const battery = { ...RULES.attributes[0]!, id: 'BATTERY', required: false, requiredWith: [{ id: 'COLOR', valueId: '1' }] };
		const rules: DraftRules = { ...RULES, sellerSku: { most: 8, spaces: false }, attributes: [...RULES.attributes, battery] };
		expect(draftGaps(WHOLE, rules)).toEqual([]);
		expect(draftGaps({ ...WHOLE, sellerSku: 'LMP 1' }, rules)).toEqual([{ field: 'sellerSku', reason: 'noSpaces', source: 'platform' }]);
		expect(draftGaps({ ...WHOLE, sellerSku: 'LMP-12345' }, rules)).toEqual([
			{ field: 'sellerSku', reason: 'tooLong', source: 'platform', bound: '8' },
		]);
		const white = { ...WHOLE, attributes: [...WHOLE.attributes, { id: 'COLOR', valueId: '1', value: 'White' }] };
		expect(draftGaps(white, rules)).toMatchObject([{ field: 'attribute', reason: 'missing', attribute: { id: 'BATTERY' } }]);
	});

	test.each<[Partial<ListingDraft>, string]>([
		[{ texts: [{ language: 'pt-BR', title: 'L', description: '' }, WHOLE.texts[1]!] }, 'title pt-BR tooShort'],
		[{ texts: [{ language: 'pt-BR', title: '灯'.repeat(21), description: '' }, WHOLE.texts[1]!] }, 'title pt-BR tooLong'],
		[{ texts: [{ language: 'pt-BR', title: '🙂'.repeat(20), description: 'x'.repeat(31) }, WHOLE.texts[1]!] }, 'description pt-BR tooLong'],
		[{ images: ['http://example.com/a.jpg'] }, 'images noAddress'],
		[{ images: ['a', 'b', 'c'].map((name) => `https://example.com/${name}`) }, 'images tooMany'],
		[{ price: { amount: '12.50', currency: 'BRL' } }, 'price wrongCurrency'],
		[{ price: { amount: '12.505', currency: 'USD' } }, 'price noAmount'],
		[{ price: { amount: '0.50', currency: 'USD' } }, 'price belowLeast'],
		[{ stock: 0 }, 'stock noWholeNumber'],
		[{ gtin: '036000291453' }, 'gtin noGtin'],
		[{ attributes: [...WHOLE.attributes, { id: 'COLOR', valueId: null, value: 'Mauve' }] }, 'COLOR noChoice'],
		[{ attributes: [WHOLE.attributes[0]!, { id: 'WEIGHT', valueId: null, value: '1 stone' }] }, 'WEIGHT noUnit'],
		[{ attributes: [WHOLE.attributes[0]!, { id: 'WEIGHT', valueId: null, value: 'heavy' }] }, 'WEIGHT noNumber'],
	])('%j is told as %s', (change, gap) => {
		expect(told(change)).toEqual([gap]);
	});
});

test('prices are rounded up to how shops end them, never down', () => {
	expect(endPrice(1234n, 'USD', 'exact')).toBe(1234n);
	expect(endPrice(1201n, 'USD', 'whole')).toBe(1300n);
	expect(endPrice(1299n, 'USD', 'ninetyNine')).toBe(1299n);
	expect(endPrice(1300n, 'USD', 'ninetyNine')).toBe(1399n);
	expect(endPrice(1234n, 'JPY', 'ninetyNine')).toBe(1239n);
	expect(endPrice(1240n, 'JPY', 'whole')).toBe(1240n);
});
