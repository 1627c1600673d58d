import { z } from 'zod';
import { id, integer, listOf, optionalCount, optionalId, optionalText } from './wire.ts';

/* What Temu says of goods of local shops (contract §7). Only fields that we read are named. */

const videoSchema = z.object({ vid: optionalId, videoUrl: optionalText });

/** Each SKU is judged by itself, so that a damaged one costs only itself. */
export const skuPageSchema = z.object({
	total: integer.nullish().transform((value) => value ?? null),
	pagination: z.object({ nextToken: optionalText }).nullish(),
	skuList: listOf(z.unknown()),
});

export const skuSchema = z.object({
	goodsId: id,
	skuId: id,
	outSkuSn: optionalText,
	goodsName: optionalText,
	specName: optionalText,
	skuStatus: optionalText,
	skuSubStatus: optionalId,
	thumbUrl: optionalText,
});
export type WireSku = z.infer<typeof skuSchema>;

/** What only the older list tells: prices as decimals, unlike the details of a product (contract §11). */
export const skuOffersSchema = z.object({
	skuList: listOf(
		z.object({
			skuId: id,
			stock: optionalCount,
			retailPrice: z.object({ amount: optionalId, currency: optionalText }).nullish(),
		}),
	),
});

export const productPageSchema = z.object({ totalCount: integer, data: listOf(z.unknown()) });

/** A product of a shop that Temu manages, as one SKC (contract §8). */
export const productSchema = z.object({
	productId: id,
	extCode: optionalText,
	productName: optionalText,
	mainImageUrl: optionalText,
	productSkuSummaries: listOf(
		z.object({ productSkuId: id, extCode: optionalText, productSkuSpecList: listOf(z.object({ specName: optionalText })) }),
	),
});
export type WireProduct = z.infer<typeof productSchema>;

/** What of a product has to be sent back with another name, since they are one block (contract §7). */
export const goodsBasicSchema = z.object({
	importDesignation: optionalText,
	goodsGallery: z.object({
		goodsCarouselImage: listOf(z.string()),
		detailImage: listOf(z.string()),
		carouselVideo: listOf(videoSchema),
		detailVideo: listOf(videoSchema),
	}),
});

/** What became of each SKU whose stock was set. */
export const stockEditSchema = z.object({
	operateResult: z
		.boolean()
		.nullish()
		.transform((value) => value ?? false),
	msg: optionalText,
	skuStockEditStatusInfoList: listOf(
		z.object({
			skuId: id,
			stockEditStatus: z
				.boolean()
				.nullish()
				.transform((value) => value ?? false),
			errorCode: optionalId,
			errorMsg: optionalText,
		}),
	),
});
