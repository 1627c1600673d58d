import type { Json } from '@pangea/platform-contract';
import { z } from 'zod';
import { instant } from './wire-messages.ts';
import { idText } from './wire.ts';

/* What Mercado Libre sends about claims (contract §7.4). Only fields that we read are named. */

const text = z.string().nullish();

/** `GET …/claims/{id}`, and the rows of the search. */
export const wireClaim = z.looseObject({
	id: idText,
	resource: text,
	resource_id: idText.nullish(),
	status: text,
	type: text,
	stage: text,
	reason_id: text,
	players: z
		.array(
			z.looseObject({
				role: text,
				user_id: idText.nullish(),
				available_actions: z
					.array(z.looseObject({ action: text, mandatory: z.boolean().nullish(), due_date: instant.nullish() }))
					.nullish(),
			}),
		)
		.nullish(),
	date_created: instant,
	last_updated: instant.nullish(),
});
export type WireClaim = z.output<typeof wireClaim>;

/** `GET …/claims/{id}/detail`: where it stands, in sentences for the seller. */
export const wireClaimDetail = z.looseObject({
	due_date: instant.nullish(),
	action_responsible: text,
	title: text,
	description: text,
	problem: text,
});
export type WireClaimDetail = z.output<typeof wireClaimDetail>;

/** `GET …/claims/search`. */
export const wireClaims = z.looseObject({ data: z.array(z.custom<Json>((v) => v !== undefined)).nullish() });

/** One message of a claim. It has no id (contract §7.4). */
export const wireClaimMessage = z.looseObject({
	sender_role: z.string(),
	message: text,
	date_created: instant,
	attachments: z.array(z.looseObject({ original_filename: text, filename: text, type: text, size: z.number().nullish() })).nullish(),
	message_moderation: z.looseObject({ status: text }).nullish(),
});
export type WireClaimMessage = z.output<typeof wireClaimMessage>;
export const wireClaimMessages = z.array(z.custom<Json>((v) => v !== undefined));
