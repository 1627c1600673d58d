import { z } from 'zod';
import { id, listOf, optionalId, optionalInteger, optionalText } from './wire.ts';

/* What Temu says of making goods in a local shop (contract §7). Only fields that we read are named. */

const flag = z
	.boolean()
	.nullish()
	.transform((value) => value ?? false);

export const recommendedSchema = z.object({ catId: optionalId, catIdList: listOf(id) });

export const categoriesSchema = z.object({
	goodsCatsList: listOf(z.object({ catId: id, catName: z.string(), leaf: flag, availableStatus: optionalInteger })),
});
export type WireCategory = z.infer<typeof categoriesSchema>['goodsCatsList'][number];

const attributeSchema = z.object({
	refPid: id,
	attributeName: z.string(),
	required: flag,
	attributeRules: z
		.object({
			controlType: optionalInteger,
			attributeValueRules: z.object({ minValue: optionalId, maxValue: optionalId }).nullish(),
		})
		.nullish(),
	attributeValueDetail: listOf(
		z.object({
			groupId: optionalText,
			attributeValueList: listOf(
				z.object({
					vid: id,
					value: z.string(),
					childAttribute: listOf(z.object({ childAttributeId: id, childAttributeValueGroupId: optionalText })),
				}),
			),
		}),
	),
	attributeValueUnitList: listOf(z.object({ valueUnitId: id, valueUnitName: z.string() })),
});
export type WireAttribute = z.infer<typeof attributeSchema>;
export const attributesSchema = z.object({ attributeList: listOf(attributeSchema) });

export const variationsSchema = z.object({
	variations: listOf(
		z.object({
			parentSpecId: id,
			parentSpecName: z.string(),
			variationType: optionalInteger,
			required: flag,
			specList: listOf(z.object({ specId: id, specName: z.string(), groupId: optionalId })),
		}),
	),
});
export type WireVariation = z.infer<typeof variationsSchema>['variations'][number];

export const templatesSchema = z.object({ templateList: listOf(z.object({ templateId: id, templateName: optionalText })) });

export const trademarksSchema = z.object({
	trademarkList: listOf(z.object({ trademarkId: id, trademarkName: optionalText, brandName: optionalText })),
});

export const imageSchema = z.object({ images: z.array(z.object({ url: z.string().min(1) })).min(1) });

export const vocabularySchema = z.object({
	failReasonList: listOf(
		z.object({
			violationItem: optionalText,
			violationWarningContentList: listOf(z.object({ violationType: optionalText, warning: optionalText })),
		}),
	),
});

export const addedSchema = z.object({ goodsId: id });
