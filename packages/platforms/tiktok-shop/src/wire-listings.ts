import { LONGEST_ID } from '@pangea/platform-contract';
import { z } from 'zod';

/* What TikTok Shop says of products (contract §8). Only fields that we read are named. */

const id = z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String);
const text = z
	.union([z.string(), z.number()])
	.nullish()
	.transform((value) => (value === null || value === undefined || value === '' ? null : String(value)));
const listOf = <S extends z.ZodType>(item: S) =>
	z
		.array(item)
		.nullish()
		.transform((value) => value ?? []);

export const ProductPage = z
	.looseObject({ next_page_token: text, total_count: z.number().nullish(), products: z.array(z.unknown()).nullish() })
	.transform(({ next_page_token: token, total_count: total, products }) => ({ token, total: total ?? null, records: products ?? [] }));

export const ProductKey = z.looseObject({ id });

const Image = z.looseObject({ urls: listOf(z.string()), thumb_urls: listOf(z.string()) });

const WireSku = z.looseObject({
	id,
	seller_sku: text,
	/** Local sellers see `amount`, global ones `sale_price`: both are what buyers see. */
	price: z.looseObject({ amount: text, sale_price: text, tax_exclusive_price: text, currency: text }).nullish(),
	inventory: z.array(z.looseObject({ quantity: z.number().int() })).nullish(),
	identifier_code: z.looseObject({ code: text }).nullish(),
	extra_identifier_codes: listOf(z.string()),
	sales_attributes: listOf(z.looseObject({ value_name: text, sku_img: Image.nullish() })),
	global_listing_policy: z.looseObject({ replicate_source: z.looseObject({ product_id: text, sku_id: text }).nullish() }).nullish(),
	status_info: z.looseObject({ status: text }).nullish(),
});

export const WireProduct = z.looseObject({
	id,
	status: z.string(),
	title: z.string(),
	main_images: listOf(Image),
	skus: z.array(WireSku),
	update_time: z.number().nullish(),
	audit_failed_reasons: listOf(z.looseObject({ reasons: listOf(z.string()) })),
	global_product_association: z
		.looseObject({
			global_product_id: text,
			sku_mappings: listOf(z.looseObject({ global_sku_id: text, local_sku_id: text })),
		})
		.nullish(),
});

export type WireProduct = z.infer<typeof WireProduct>;
export type WireSku = z.infer<typeof WireSku>;
