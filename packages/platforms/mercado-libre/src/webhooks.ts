import { createHash, timingSafeEqual } from 'node:crypto';
import { type Instant, parseInstant, TimeError } from '@pangea/domain';
import {
	type AppCredentials,
	type IncomingRequest,
	type IntakeVerdict,
	type Json,
	JsonError,
	parseJson,
	type Tiding,
	type WebhookIntake,
} from '@pangea/platform-contract';
import type { z } from 'zod';
import { CLAIM } from './claims.ts';
import { MESSAGE_REFERENCE } from './messages.ts';
import { SHIPMENT_REFERENCE } from './pull.ts';
import { QUESTION } from './questions.ts';
import { wireNotification } from './wire.ts';

/** A notification is a few hundred bytes; anything larger is none. */
const MAX_BYTES = 16 * 1024;

/**
 * The platform signs nothing (contract §9). A request counts when it names our app and an account, points to a resource of the known
 * form and, where configured, carries our token in the callback's address and comes from a published address. Even then it is only a hint:
 * whatever it names is read again from our own base URL with the grant of the account it names, so a forged one can cost requests, not data.
 */
export const webhooks: WebhookIntake = {
	verify(app, request) {
		const why = refuseCaller(app, request);
		if (why) return { ok: false, reason: why };
		if (request.body.length > MAX_BYTES) return { ok: false, reason: 'body too large' };
		const parsed = wireNotification.safeParse(parseOrNull(request.body));
		if (!parsed.success) return { ok: false, reason: 'not a notification' };
		return judge(app, parsed.data);
	},
};

type Notification = z.output<typeof wireNotification>;

function judge(app: AppCredentials, notification: Notification): IntakeVerdict {
	if (notification.application_id !== app['clientId']) return { ok: false, reason: 'application_id is not ours' };
	if (!/^\d{1,20}$/.test(notification.user_id)) return { ok: false, reason: 'user_id is no account' };
	if (!RESOURCE.test(notification.resource)) return { ok: false, reason: 'resource is no path of the API' };
	return { ok: true, tidings: [toTiding(notification)], answer: { status: 200, body: '' } };
}

function refuseCaller(app: AppCredentials, request: IncomingRequest): string | null {
	if (!app['clientId']) return 'no app is configured';
	const token = app['callbackToken'];
	if (token && !same(token, new URL(request.url, 'http://callback').searchParams.get('token') ?? '')) return 'callback token is wrong';
	const ips = app['notificationIps'];
	if (ips && !ips.split(',').some((ip) => ip.trim() === callerOf(request))) return 'caller is not on the list';
	return null;
}

/** The address the nearest proxy saw: the last of `x-forwarded-for`. Earlier ones are the caller's own words. */
function callerOf(request: IncomingRequest): string | undefined {
	return request.headers['x-forwarded-for']?.split(',').at(-1)?.trim();
}

function same(a: string, b: string): boolean {
	const digest = (text: string) => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(a), digest(b));
}

function parseOrNull(body: Buffer): Json {
	try {
		return parseJson(body.toString('utf8'));
	} catch (error) {
		if (error instanceof JsonError) return null;
		throw error;
	}
}

/** A relative path of plain segments, with or without the leading slash; never an address, never a way upwards. */
const RESOURCE = /^\/?(?!\.)[\w$-][\w$.-]*(?:\/(?!\.)[\w$.-]+)*$/;
const ORDER = /^\/?(?:marketplace\/)?orders\/(\d{1,20})$/;
const QUESTION_PATH = /^\/?(?:marketplace\/)?questions\/(\d{1,20})$/;
/** The path that is told leaves out the version by which a claim is read. */
const CLAIM_PATH = /^\/?(?:marketplace|post-purchase)\/(?:v\d\/)?claims\/(\d{1,20})$/;
const MESSAGE = /^\/?(?:marketplace\/)?messages\/(\w{8,64})$/;
/** A local message is named by its id alone. */
const BARE_MESSAGE = /^(\w{8,64})$/;
const ITEM = /^\/?(?:marketplace\/)?items\/([A-Z]{3}\d{1,20})$/;
const SHIPMENT = /^\/?(?:marketplace\/)?shipments\/(\d{1,20})$/;

/** Decided by the resource's path, not by the topic, whose names differ between pages and payloads (contract §9). */
export function toTiding(notification: Notification): Tiding {
	const order = ORDER.exec(notification.resource)?.[1];
	const shipment = SHIPMENT.exec(notification.resource)?.[1];
	const item = ITEM.exec(notification.resource)?.[1];
	const question = QUESTION_PATH.exec(notification.resource)?.[1];
	const claim = CLAIM_PATH.exec(notification.resource)?.[1];
	const message = (MESSAGE.exec(notification.resource) ??
		(notification.topic === 'messages' ? BARE_MESSAGE.exec(notification.resource) : null))?.[1];
	const orders = order ? [order] : shipment ? [SHIPMENT_REFERENCE + shipment] : [];
	const talks = question ? [QUESTION + question] : claim ? [CLAIM + claim] : message ? [MESSAGE_REFERENCE + message] : [];
	return {
		accountExternalId: notification.user_id,
		kind: orders.length > 0 ? 'orders' : talks.length > 0 ? 'messages' : item ? 'listings' : 'other',
		externalIds: [...orders, ...talks, ...(item ? [item] : [])],
		deliveryId: notification._id ?? notification.id ?? digestOf(notification),
		occurredAt: instantOrNull(notification.received ?? notification.recieved),
	};
}

/** Repeats differ in `attempts` and `sent` only. */
function digestOf({ topic, resource, user_id, received, recieved }: Notification): string {
	const text = [topic, resource, user_id, received ?? recieved].join('\n');
	return createHash('sha256').update(text).digest('hex');
}

function instantOrNull(text: string | null | undefined): Instant | null {
	try {
		return text ? parseInstant(text) : null;
	} catch (error) {
		// A hint with an odd time is still a hint.
		if (error instanceof TimeError) return null;
		throw error;
	}
}
