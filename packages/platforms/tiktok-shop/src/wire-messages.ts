import { LONGEST_ID } from '@pangea/platform-contract';
import { z } from 'zod';

/* What TikTok Shop's customer service sends (contract §7). Only fields that we read are named. */

const id = z.union([z.string().min(1).max(LONGEST_ID), z.number()]).transform(String);
const text = z
	.union([z.string(), z.number()])
	.nullish()
	.transform((value) => (value === null || value === undefined ? null : String(value)));
const seconds = z.union([z.number(), z.string().regex(/^\d+$/)]).transform(Number);

const Participant = z.looseObject({ role: text, user_id: text, nickname: text });

export const ConversationPage = z
	.looseObject({ next_page_token: text, conversations: z.array(z.unknown()).nullish() })
	.transform(({ next_page_token: token, conversations }) => ({ token: token || null, records: conversations ?? [] }));

export const WireConversation = z.looseObject({
	id,
	can_send_message: z.boolean().nullish(),
	participants: z
		.array(Participant)
		.nullish()
		.transform((value) => value ?? []),
	latest_message: z.looseObject({ create_time: seconds }).nullish(),
});

export const ConversationDetail = z.looseObject({ conversation: WireConversation });

export const MessagePage = z
	.looseObject({ next_page_token: text, messages: z.array(z.unknown()).nullish() })
	.transform(({ next_page_token: token, messages }) => ({ token: token || null, records: messages ?? [] }));

export const WireMessage = z.looseObject({
	id,
	type: text,
	/** JSON text whose shape depends on the type. */
	content: text,
	create_time: seconds,
	is_visible: z.boolean().nullish(),
	sender: z.looseObject({ role: text, nickname: text }).nullish(),
	index: text,
});

/** All that the content of any kind may hold and that we show. */
export const MessageContent = z.looseObject({
	content: text,
	url: text,
	order_id: text,
	product_id: text,
	/** Of videos. */
	format: text,
	size: text,
});

/** What an uploaded picture is known by, for the message that shows it. */
export const UploadedImage = z.looseObject({ url: z.string().min(1), width: z.coerce.number(), height: z.coerce.number() });

export const SentMessage = z.looseObject({ message_id: id });

export type WireConversation = z.infer<typeof WireConversation>;
export type WireMessage = z.infer<typeof WireMessage>;
