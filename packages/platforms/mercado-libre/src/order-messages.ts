import type { AllowedOrderMessage, OrderMessageKind } from '@pangea/domain';
import { entryOf, type OrderMessages, pathStep, PlatformError, type StoreContext } from '@pangea/platform-contract';
import { z } from 'zod';
import { answer, apiUrl, read, readOptional, sendAs } from './client.ts';
import { understand } from './errors.ts';
import { isGlobalSelling } from './stores.ts';
import { idText } from './wire.ts';

/** By the platform's word for a reason to write first: ours. What needs a template or a link is done at the platform (contract §7.2). */
const KINDS: Readonly<Record<string, OrderMessageKind>> = {
	REQUEST_VARIANTS: 'variant',
	REQUEST_BILLING_INFO: 'billing',
	DELIVERY_PROMISE: 'deliveryDetails',
	OTHER: 'other',
};
/** Of a seller's message (contract §7.2). */
const LONGEST = 350;
const POST_SALE = { tag: 'post_sale' } as const;

/** `GET /messages/action_guide/packs/{pack}`. */
export const wireActionGuide = z.looseObject({
	options: z
		.array(
			z.looseObject({
				id: z.string().nullish(),
				type: z.string().nullish(),
				enabled: z.boolean().nullish(),
				char_limit: z.number().int().positive().nullish(),
				cap_available: z.union([z.number(), z.boolean()]).nullish(),
			}),
		)
		.nullish(),
});

/**
 * A seller opens no conversation freely: the platform lists reasons, each of which may be used so often (contract §7.2). It is documented for local
 * sellers alone. What was sent stands in the purchase's conversation.
 */
export const orderMessages: OrderMessages = {
	serves: ({ mode }) => mode === 'local',

	async allowed(context, externalOrderId) {
		if (isGlobalSelling(context)) return { allowed: [], elsewhere: [], language: null };
		const found = await readOptional(context, {
			operation: 'messages.read',
			path: guidePath(await packOf(context, externalOrderId)),
			query: POST_SALE,
		});
		const { options } = found ? understand('messages.read', wireActionGuide, found.json) : { options: [] };
		const open = (options ?? []).filter((one) => one.enabled === true && one.cap_available !== 0 && one.cap_available !== false);
		const allowed = open.flatMap(({ id, type, char_limit: most }): AllowedOrderMessage[] => {
			const kind = entryOf(KINDS, id ?? '');
			return kind && type === 'free_text' ? [{ kind, longest: Math.min(most ?? LONGEST, LONGEST) }] : [];
		});
		const elsewhere = open.flatMap(({ id, type }) => (id && !(type === 'free_text' && entryOf(KINDS, id)) ? [id] : []));
		return { allowed, elsewhere, language: null };
	},

	async send(context, externalOrderId, { kind, text }) {
		const [option] = Object.entries(KINDS).find(([, one]) => one === kind) ?? [];
		if (option === undefined) throw new TypeError(`Mercado Libre has no message ${kind}`);
		const path = `${guidePath(await packOf(context, externalOrderId))}/option`;
		try {
			const reply = await sendAs(context, {
				operation: 'messages.write',
				method: 'POST',
				url: apiUrl(context, path, POST_SALE),
				headers: { 'content-type': 'application/json', accept: 'application/json' },
				body: JSON.stringify({ option_id: option, text }),
				// Not repeated by the client: the platform knows no key by which it would see that it is the same message.
				idempotent: false,
				writes: true,
			});
			answer(context, 'messages.write', reply);
		} catch (error) {
			// A reason is used up, or somebody else is using it.
			if (!(error instanceof PlatformError) || error.kind !== 'forbidden') throw error;
			throw new PlatformError({ kind: 'rejected', userMessage: { code: 'kindNotAllowed' }, detail: error.message, cause: error });
		}
	},
};

const guidePath = (pack: string): string => `/messages/action_guide/packs/${pathStep(pack)}`;

/** The order's id stands where it has no pack (contract §7.2). */
async function packOf(context: StoreContext, externalOrderId: string): Promise<string> {
	const { json } = await read(context, { operation: 'orders.read', path: `/orders/${pathStep(externalOrderId)}` });
	return understand('orders.read', z.looseObject({ pack_id: idText.nullish() }), json).pack_id ?? externalOrderId;
}
