import { LONGEST_ID } from '@pangea/platform-contract';
import { z } from 'zod';

/* What TikTok Shop says of copies of a product in other markets (contract §8). */

const id = z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String);

export const ReplicatedProducts = z
	.looseObject({ replicated_products: z.array(z.looseObject({ region: z.string(), shop_id: id, product_id: id })).nullish() })
	.transform(({ replicated_products: products }) => products ?? []);

/** Markets that refused; those that are not named go on by themselves. */
export const ReplicateErrors = z
	.looseObject({
		errors: z
			.array(
				z.looseObject({
					code: z.union([z.number(), z.string()]).transform(String),
					message: z.string().nullish(),
					detail: z.looseObject({ region: z.string().nullish() }).nullish(),
				}),
			)
			.nullish(),
	})
	.transform(({ errors }) => errors ?? []);

/* What a new product needs to know and what came of it (contract §8). */

const flag = z.boolean().nullish();
const words = z.string().nullish();
const listOf = <S extends z.ZodType>(item: S) =>
	z
		.array(item)
		.nullish()
		.transform((value) => value ?? []);

export const WireCategories = z.looseObject({
	categories: listOf(
		z.looseObject({ id, parent_id: id.nullish(), local_name: z.string(), is_leaf: flag, permission_statuses: listOf(z.string()) }),
	),
});
export type WireCategory = z.infer<typeof WireCategories>['categories'][number];

/** From the root to the leaf; nothing where no category fits. */
export const WireRecommended = z.looseObject({
	categories: listOf(z.looseObject({ id, name: z.string(), level: z.number().nullish() })),
	leaf_category_id: id.nullish(),
});

const Condition = z.looseObject({ condition_type: words, attribute_id: id, attribute_value_id: id });

export const WireAttributes = z.looseObject({
	attributes: listOf(
		z.looseObject({
			id,
			name: z.string(),
			type: words,
			// The platform's own spelling.
			is_requried: flag,
			is_customizable: flag,
			value_data_format: words,
			values: listOf(z.looseObject({ id, name: z.string() })),
			requirement_conditions: listOf(Condition),
		}),
	),
});
export type WireAttribute = z.infer<typeof WireAttributes>['attributes'][number];

const Asked = z.looseObject({ is_required: flag }).nullish();

export const WireCategoryRules = z.looseObject({
	product_certifications: listOf(
		z.looseObject({
			id,
			name: z.string(),
			is_required: flag,
			requirement_conditions: listOf(Condition),
			expiration_date: Asked,
		}),
	),
	size_chart: Asked,
	package_dimension: Asked,
	responsible_person: Asked,
	manufacturer: Asked,
});
export type WireCategoryRules = z.infer<typeof WireCategoryRules>;

export const WireWarehouses = z.looseObject({
	warehouses: listOf(z.looseObject({ id, name: words, type: words, effect_status: words, is_default: flag })),
});

export const WireUpload = z.looseObject({ uri: z.string().min(1) });

export const WireCheck = z.looseObject({
	check_result: words,
	fail_reasons: listOf(z.looseObject({ code: z.union([z.number(), z.string()]).transform(String).nullish(), message: words })),
});

export const WireCreated = z.looseObject({ product_id: id });

/** Products of a search with the codes of their variants. */
export const WireFound = z.looseObject({
	products: listOf(z.looseObject({ id, status: words, skus: listOf(z.looseObject({ seller_sku: words })) })),
});
