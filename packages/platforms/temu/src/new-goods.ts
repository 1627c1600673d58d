import { type DraftAttribute, type ListingDraft, readMeasure, takenAttributes } from '@pangea/domain';
import { DraftRefusedError, PlatformError, type RefusalReason, type StoreContext } from '@pangea/platform-contract';
import { call, gatewayOf, type Params, tokenOf, type WireValue } from './client.ts';
import { isNotGranted, notUnderstood, TemuError } from './errors.ts';
import { ask, attributeRules, FIELD, isImperial, LANGUAGE, leafOf, NO_TRADEMARK, NUMBER, VARIATION } from './goods-rules.ts';
import { permissionsOf } from './permissions.ts';
import { causeOf } from './wire.ts';
import { skuPageSchema, skuSchema } from './wire-listings.ts';
import { addedSchema, attributesSchema, imageSchema, variationsSchema, vocabularySchema } from './wire-publish.ts';

const ADD = 'temu.local.goods.v2.add';
const UPLOAD = 'temu.local.goods.image.v2.upload';
const CHECK = 'temu.local.goods.illegal.vocabulary.check';
/** One of seven; live shops send it for the pictures of a SKU, and the meaning of none is published. */
const OF_A_SKU = 1;
/** Published with the creation: two kinds of variations at most. */
const MOST_VARIATIONS = 2;
const BY_SELLER = 1;

/** Which field a refusal is about, by its words: there are hundreds of numbers. */
const FIELDS: readonly (readonly [RegExp, NonNullable<RefusalReason['field']>])[] = [
	[/product name|goodsName|text language/i, 'title'],
	[/description|goodsDesc/i, 'description'],
	[/image|picture|fileUrl|ratio/i, 'images'],
	[/price|currency|decimal points/i, 'price'],
	[/quantity/i, 'stock'],
	[/SKU duplicated|contribution SKU/i, 'sellerSku'],
	[/categor|catId/i, 'category'],
	[/attribute|specification|variant|variation|template|handling|weight|trademark|brand|groupId|property/i, 'attribute'],
];

function fieldOf(words: string): RefusalReason['field'] {
	return FIELDS.find(([pattern]) => pattern.test(words))?.[1] ?? null;
}

/** The shop's goods with a SKU of that code, whatever their state but deleted; null where there are none. */
export async function findGoods(context: StoreContext, { sellerSku }: ListingDraft): Promise<string | null> {
	const code = sellerSku.trim();
	const params = { skuSearchType: 'ALL', pageSize: 100, outSkuSnList: [code] };
	const { skuList } = await ask(context, 'temu.local.sku.list.retrieve', params, skuPageSchema);
	for (const raw of skuList) {
		const sku = skuSchema.safeParse(raw);
		// The filter's way of comparing is not published.
		if (sku.success && sku.data.outSkuSn === code && sku.data.skuStatus !== 'DELETED') return sku.data.goodsId;
	}
	return null;
}

/**
 * Makes goods of one SKU: Temu looks at the words first and fetches the pictures from where they lie.
 * @returns the number of the goods
 * @throws DraftRefusedError, PlatformError
 */
export async function createGoods(context: StoreContext, draft: ListingDraft): Promise<string> {
	await checkWords(context, draft);
	const images: string[] = [];
	for (const url of draft.images) images.push(await carryPicture(context, draft, url));
	const params = { ...(await goodsOf(context, draft, images)), language: LANGUAGE };
	try {
		const { result } = await write(context, ADD, params, false);
		const added = addedSchema.safeParse(result);
		if (!added.success) throw notUnderstood(ADD, causeOf(added.error), added.error);
		return added.data.goodsId;
	} catch (error) {
		throw asRefusal(error);
	}
}

/** A refusal of the creation with its own words; all else as it is. */
function asRefusal(error: unknown): unknown {
	if (!(error instanceof TemuError) || error.kind !== 'rejected' || error.userMessage.code !== 'platformRefused') return error;
	const words = String(error.userMessage.params?.['message'] ?? error.code);
	return new DraftRefusedError(error.message, [{ field: fieldOf(words), code: String(error.code), words }]);
}

async function write(context: StoreContext, api: string, params: Params, idempotent: boolean) {
	const grant = context.grant();
	const token = tokenOf(grant, context.store.attributes['mallId'] ?? grant.externalAccountId);
	return await call(context, { api, params, gateway: gatewayOf(grant.host), token, kind: 'write', idempotent, writes: true });
}

function textOf({ texts }: ListingDraft) {
	return texts.find(({ language }) => language === LANGUAGE) ?? { title: '', description: '' };
}

async function checkWords(context: StoreContext, draft: ListingDraft): Promise<void> {
	const { title, description } = textOf(draft);
	if (!permissionsOf(context).allows(CHECK)) return;
	try {
		const { failReasonList } = await ask(context, CHECK, { goodsName: title.trim(), goodsDesc: description.trim() }, vocabularySchema);
		const reasons = failReasonList.flatMap(({ violationItem, violationWarningContentList }): RefusalReason[] =>
			violationWarningContentList.map(({ violationType, warning }) => ({
				field: fieldOf(violationItem ?? ''),
				code: violationType ?? '',
				words: warning ?? violationType ?? '',
			})),
		);
		if (reasons.length > 0) throw new DraftRefusedError(`${CHECK}: ${reasons.length} reasons`, reasons);
	} catch (error) {
		if (!isNotGranted(error)) throw error;
	}
}

async function carryPicture(context: StoreContext, { categoryId }: ListingDraft, fileUrl: string): Promise<string> {
	try {
		// A picture that nobody names does no harm.
		const { result } = await write(context, UPLOAD, { fileUrl, usage: OF_A_SKU, catId: leafOf(categoryId ?? '') }, true);
		const told = imageSchema.safeParse(result);
		if (!told.success) throw notUnderstood(UPLOAD, causeOf(told.error), told.error);
		return told.data.images[0]?.url ?? '';
	} catch (error) {
		if (error instanceof PlatformError && error.kind === 'rejected' && error.userMessage.code === 'platformRefused')
			throw new DraftRefusedError(`${UPLOAD}: ${error.message}`, [{ field: 'images', code: '', words: fileUrl }], 'pictureUnreadable');
		throw error;
	}
}

async function goodsOf(context: StoreContext, draft: ListingDraft, images: string[]): Promise<Params> {
	const { title, description } = textOf(draft);
	const catId = leafOf(draft.categoryId ?? '');
	const valueOf = (id: string): string => draft.attributes.find((one) => one.id === id)?.value.trim() ?? '';
	const choiceOf = (id: string): string | null => draft.attributes.find((one) => one.id === id)?.valueId ?? null;
	const { specDetails, groupId } = await variationsOf(context, draft, catId);
	const trademark = choiceOf(FIELD.trademark);
	const code = draft.sellerSku.trim();
	return {
		goodsBasic: {
			catId,
			goodsName: title.trim(),
			externalGoodsId: code,
			...(description.trim() === '' ? {} : { goodsDesc: description.trim() }),
			brand:
				trademark === null || trademark === NO_TRADEMARK ? { noTrademark: true } : { trademarkId: BigInt(trademark), noTrademark: false },
		},
		goodsServicePromise: {
			costTemplateId: choiceOf(FIELD.template) ?? '',
			fulfillmentType: BY_SELLER,
			shipmentLimitDay: Number(valueOf(FIELD.handling)),
		},
		goodsProperty: await propertiesOf(context, draft, catId),
		...(groupId === null ? {} : { goodsSize: { groupId: BigInt(groupId) } }),
		skuList: [
			{
				externalSkuId: code,
				images,
				quantity: draft.stock ?? 0,
				specDetails,
				price: { basePrice: { amount: draft.price?.amount.trim() ?? '', currency: context.currency } },
				packageInfo: {
					weight: weightOf(valueOf(FIELD.weight), isImperial(context)),
					length: numberOf(valueOf(FIELD.length)),
					width: numberOf(valueOf(FIELD.width)),
					height: numberOf(valueOf(FIELD.height)),
				},
			},
		],
	};
}

function numberOf(text: string): string {
	return readMeasure(text)?.number ?? '';
}

/** In grams or pounds. */
function weightOf(text: string, imperial: boolean): string {
	const measure = readMeasure(text);
	if (measure === null || imperial || measure.unit === 'g') return measure?.number ?? '';
	return String(Math.ceil(Number(measure.number) * 1000));
}

/** Units by their names, which are of the platform's own choosing. */
async function propertiesOf(context: StoreContext, { attributes }: ListingDraft, catId: bigint): Promise<WireValue[]> {
	const { attributeList } = await ask(context, 'temu.local.product.attributes.get', { catId, language: LANGUAGE }, attributesSchema);
	const rules = attributeRules(attributeList);
	// What a former choice had brought about stands in the draft still.
	const taken = takenAttributes(rules, attributes);
	return rules.flatMap(({ id }): WireValue[] => {
		const { valueId, value } = taken.find((one) => one.id === id) ?? { valueId: null, value: '' };
		if (id.endsWith(NUMBER) || value.trim() === '') return [];
		const units = attributeList.find(({ refPid }) => refPid === id)?.attributeValueUnitList ?? [];
		const unitOf = (name: string | undefined) => {
			const unit = units.find(({ valueUnitName }) => valueUnitName === name);
			return unit ? { valueUnitId: BigInt(unit.valueUnitId) } : {};
		};
		const refPid = BigInt(id);
		if (valueId !== null) return [{ refPid, vid: BigInt(valueId), ...besides(taken, id, unitOf) }];
		const measure = units.length > 0 ? readMeasure(value) : null;
		return [{ refPid, value: measure?.number ?? value.trim(), ...unitOf(measure?.unit) }];
	});
}

function besides(
	attributes: readonly DraftAttribute[],
	id: string,
	unitOf: (name: string | undefined) => { valueUnitId?: bigint },
): { [name: string]: WireValue } {
	const told = attributes.find((one) => one.id === `${id}${NUMBER}`)?.value.trim() ?? '';
	if (told === '') return {};
	const measure = readMeasure(told);
	return { numberInputValue: measure?.number ?? told, ...unitOf(measure?.unit) };
}

/** Of a choice of sizes Temu asks for the group it belongs to. */
async function variationsOf(context: StoreContext, { attributes }: ListingDraft, catId: bigint) {
	const { variations } = await ask(context, 'temu.local.product.variation.get', { catId, language: LANGUAGE }, variationsSchema);
	let groupId: string | null = null;
	const specDetails: WireValue[] = [];
	for (const { parentSpecId, specList } of variations) {
		const told = attributes.find(({ id }) => id === `${VARIATION}${parentSpecId}`);
		if (!told || told.value.trim() === '' || specDetails.length === MOST_VARIATIONS) continue;
		const preset = specList.find(({ specId }) => specId === told.valueId);
		groupId ??= preset?.groupId ?? null;
		specDetails.push({
			parentSpecId: BigInt(parentSpecId),
			...(preset ? { specId: BigInt(preset.specId) } : { specName: told.value.trim() }),
		});
	}
	return { specDetails, groupId };
}
