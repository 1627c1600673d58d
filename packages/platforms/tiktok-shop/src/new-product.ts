import { type ListingDraft, readMeasure } from '@pangea/domain';
import {
	DraftRefusedError,
	type DraftOrigin,
	type Json,
	PlatformError,
	type RefusalReason,
	type StoreContext,
} from '@pangea/platform-contract';
import { call } from './client.ts';
import { notUnderstood } from './errors.ts';
import { carryPicture } from './pictures.ts';
import { CERTIFICATE, FIELD, languageIn, salesWarehouses, VALID_UNTIL, versionIn } from './product-rules.ts';
import { cipherOf } from './stores.ts';
import { WireCheck, WireCreated, WireFound } from './wire-publish.ts';

type Body = { [name: string]: Json };

const FOUND_A_PAGE = 20;
/** Names of a refusal's field by its words: the platform's codes are published for few. */
const FIELDS: readonly (readonly [RegExp, NonNullable<RefusalReason['field']>])[] = [
	[/title/i, 'title'],
	[/description/i, 'description'],
	[/image|picture/i, 'images'],
	[/price|currency/i, 'price'],
	[/quantity|inventory|stock/i, 'stock'],
	[/seller.?sku/i, 'sellerSku'],
	[/identifier|gtin|barcode/i, 'gtin'],
	[/category/i, 'category'],
	[/attribute|package|certifi/i, 'attribute'],
];

/** The shop's product with a variant of that seller code, whatever its state but deleted; null where there is none. */
export async function findProduct(context: StoreContext, { sellerSku }: ListingDraft): Promise<string | null> {
	const code = sellerSku.trim();
	const { data } = await call(
		context,
		{
			operation: 'products.search',
			method: 'POST',
			path: '/product/202502/products/search',
			query: { page_size: FOUND_A_PAGE },
			cipher: cipherOf(context),
			body: { status: 'ALL', seller_skus: [code] },
			idempotent: true,
		},
		WireFound,
	);
	// The filter's way of comparing is not published.
	return data.products.find(({ status, skus }) => status !== 'DELETED' && skus.some((sku) => sku.seller_sku === code))?.id ?? null;
}

/**
 * Makes a product of one variant: carries its pictures over, has the platform check all of it, and only then has it made.
 * @returns its id
 * @throws DraftRefusedError, PlatformError
 */
export async function createProduct(context: StoreContext, draft: ListingDraft, { copyId, writtenAt }: DraftOrigin): Promise<string> {
	const body = await productBody(context, draft);
	await check(context, body);
	try {
		const { data } = await call(
			context,
			{
				operation: 'products.create',
				method: 'POST',
				path: '/product/202309/products',
				cipher: cipherOf(context),
				// The same for each try at these words, and another once they are written anew.
				body: { ...body, ...versionIn(context), save_mode: 'LISTING', idempotency_key: `${copyId}-${Date.parse(writtenAt)}` },
				// Under one key it is made once.
				idempotent: true,
				writes: true,
			},
			WireCreated,
		);
		return data.product_id;
	} catch (error) {
		if (error instanceof PlatformError && error.kind === 'rejected' && error.userMessage.code === 'platformRefused') {
			const code = String(error.userMessage.params?.['code'] ?? '');
			throw new DraftRefusedError(error.message, [{ field: null, code, words: code }]);
		}
		throw error;
	}
}

async function check(context: StoreContext, body: Body): Promise<void> {
	const { data } = await call(
		context,
		{
			operation: 'products.check',
			method: 'POST',
			path: '/product/202309/products/listing_check',
			cipher: cipherOf(context),
			body,
			idempotent: true,
		},
		WireCheck,
	);
	if (data.check_result === 'PASS') return;
	if (data.check_result !== 'FAILED') throw notUnderstood('products.check', 'a result that is not published');
	throw new DraftRefusedError(
		`products.check: ${data.fail_reasons.map(({ code }) => code ?? '').join(', ')}`,
		data.fail_reasons.map(({ code, message }) => ({ field: fieldOf(message ?? ''), code: code ?? '', words: message ?? '' })),
	);
}

function fieldOf(words: string): RefusalReason['field'] {
	return FIELDS.find(([pattern]) => pattern.test(words))?.[1] ?? null;
}

/** What check and creation share; the check's document knows neither version nor key. */
async function productBody(context: StoreContext, draft: ListingDraft): Promise<Body> {
	const { texts, attributes } = draft;
	const text = texts.find(({ language }) => language === languageIn(context.store));
	const valueOf = (id: string): string => attributes.find((one) => one.id === id)?.value.trim() ?? '';
	const warehouse = attributes.find(({ id }) => id === FIELD.warehouse)?.valueId ?? (await salesWarehouses(context))[0]?.id;
	if (warehouse === undefined) throw new DraftRefusedError('logistics.warehouses: none', [], 'warehouseMissing');
	const images: Body[] = [];
	for (const url of draft.images) images.push({ uri: await carryPicture(context, url, 'MAIN_IMAGE') });
	const certifications = await certificatesOf(context, draft);
	const amount = draft.price?.amount.trim() ?? '';
	const sides = [FIELD.length, FIELD.width, FIELD.height].map((id) => readMeasure(valueOf(id)));
	const [length, width, height] = sides.map((side) => side && String(Math.ceil(Number(side.number))));
	return {
		title: text?.title.trim() ?? '',
		description: htmlOf(text?.description ?? ''),
		category_id: draft.categoryId,
		main_images: images,
		skus: [
			{
				seller_sku: draft.sellerSku.trim(),
				// Local sellers write one field, global ones the other (contract §8); both are what buyers pay.
				price: { currency: context.currency, [context.store.mode === 'crossBorder' ? 'sale_price' : 'amount']: amount },
				inventory: [{ warehouse_id: warehouse, quantity: draft.stock ?? 0 }],
				...identifierOf(draft.gtin),
			},
		],
		product_attributes: attributesBody(draft),
		package_weight: { value: kilograms(valueOf(FIELD.weight)), unit: 'KILOGRAM' },
		// A box does not fit one that is said to be smaller: whole centimetres, upwards.
		...(length && width && height ? { package_dimensions: { length, width, height, unit: 'CENTIMETER' } } : {}),
		...(certifications.length === 0 ? {} : { certifications }),
		...(valueOf(FIELD.sizeChart) === '' ? {} : { size_chart: { template: { id: valueOf(FIELD.sizeChart) } } }),
		...(valueOf(FIELD.responsible) === '' ? {} : { responsible_person_ids: [valueOf(FIELD.responsible)] }),
		...(valueOf(FIELD.manufacturer) === '' ? {} : { manufacturer_ids: [valueOf(FIELD.manufacturer)] }),
	};
}

const OWN: readonly string[] = Object.values(FIELD);

function attributesBody({ attributes }: ListingDraft): Body[] {
	return attributes
		.filter(({ id, value }) => !OWN.includes(id) && !id.startsWith(CERTIFICATE) && !id.startsWith(VALID_UNTIL) && value.trim() !== '')
		.map(({ id, valueId, value }): Body => ({ id, values: [valueId === null ? { name: value.trim() } : { id: valueId }] }));
}

async function certificatesOf(context: StoreContext, { attributes }: ListingDraft): Promise<Body[]> {
	const shown: Body[] = [];
	for (const { id, value } of attributes) {
		if (!id.startsWith(CERTIFICATE) || value.trim() === '') continue;
		const number = id.slice(CERTIFICATE.length);
		const until = Date.parse(`${attributes.find((one) => one.id === `${VALID_UNTIL}${number}`)?.value.trim() ?? ''}T00:00:00Z`);
		shown.push({
			id: number,
			images: [{ uri: await carryPicture(context, value.trim(), 'CERTIFICATION_IMAGE') }],
			...(Number.isNaN(until) ? {} : { expiration_date: until / 1000 }),
		});
	}
	return shown;
}

/** Up to three decimals are taken. */
function kilograms(text: string): string {
	const measure = readMeasure(text);
	if (measure === null) return '';
	const grams = Math.ceil(Number(measure.number) * (measure.unit === 'kg' ? 1000 : 1));
	return String(grams / 1000);
}

/** The kind of a trade item number by its length (contract §8). */
function identifierOf(gtin: string | null): Body {
	const code = gtin?.replace(/[\s-]/g, '') ?? '';
	if (code === '') return {};
	return { identifier_code: { code, type: code.length === 12 ? 'UPC' : code.length === 14 ? 'GTIN' : 'EAN' } };
}

/** Plain words as the HTML that is asked for: paragraphs and line ends, nothing else. */
export function htmlOf(text: string): string {
	return text
		.trim()
		.split(/\n\s*\n/)
		.filter((paragraph) => paragraph.trim() !== '')
		.map((paragraph) => `<p>${escaped(paragraph.trim()).replaceAll('\n', '<br>')}</p>`)
		.join('');
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
