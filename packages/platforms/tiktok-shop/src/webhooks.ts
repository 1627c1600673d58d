import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type IntakeVerdict, parseJson, type Tiding, type WebhookIntake } from '@pangea/platform-contract';
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

const DEAUTHORIZED = 6;
const EXPIRING = 7;

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
			for (const topic of TOPICS) {
				const request = {
					operation: 'webhooks.update',
					method: 'PUT',
					path: '/event/202309/webhooks',
					idempotent: true,
					writes: true,
				} as const;
				await call(context, { ...request, cipher: shop.cipher, body: { event_type: topic, address: callbackUrl } }, Nothing);
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
	const externalIds = orderIdsOf(delivery);
	return [{ ...common, kind: externalIds.length > 0 ? 'orders' : 'other', externalIds }];
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
