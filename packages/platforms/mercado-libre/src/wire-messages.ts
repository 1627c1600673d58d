import { parseInstant, TimeError } from '@pangea/domain';
import { type Json, LONGEST_ID } from '@pangea/platform-contract';
import { z } from 'zod';
import { idText } from './wire.ts';

/* What Mercado Libre sends about questions and messages (contract §7). Only fields that we read are named. */

const text = z.string().nullish();
/** A time in any of the platform's notations, as an instant. */
export const instant = z.string().transform((value, context) => {
	try {
		return parseInstant(value);
	} catch (error) {
		if (!(error instanceof TimeError)) throw error;
		context.addIssue('not a time');
		return z.NEVER;
	}
});
const rows = z.array(z.custom<Json>((v) => v !== undefined)).nullish();

/** `GET …/questions/search`: a total without a `paging`. */
export const wireQuestions = z.looseObject({ total: z.number().int().nonnegative().nullish(), questions: rows });

/** `GET …/questions/{id}`, and the rows of the search. Banned text comes back empty. */
export const wireQuestion = z.looseObject({
	id: idText,
	seller_id: idText.nullish(),
	site_id: text,
	status: text,
	text,
	/** The site's item; for local sellers `item_id` is that. */
	marketplace_item_id: idText.nullish(),
	item_id: idText.nullish(),
	date_created: instant,
	hold: z.boolean().nullish(),
	deleted_from_listing: z.boolean().nullish(),
	from: z.looseObject({ id: idText.nullish() }).nullish(),
	answer: z.looseObject({ text, status: text, date_created: instant.nullish() }).nullish(),
});
export type WireQuestion = z.output<typeof wireQuestion>;

/** What of an item tells whose it is and what it is called. */
export const wireItem = z.looseObject({ title: text, site_id: text, seller_id: idText.nullish() });

const person = z.looseObject({ user_id: idText.nullish(), name: text }).nullish();

/** One message of a purchase. */
export const wireMessage = z.looseObject({
	id: z.string().min(1).max(LONGEST_ID),
	from: person,
	to: person,
	status: text,
	text,
	message_date: z.looseObject({ received: instant.nullish(), created: instant.nullish() }).nullish(),
	message_moderation: z.looseObject({ status: text, reason: text }).nullish(),
	message_attachments: z
		.array(
			z.looseObject({
				filename: text,
				original_filename: text,
				type: text,
				size: z.number().nullish(),
				potential_security_threat: z.boolean().nullish(),
			}),
		)
		.nullish(),
	message_resources: z.array(z.looseObject({ id: idText.nullish(), name: text })).nullish(),
});
export type WireMessage = z.output<typeof wireMessage>;

/** `GET …/messages/packs/{pack}…` and `GET …/messages/{id}`. */
export const wireThread = z.looseObject({
	paging: z.looseObject({ total: z.number().int().nonnegative().nullish() }).nullish(),
	conversation_status: z.looseObject({ path: text, status: text, substatus: text }).nullish(),
	messages: rows,
});
export type WireThread = z.output<typeof wireThread>;

/** `GET …/messages/unread`: `/packs/{pack}` or `/packs/{pack}/sellers/{seller}`. */
export const wireUnread = z.looseObject({ results: z.array(z.looseObject({ resource: z.string() })).nullish() });

const given = z.string().min(1).max(LONGEST_ID);
/** What giving a file answers: the name by which a message names it. For claims the contract shows no answer; the group's published ones say `filename`. */
export const wireUpload = z.union([
	z.looseObject({ id: given }).transform(({ id }) => id),
	z.looseObject({ filename: given }).transform(({ filename }) => filename),
]);

/** What sending a message of a purchase answers: the message, alone or as in a thread. */
export const wireSent = z.union([
	z.looseObject({ id: z.string().min(1).max(LONGEST_ID) }).transform(({ id }) => id),
	z
		.looseObject({ messages: z.array(z.looseObject({ id: z.string().min(1).max(LONGEST_ID) })).min(1) })
		.transform(({ messages }) => messages[0]?.id ?? ''),
]);
