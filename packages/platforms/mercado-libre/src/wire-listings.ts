import { LONGEST_ID } from '@pangea/platform-contract';
import { z } from 'zod';
import { amount, idText, quantity, text, word } from './wire.ts';

/* What Mercado Libre says of items (contract §6). Only fields that we read are named. */

/** A page of `GET /users/{id}/items/search`; the scroll is empty after the last one. */
export const wireItemIds = z.looseObject({ results: z.array(idText), scroll_id: z.string().max(5000).nullish() });

/** A row of the multiget: an item, or why there is none. */
export const wireItemRow = z.looseObject({ code: z.number().int(), body: z.looseObject({ id: idText.nullish() }).nullish() });

const attributes = z.array(z.object({ id: text, value_name: word })).nullish();

const variation = z.object({
	id: idText,
	price: amount.nullish(),
	available_quantity: quantity.nullish(),
	attribute_combinations: z.array(z.object({ name: text, value_name: word })).nullish(),
	attributes,
	picture_ids: z.array(z.string()).nullish(),
	seller_custom_field: word,
});
export type WireVariation = z.output<typeof variation>;

/** `GET /marketplace/items/{id}`, `GET /items/{id}` and the bodies of the multiget. */
export const wireListing = z.object({
	id: idText,
	seller_id: idText,
	title: z.string().min(1),
	status: z.string().min(1).max(LONGEST_ID),
	sub_status: z.array(z.string()).nullish(),
	price: amount.nullish(),
	currency_id: text,
	available_quantity: quantity.nullish(),
	permalink: text,
	secure_thumbnail: text,
	thumbnail: text,
	pictures: z.array(z.object({ id: text, secure_url: text, url: text })).nullish(),
	attributes,
	/** The item of the account from which the sites' own were made; empty where there is none. */
	cbt_item_id: text,
	user_product_id: text,
	last_updated: text,
	/** Of an item of Global Selling: what is left of its price, which is what the platform takes for one. */
	net_proceeds: z.object({ amount: amount.nullish(), currency_id: text }).nullish(),
	variations: z.array(variation).nullish(),
});
export type WireListing = z.output<typeof wireListing>;

/** `GET /items/{id}/marketplace_items`: the items of the sites that were made from one of the account. */
export const wireChildren = z.looseObject({ marketplace_items: z.array(z.looseObject({ item_id: idText, user_id: idText })).nullish() });

/** `GET /marketplace/moderations/infractions/{user}`. */
export const wireInfractions = z.looseObject({
	infractions: z.array(z.looseObject({ related_item_id: idText.nullish(), element_id: idText.nullish(), reason: text })).nullish(),
});

/** What of an item decides how its title and its stock are changed. */
export const wireOwnItem = z.looseObject({
	sold_quantity: quantity.nullish(),
	family_name: text,
	shipping: z.looseObject({ logistic_type: text }).nullish(),
	variations: z.array(z.looseObject({ id: idText })).nullish(),
});
