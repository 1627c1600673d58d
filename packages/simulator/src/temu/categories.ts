import { type Good, goods } from '../core/goods.ts';
import type { Answer, Call } from './order-calls.ts';
import { TemuRefusal } from './replies.ts';

const FIRST_GROUP = 20_000;
export const FIRST_LEAF = 24_300;
/** Nobody may list in it. */
const CLOSED = 29_999;
const KINDS = [...new Set(goods.map(({ category }) => category))];

export interface Leaf {
	catId: number;
	good: Good;
	goodNumber: number;
	/** Clothes have pictures of another shape, and sizes. */
	isApparel: boolean;
}

/** @throws TemuRefusal for what is unknown, a group, or closed */
export function leafOf(catId: unknown): Leaf {
	const number = Number(catId);
	const good = goods[number - FIRST_LEAF];
	if (good) return { catId: number, good, goodNumber: number - FIRST_LEAF, isApparel: good.category === 'fashion' };
	if (number === CLOSED) throw new TemuRefusal(150010042, 'Category unavailable');
	if (KINDS[number - FIRST_GROUP] !== undefined) throw new TemuRefusal(150010124, 'The catId not a leaf category');
	throw new TemuRefusal(150010008, 'Category not found');
}

function shown(catId: number, catName: string, parentId: number, leaf: boolean, isApparel: boolean) {
	return {
		catId,
		catName,
		parentId,
		level: parentId === 0 ? 1 : 2,
		leaf,
		catType: isApparel ? 0 : 1,
		availableStatus: catId === CLOSED ? 1 : 0,
		secondHandCategory: false,
		expandCatType: null,
	};
}

/** `bg.local.goods.cats.get`: what stands below a category; nothing below a leaf. */
export function categories({ args }: Call): Answer {
	const parent = args.number('parentCatId') ?? 0;
	const title = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
	const groups = KINDS.map((kind, place) => shown(FIRST_GROUP + place, title(kind), 0, false, kind === 'fashion'));
	const leaves = goods.flatMap((good, place) =>
		FIRST_GROUP + KINDS.indexOf(good.category) === parent
			? [shown(FIRST_LEAF + place, (good.titles.en.split(',')[0] ?? '').trim(), parent, true, good.category === 'fashion')]
			: [],
	);
	return { result: { goodsCatsList: parent === 0 ? [...groups, shown(CLOSED, 'Books', 0, true, false)] : leaves } };
}

/** `bg.local.goods.category.recommend`: numbers alone, best first. */
export function recommendCategory({ args }: Call): Answer {
	const words = wordsOf(args.text('goodsName') ?? '');
	const found = goods
		.map((good, place) => ({ place, fits: words.filter((word) => wordsOf(Object.values(good.titles).join(' ')).includes(word)).length }))
		.filter(({ fits }) => fits > 0)
		.toSorted((a, b) => b.fits - a.fits)
		.slice(0, 5)
		.map(({ place }) => FIRST_LEAF + place);
	return { result: found.length === 0 ? { catId: null, catIdList: [] } : { catId: found[0], catIdList: found } };
}

function wordsOf(text: string): string[] {
	return text
		.toLowerCase()
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word.length > 2);
}

interface ValueSeed {
	vid: number;
	value: string;
	child?: readonly [number, string];
}

export interface AttributeSeed {
	refPid: number;
	name: string;
	required: boolean;
	/** 0 typed, 1 chosen, 5 a day, 16 both (guide to adding products). */
	control: 0 | 1 | 5 | 16;
	groups?: readonly { groupId: string | null; values: readonly ValueSeed[] }[];
	units?: readonly { valueUnitId: number; valueUnitName: string }[];
	/** Brought about by a choice of another one. */
	parent?: number;
}

/** What every category asks. */
export const ATTRIBUTES: readonly AttributeSeed[] = [
	{
		refPid: 12,
		name: 'Material',
		required: true,
		control: 1,
		groups: [
			{
				groupId: null,
				values: [
					{ vid: 66, value: 'Aluminum Alloy' },
					{ vid: 26485, value: 'ABS' },
					{ vid: 26042, value: 'Polyester' },
					{ vid: 410, value: 'Wood', child: [7317, '12-7317-0'] },
				],
			},
		],
	},
	{
		refPid: 7317,
		name: 'Wood Type',
		required: true,
		control: 1,
		parent: 12,
		groups: [
			{
				groupId: '12-7317-0',
				values: [
					{ vid: 213321, value: 'Log', child: [7318, '7317-7318-0'] },
					{ vid: 213322, value: 'Composite Wood' },
				],
			},
		],
	},
	{
		refPid: 7318,
		name: 'Wood Species',
		required: false,
		control: 1,
		parent: 7317,
		groups: [{ groupId: '7317-7318-0', values: [{ vid: 213324, value: 'Padauk' }] }],
	},
	{
		refPid: 15,
		name: 'Composition',
		required: false,
		control: 16,
		groups: [{ groupId: null, values: [{ vid: 121, value: 'Cotton' }] }],
		units: [{ valueUnitId: 57, valueUnitName: '%' }],
	},
	{
		refPid: 6934,
		name: 'Net weight',
		required: false,
		control: 0,
		units: [
			{ valueUnitId: 240, valueUnitName: 'g' },
			{ valueUnitId: 241, valueUnitName: 'kg' },
		],
	},
	{ refPid: 6940, name: 'First made', required: false, control: 5 },
];

/** `temu.local.product.attributes.get` */
export function productAttributes({ args }: Call): Answer {
	const { catId } = leafOf(args.number('catId'));
	return {
		result: {
			catId,
			language: args.text('language') ?? 'en',
			attributeList: ATTRIBUTES.map(({ refPid, name, required, control, groups = [], units }) => ({
				refPid,
				attributeName: name,
				required,
				attributeRules: {
					chooseMaxNum: 1,
					controlType: control,
					transnationalAttribute: null,
					attributeValueRules: {
						minValue: '',
						maxValue: '',
						numberInputTitle: null,
						propertyChooseTitle: null,
						valuePrecision: 0,
						valueRule: 0,
					},
				},
				attributeValueDetail: groups.map(({ groupId, values }) => ({
					groupId,
					attributeValueList: values.map(({ vid, value, child }) => ({
						vid,
						value,
						childAttribute: child ? [{ childAttributeId: child[0], childAttributeValueGroupId: child[1] }] : [],
					})),
				})),
				attributeValueUnitList: units ?? null,
			})),
		},
	};
}

export interface VariationSeed {
	parentSpecId: number;
	parentSpecName: string;
	/** 0 chosen, 1 typed, 2 either. */
	variationType: 0 | 1 | 2;
	required: boolean;
	specList: readonly { specId: number; specName: string; groupId: number | null }[];
}

export function variationsOf({ isApparel }: Leaf): VariationSeed[] {
	const colours = ['Black', 'White', 'Blue'].map((specName, place) => ({ specId: 16_001 + place, specName, groupId: null }));
	const sizes = ['S', 'M', 'L'].map((specName, place) => ({ specId: 10_002 + place, specName, groupId: 2 }));
	return [
		{ parentSpecId: 1001, parentSpecName: 'Color', variationType: 2, required: isApparel, specList: colours },
		...(isApparel ? [{ parentSpecId: 3001, parentSpecName: 'Size', variationType: 0 as const, required: true, specList: sizes }] : []),
	];
}

/** `temu.local.product.variation.get` */
export function productVariations({ args }: Call): Answer {
	const leaf = leafOf(args.number('catId'));
	const variations = variationsOf(leaf).map(({ specList, ...one }) => ({
		...one,
		specList: specList.map((spec) => ({
			...spec,
			groupName: spec.groupId === null ? null : 'Letters',
			subGroupId: null,
			subGroupName: null,
		})),
	}));
	return { result: { catId: leaf.catId, language: args.text('language') ?? 'en', variations } };
}
