import { type Sku, skus } from '../core/catalogue.ts';
import { exponentOf } from '../core/money.ts';
import type { Offer } from '../core/offers.ts';
import type { StoreSeed } from '../core/stores.ts';
import { ATTRIBUTES, type AttributeSeed, type Leaf, leafOf, variationsOf } from './categories.ts';
import { skusOf } from './goods-calls.ts';
import type { Answer, Call } from './order-calls.ts';
import { TemuRefusal } from './replies.ts';

type Fields = Record<string, unknown>;

const TEMPLATE = { templateId: 'LFT-10000000000000000001', templateName: 'Standard, free shipping' };
const TRADEMARK = { trademarkId: 4400, trademarkName: 'YUNFAN', brandId: 5500, brandName: 'YUNFAN' };
const USAGES = 7;
/** Hosts from which the platform can have a picture. */
const REACHED = /^https:\/\/[\w.-]*(media-amazon\.com|mlstatic\.com|ibyteimg\.com|kwcdn\.com)\//;
const BANNED = /\b(miracle|cure)\b/i;
const MOST_IMAGES = 10;
const WHOLE = ['JPY', 'KRW', 'NOK'];
/** Least base prices that are not 0.02 (contract temu, samples/_sites.json). */
const LEAST: Readonly<Record<string, number>> = { CA: 2, JP: 2, KR: 2, NO: 2, CZ: 5, HU: 5 };

/** `bg.freight.template.list.query` */
export const freightTemplates = (): Answer => ({ result: { templateList: [TEMPLATE] } });

/** `temu.local.goods.brand.trademark.V2.get` */
export const trademarks = (): Answer => ({ result: { trademarkList: [TRADEMARK], totalNum: 1, pageNo: 1 } });

/** `temu.local.goods.image.v2.upload`: the platform fetches the picture itself. */
export function uploadImage({ args, goods, token }: Call): Answer {
	const usage = args.number('usage');
	if (usage === null || usage < 1 || usage > USAGES) throw args.wrong('usage');
	const url = args.text('fileUrl') ?? '';
	if (!REACHED.test(url)) throw new TemuRefusal(150011019, `The input fileUrl:${url} is incorrect, please modify it.`);
	return { result: { images: [{ url: goods.carry(token.store) }] } };
}

/** `temu.local.goods.illegal.vocabulary.check` */
export function checkVocabulary({ args }: Call): Answer {
	const failReasonList = ['goodsName', 'goodsDesc'].flatMap((violationItem) => {
		const word = BANNED.exec(args.text(violationItem) ?? '')?.[0];
		const content = { violationType: 'Exaggeration', warning: `The word "${word}" is not allowed` };
		return word === undefined ? [] : [{ violationItem, violationWarningContentList: [content] }];
	});
	return { result: { checkResult: failReasonList.length === 0 ? 'PASS' : 'FAIL', failReasonList } };
}

function refuse(code: number, message: string): never {
	throw new TemuRefusal(code, message);
}

/** `temu.local.goods.v2.add`: the first thing that is wrong is told, in the platform's documented words. */
export function addGoods(call: Call): Answer {
	const { args, token, goods, now } = call;
	const { store } = token;
	const basic = args.record('goodsBasic');
	checkWords(basic);
	const leaf = leafOf(basic['catId']);
	checkService(args.record('goodsServicePromise'));
	const { noTrademark, trademarkId } = recordOf(basic['brand']);
	if (noTrademark === false && Number(trademarkId) !== TRADEMARK.trademarkId)
		refuse(150010135, 'Re-check the trademark or brand information.');
	const isIncomplete = checkProperties(args.records('goodsProperty'));
	const [sku, ...more] = args.records('skuList');
	if (!sku) return refuse(150010016, 'Add at least one SKU');
	if (more.length > 0) refuse(150010067, 'For non-apparel categories, only one SKC is allowed');
	const images = Array.isArray(sku['images']) ? sku['images'] : [];
	if (images.length === 0 || images.length > MOST_IMAGES) refuse(150011074, `Upload 1 to ${MOST_IMAGES} images`);
	if (!images.every((url) => goods.has(store, url))) refuse(150010054, 'Invalid image');
	const specName = checkSpecs(leaf, listOf(sku['specDetails']), recordOf(args.recordOr('goodsSize')));
	const price = checkPrice(store, recordOf(recordOf(sku['price'])['basePrice']));
	const quantity = Number(sku['quantity']);
	if (!Number.isInteger(sku['quantity']) || quantity < 0 || quantity > 1_000_000)
		refuse(150010088, 'Quantity must be between 0 and 1000000');
	checkPackage(recordOf(sku['packageInfo']));
	const code = textOf(sku['externalSkuId']);
	if (!/^[\x20-\x7e]*$/.test(code)) refuse(150010091, 'Only use letters, numbers and common punctuation for contribution SKU');
	if (code !== '' && skusOf(call).some((one) => one.offer.code === code)) refuse(150010090, 'SKU duplicated');
	const made = goods.keep(store, {
		offer: offerOf(code, leaf, { title: textOf(basic['goodsName']), price, stock: quantity, now }),
		specName,
		outGoodsSn: textOf(basic['externalGoodsId']),
		thumbUrl: String(images[0]),
		madeAt: now,
		isIncomplete,
	});
	const specList = listOf(sku['specDetails']).map((spec) => ({
		specId: Number(spec['specId'] ?? 16_999),
		specName: textOf(spec['specName']) || specName,
		parentSpecId: Number(spec['parentSpecId']),
	}));
	return {
		result: { goodsId: made.goodsId, productType: 1, skuInfoList: [{ skuId: made.skuId, outSkuSn: code, specList }], warnings: [] },
	};
}

/** What Temu's own words say of a name and a description. @throws TemuRefusal */
export function checkWords(basic: Fields): void {
	const name = textOf(basic['goodsName']);
	if (name === '') refuse(150010009, 'Enter the product name');
	if (Array.from(name).length > 500) refuse(150010010, 'Use 500 characters or fewer for product name');
	if (/[~!*$?_{}#<>|;^¬¦®©™]/.test(name)) refuse(150010044, 'Special characters not allowed in text (goodsName)');
	if (/\p{Script=Han}/u.test(name)) refuse(150010043, 'Chinese characters not allowed in text (goodsName)');
	if (/[^\x20-\x7e]/.test(name)) refuse(150010011, 'Only use letters, numbers and common punctuation for product name');
	if (Array.from(textOf(basic['goodsDesc'])).length > 2000) refuse(150010012, 'Use 2000 characters or fewer for product description');
}

function checkService(promise: Fields): void {
	if (promise['costTemplateId'] !== TEMPLATE.templateId) refuse(150010031, 'Shipping template not found');
	if (![1, 2].includes(Number(promise['shipmentLimitDay']))) refuse(150010018, 'Invalid handling time');
}

/** @returns whether something stays unsaid that a choice has brought about */
function checkProperties(told: readonly Fields[]): boolean {
	const of = (refPid: number) => told.find((one) => Number(one['refPid']) === refPid);
	for (const one of told)
		if (!ATTRIBUTES.some(({ refPid }) => refPid === Number(one['refPid'])))
			refuse(150011032, `The attribute ID of ${textOf(one['refPid'])} is invalid.`);
	let isIncomplete = false;
	for (const seed of ATTRIBUTES) {
		const { refPid, name, required, parent } = seed;
		const value = of(refPid);
		const isBrought = parent === undefined || bringsAbout(parent, Number(of(parent)?.['vid']), refPid);
		if (!value && required && isBrought) {
			if (parent === undefined)
				refuse(150011010, `The keyword attribute [${name}] is required, please fill in accurately and appropriately`);
			isIncomplete = true;
		}
		if (value) checkValue(seed, value, isBrought);
	}
	return isIncomplete;
}

function bringsAbout(parent: number, vid: number, refPid: number): boolean {
	const values = ATTRIBUTES.find((one) => one.refPid === parent)?.groups?.flatMap((group) => group.values) ?? [];
	return values.some((value) => value.vid === vid && value.child?.[0] === refPid);
}

function checkValue({ name, control, groups = [], units = [] }: AttributeSeed, value: Fields, isBrought: boolean): void {
	const wrong = `Attribute or Specification Error: Keyword attribute [${name}] verification error`;
	if (!isBrought) refuse(150011000, `${wrong}: it does not belong to the parent value.`);
	const unit = units.length === 0 || units.some(({ valueUnitId }) => valueUnitId === Number(value['valueUnitId']));
	if (control === 0 || control === 5) {
		if (value['vid'] !== undefined) refuse(150011040, `"${name}" requires manual input and does not support direct selection.`);
		if (control === 5 && !/^\d{4}-\d{2}-\d{2}$/.test(textOf(value['value'])))
			refuse(150011035, 'Invalid date. Please check and enter correctly.');
		if (control === 0 && units.length > 0 && (!unit || !/^\d+(\.\d+)?$/.test(textOf(value['value']))))
			refuse(150011042, `${name} numeric value validation failed`);
		return;
	}
	if (value['vid'] === undefined)
		refuse(150011039, `"${name}" must be selected from predefined options and does not support custom input.`);
	if (!groups.some(({ values }) => values.some(({ vid }) => vid === Number(value['vid']))))
		refuse(150011000, `${wrong}: the value is not valid.`);
	if (control === 16 && (!unit || !/^\d+(\.\d+)?$/.test(textOf(value['numberInputValue']))))
		refuse(150011042, `${name} numeric value validation failed`);
}

/** @returns the names of the chosen variations */
function checkSpecs(leaf: Leaf, told: readonly Fields[], size: Fields): string {
	if (told.length === 0) refuse(150010017, 'Some SKU specifications are empty');
	if (told.length > 2) refuse(150010072, 'Number of specifications exceeds limit');
	const kinds = variationsOf(leaf);
	const names = told.map((one) => {
		const kind = kinds.find(({ parentSpecId }) => parentSpecId === Number(one['parentSpecId']));
		if (!kind) return refuse(150010125, 'Non-existent parentSpecId');
		if (one['specId'] === undefined && kind.variationType !== 0 && textOf(one['specName']) !== '') return textOf(one['specName']);
		const spec = kind.specList.find(({ specId }) => specId === Number(one['specId']));
		if (!spec || kind.variationType === 1) return refuse(150010076, 'SKU specification value ID is incorrect');
		if (spec.groupId !== null && Number(size['groupId']) !== spec.groupId) refuse(150010157, 'The groupId  is required.');
		return spec.specName;
	});
	if (kinds.some(({ required, parentSpecId }) => required && !told.some((one) => Number(one['parentSpecId']) === parentSpecId)))
		refuse(150010070, 'Partial SKU specification information is incomplete');
	return names.join(' / ');
}

/** @returns minor units */
function checkPrice(store: StoreSeed, { amount, currency }: Fields): number {
	if (currency !== store.currency) refuse(150010084, 'Invalid currency');
	const text = textOf(amount);
	if (!/^\d{1,8}(\.\d+)?$/.test(text) || Number(text) <= 0) refuse(150010082, 'Base price must be greater than 0 with valid currency');
	const places = WHOLE.includes(store.currency) ? 0 : 2;
	if ((text.split('.')[1] ?? '').length > places)
		refuse(150011018, `Price currency ${store.currency} can have at most ${places} decimal points.`);
	if (Number(text) < (LEAST[store.country] ?? 0.02)) refuse(150010030, 'Price input error');
	return Math.round(Number(text) * 10 ** exponentOf(store.currency));
}

function checkPackage(told: Fields): void {
	const positive = (name: string) => /^\d+(\.\d+)?$/.test(textOf(told[name])) && Number(told[name]) > 0;
	if (!positive('weight')) refuse(150010026, 'Weight must be greater than 0');
	for (const name of ['length', 'width', 'height']) if (!positive(name)) refuse(150011043, `${name}  is required.`);
}

function offerOf(code: string, { good, goodNumber }: Leaf, of: { title: string; price: number; stock: number; now: number }): Offer {
	const unknown: Sku = { number: 5000 + goodNumber, code, good, goodNumber, variant: '' };
	const { title, price, stock, now } = of;
	const sku = skus.find((one) => one.code === code) ?? unknown;
	return { sku, state: 'live', code, gtin: null, title, price, stock, createdAt: now, updatedAt: now };
}

function recordOf(value: unknown): Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function listOf(value: unknown): Fields[] {
	return Array.isArray(value) ? value.map(recordOf) : [];
}

/** Numbers come as numbers or as text, as in the published requests. */
function textOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
}
