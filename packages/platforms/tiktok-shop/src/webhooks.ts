import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type IntakeVerdict, parseJson, PlatformError, type Tiding, type WebhookIntake } from '@pangea/platform-contract';
import type { z } from 'zod';
import { call } from './client.ts';
import { listAuthorized } from './stores.ts';
import { optionalTime } from './times.ts';
import { Delivery, Nothing } from './wire.ts';

/** Topics of contract §11 that bring news of orders or of the grant. */
const TOPICS = [
	'ORDER_STATUS_CHANGE',
	'RECIPIENT_ADDRESS_UPDATE',
	'PACKAGE_UPDATE',
	'CANCELLATION_STATUS_CHANGE',
	'RETURN_STATUS_CHANGE',
	'SELLER_DEAUTHORIZATION',
	'UPCOMING_AUTHORIZATION_EXPIRATION',
] as const;

/** Refused to an app for which TikTok has not opened customer service or products; the others go on without them. */
const MAYBE_TOPICS = ['NEW_CONVERSATION', 'NEW_MESSAGE', 'PRODUCT_STATUS_CHANGE', 'PRODUCT_INFORMATION_CHANGE'] as const;

const DEAUTHORIZED = 6;
const EXPIRING = 7;

const SUBSCRIBE = {
	operation: 'webhooks.update',
	method: 'PUT',
	path: '/event/202309/webhooks',
	idempotent: true,
	writes: true,
} as const;

export const webhooks: WebhookIntake = {
	/** HMAC-SHA256 in lower-case hex over app key and body, compared before the body is read (contract §11). */
	verify(app, request): IntakeVerdict {
		const { appKey, appSecret } = app;
		if (!appKey || !appSecret) return { ok: false, reason: 'No app secret is configured' };
		const given = Buffer.from(request.headers['authorization'] ?? '', 'utf8');
		const expected = Buffer.from(createHmac('sha256', appSecret).update(appKey, 'utf8').update(request.body).digest('hex'), 'utf8');
		if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { ok: false, reason: 'The signature does not match' };
		return { ok: true, tidings: tidingsOf(request.body), answer: { status: 200, body: '' } };
	},

	/** Per shop and topic. Asking again replaces the address. */
	async subscribe(context, callbackUrl) {
		for (const shop of await listAuthorized(context)) {
			const listen = (topic: string): Promise<unknown> =>
				call(context, { ...SUBSCRIBE, cipher: shop.cipher, body: { event_type: topic, address: callbackUrl } }, Nothing);
			for (const topic of TOPICS) await listen(topic);
			for (const topic of MAYBE_TOPICS) {
				try {
					await listen(topic);
				} catch (error) {
					if (!(error instanceof PlatformError) || error.userMessage.code !== 'scopeMissing') throw error;
				}
			}
		}
	},
};

/** A signed body that says nothing we know of is news about nothing. */
function tidingsOf(body: Buffer): Tiding[] {
	const delivery = readDelivery(body);
	const account = delivery?.shop_id ?? delivery?.seller_open_id ?? null;
	if (!delivery || account === null) return [];
	const common = {
		accountExternalId: account,
		deliveryId: delivery.tts_notification_id ?? createHash('sha256').update(body).digest('hex'),
		occurredAt: optionalTime(delivery.timestamp),
	};
	if (delivery.type === DEAUTHORIZED) return [{ ...common, kind: 'grant', externalIds: [], grant: 'revoked' }];
	if (delivery.type === EXPIRING) return [{ ...common, kind: 'grant', externalIds: [], grant: 'expiring' }];
	const conversation = delivery.data?.conversation_id ?? null;
	if (conversation !== null) return [{ ...common, kind: 'messages', externalIds: [conversation] }];
	const externalIds = orderIdsOf(delivery);
	if (externalIds.length > 0) return [{ ...common, kind: 'orders', externalIds }];
	// Some come as numbers that lost their last digits: what such a one names is not found, and the next look finds the product.
	const product = delivery.data?.product_id ?? null;
	return [product === null ? { ...common, kind: 'other', externalIds } : { ...common, kind: 'listings', externalIds: [product] }];
}

/** By content, not by number: integrators saw other numbers for newer after-sales topics, and TikTok advises not to branch on them. */
function orderIdsOf({ data }: z.infer<typeof Delivery>): string[] {
	const ids = [data?.order_id ?? null, ...(data?.package_list ?? []).flatMap((parcel) => parcel.order_id_list)];
	return [...new Set(ids.filter((id) => id !== null))];
}

function readDelivery(body: Buffer): z.infer<typeof Delivery> | null {
	try {
		return Delivery.parse(parseJson(body.toString('utf8')));
	} catch {
		return null;
	}
}
