import { LONGEST_ID } from '@pangea/platform-contract';
import { z } from 'zod';

/* What TikTok Shop says of the stock of a product (contract §8). Only fields that we read are named. */

const id = z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String);
const listOf = <S extends z.ZodType>(item: S) =>
	z
		.array(item)
		.nullish()
		.transform((value) => value ?? []);
const count = z.number().int().nullish();

const WireStockSku = z.looseObject({
	id,
	inventory: listOf(z.looseObject({ warehouse_id: id, backorder_quantity: count, handling_time: count })),
	global_listing_policy: z.looseObject({ inventory_type: z.string().nullish() }).nullish(),
});
export type WireStockSku = z.infer<typeof WireStockSku>;

/** `GET /product/202309/products/{id}` */
export const WireStock = z.looseObject({ skus: z.array(WireStockSku) });

const Extra = z.looseObject({ code: z.union([z.number(), z.string()]).transform(String), message: z.string().nullish() });

/** What of an inventory update was not taken; everything else was. */
export const InventoryErrors = z
	.looseObject({
		errors: listOf(
			z.looseObject({
				code: z.union([z.number(), z.string()]).transform(String),
				message: z.string().nullish(),
				detail: z.looseObject({ sku_id: id.nullish(), extra_errors: listOf(Extra) }).nullish(),
			}),
		),
	})
	.transform(({ errors }) => errors);

/** What of a product tells how the audit of its last edit ended. */
export const WireAudit = z.looseObject({
	audit: z.looseObject({ status: z.string().nullish() }).nullish(),
	audit_failed_reasons: listOf(z.looseObject({ position: z.string().nullish(), reasons: listOf(z.string()) })),
});
