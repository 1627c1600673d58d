import { describe, expect, test } from 'vitest';
import { goodsPapers, type PlacedReadiness, readinessOf, type SkuReadiness, type StoreReadiness } from '../src/index.ts';

const SKU: SkuReadiness = { skuId: 's', languages: ['es'], gtin: true, stock: 'some', cost: 'known', lacks: [] };
const STORE: StoreReadiness = { storeId: 't', language: 'es-AR', papers: [], crossesBorder: false };
const DRAFT: PlacedReadiness = {
	skuId: 's',
	storeId: 't',
	kind: 'draft',
	text: 'told',
	gaps: [],
	hasCategory: true,
	gtin: true,
	stock: true,
	price: 'kept',
	issues: [],
};
const states = (sku: Partial<SkuReadiness>, store: Partial<StoreReadiness>, placed: Partial<PlacedReadiness> | null) => {
	const { steps } = readinessOf({ ...SKU, ...sku }, { ...STORE, ...store }, placed && { ...DRAFT, ...placed });
	return Object.fromEntries(Object.entries(steps).map(([name, { state, reason }]) => [name, reason ?? state]));
};

describe('how ready a SKU is', () => {
	test('a whole draft is ready, and what nobody asks for is no part of the score', () => {
		const { steps, done, of } = readinessOf(SKU, STORE, DRAFT);
		expect([done, of]).toEqual([5, 5]);
		expect([steps.compliance.state, steps.customs.state]).toEqual(['notAsked', 'notAsked']);
	});

	test('what nobody has looked at is not known and never done', () => {
		const { steps, done, of } = readinessOf({ ...SKU, gtin: false, stock: 'notTold' }, STORE, null);
		expect([steps.attributes, steps.identifier, steps.stock].map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
		expect([done, of]).toEqual([1, 5]);
		expect(states({}, {}, { gaps: null })).toMatchObject({ attributes: 'rulesNotRead', identifier: 'done' });
		expect(states({}, {}, { gaps: null, hasCategory: false })).toMatchObject({ attributes: 'noCategory' });
	});

	test.each<[string, Partial<SkuReadiness>, Partial<StoreReadiness>, Partial<PlacedReadiness> | null, string, string]>([
		['no text in the language of the buyers', {}, { language: 'pt-BR' }, null, 'language', 'noText'],
		['a text of a sister language is one', { languages: ['pt'] }, { language: 'pt-BR' }, null, 'language', 'done'],
		['a draft without its text', {}, {}, { text: 'missing', gaps: null }, 'language', 'noText'],
		['a text that is too long', {}, {}, { gaps: [{ field: 'title', name: null }] }, 'language', 'textGaps'],
		['a machine’s text that nobody has confirmed', {}, {}, { text: 'machine' }, 'language', 'machineText'],
		['a copied product, which needs no text', {}, {}, { text: 'missing' }, 'language', 'done'],
		['an attribute', {}, {}, { gaps: [{ field: 'attribute', name: 'Brand' }] }, 'attributes', 'attributeGaps'],
		['a listing that the platform blocks', {}, {}, { kind: 'blocked', gaps: null, issues: ['No brand'] }, 'attributes', 'platformSays'],
		['a barcode that is asked for', {}, {}, { gtin: false, gaps: [{ field: 'gtin', name: null }] }, 'identifier', 'noGtin'],
		['a barcode that nobody asks for', {}, {}, { gtin: false }, 'identifier', 'notAsked'],
		['no company', {}, { papers: 'noCompany' }, DRAFT, 'compliance', 'noCompany'],
		['no dossier to be seen', {}, { papers: 'hidden' }, DRAFT, 'compliance', 'hidden'],
		['no paper', {}, { papers: [{ kind: 'epr', standing: null, certain: true }] }, DRAFT, 'compliance', 'papersLack'],
		['a paper that has ended', {}, { papers: [{ kind: 'epr', standing: 'ended', certain: true }] }, DRAFT, 'compliance', 'papersLack'],
		['a paper that ends soon', {}, { papers: [{ kind: 'epr', standing: 'ending', certain: true }] }, DRAFT, 'compliance', 'done'],
		['a paper of one way only', {}, { papers: [{ kind: 'vat', standing: null, certain: false }] }, DRAFT, 'compliance', 'wayNotTold'],
		['no HS code for a parcel across a border', { lacks: ['hsCode'] }, { crossesBorder: true }, DRAFT, 'customs', 'noFacts'],
		['no cost', { cost: 'notKnown' }, {}, DRAFT, 'price', 'noCost'],
		['no price', {}, {}, { price: 'missing' }, 'price', 'noPrice'],
		['a price below the cost', {}, {}, { price: 'below' }, 'price', 'belowFloor'],
		['a price of which no rate is known', {}, {}, { price: 'noRate' }, 'price', 'noRate'],
		['costs that are not to be seen', { cost: 'hidden' }, {}, DRAFT, 'price', 'hidden'],
		['no piece anywhere', { stock: 'none' }, {}, null, 'stock', 'noStock'],
	])('%s', (_, sku, store, placed, step, expected) => {
		expect(states(sku, store, placed)[step]).toBe(expected);
	});

	test('names what lacks', () => {
		const { steps } = readinessOf(
			{ ...SKU, lacks: ['weight'] },
			{ ...STORE, crossesBorder: true },
			{
				...DRAFT,
				gaps: [{ field: 'attribute', name: 'Brand' }],
			},
		);
		expect(steps.attributes.gaps).toEqual([{ field: 'attribute', name: 'Brand' }]);
		expect(steps.customs.facts).toEqual(['weight']);
	});
});

describe('papers that goods need', () => {
	const papers = (site: { id: string; country: string }, mode: 'local' | 'crossBorder' | 'semiManaged') =>
		goodsPapers('temu', site, mode).map(({ need, certain }) => `${need.kind}${certain ? '' : '?'}`);
	test('follow the site and how the store sells', () => {
		expect(papers({ id: '105', country: 'DE' }, 'local')).toEqual(['responsiblePerson', 'vat', 'epr']);
		expect(papers({ id: '105', country: 'DE' }, 'crossBorder')).toEqual(['responsiblePerson', 'epr']);
		expect(papers({ id: '105', country: 'DE' }, 'semiManaged')).toEqual(['responsiblePerson', 'vat?', 'epr']);
		expect(papers({ id: '100', country: 'US' }, 'local')).toEqual([]);
	});
});
