import { z } from 'zod';
import { amount, idText, text } from './wire.ts';

/* What Mercado Libre says of categories and of what is listed (contract §6.2, §6.5). Only fields that we read are named. */

/** `GET /marketplace/domain_discovery/search` and `/sites/{site}/domain_discovery/search`. */
export const wireDiscovery = z.array(
	z.looseObject({
		domain_name: text,
		category_id: idText,
		category_name: z.string().min(1),
		attributes: z.array(z.looseObject({ id: idText, value_id: idText.nullish(), value_name: text })).nullish(),
	}),
);

const number = z.number().int().nonnegative().nullish();

/** `GET /categories/{id}`. */
export const wireCategory = z.looseObject({
	id: idText,
	name: z.string().min(1),
	path_from_root: z.array(z.looseObject({ id: idText, name: z.string() })).nullish(),
	children_categories: z.array(z.unknown()).nullish(),
	settings: z.looseObject({
		currencies: z.array(z.string()).nullish(),
		listing_allowed: z.boolean().nullish(),
		max_title_length: number,
		max_description_length: number,
		max_pictures_per_item: number,
		minimum_price: amount.nullish(),
	}),
});
export type WireCategory = z.output<typeof wireCategory>;

const unit = z.looseObject({ id: idText.nullish(), name: text });

/** A row of `GET /categories/{id}/attributes`. */
export const wireAttribute = z.looseObject({
	id: idText,
	name: z.string().min(1),
	tags: z.record(z.string(), z.unknown()).nullish(),
	value_type: z.string().min(1),
	value_max_length: number,
	values: z.array(z.looseObject({ id: idText, name: z.string() })).nullish(),
	allowed_units: z.array(unit).nullish(),
});
export type WireAttribute = z.output<typeof wireAttribute>;
export const wireAttributes = z.array(wireAttribute);

/** The answer to a listing of an account: the item and what became of each site. A row of a site that failed has no item. */
export const wireGlobalItem = z.looseObject({
	item_id: idText.nullish(),
	site_items: z
		.array(
			z.looseObject({
				item_id: idText.nullish(),
				seller_id: idText.nullish(),
				site_id: z.string(),
				logistic_type: text,
				error: z.unknown().optional(),
			}),
		)
		.nullish(),
});

/** The answer to a listing of a local seller. */
export const wireMadeItem = z.looseObject({ id: idText });
