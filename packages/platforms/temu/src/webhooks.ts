import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { type Instant, instantFromMillis } from '@pangea/domain';
import {
	type AppCredentials,
	type IncomingRequest,
	type IntakeVerdict,
	JsonError,
	parseJson,
	type Tiding,
	type WebhookIntake,
} from '@pangea/platform-contract';
import { call, gatewayOf } from './client.ts';
import { appFieldKeys } from './manifest.ts';
import { GATEWAYS } from './sites.ts';
import { eventSchema, webhookBodySchema } from './wire.ts';

/** Events a store may be told of (contract §10). */
const EVENTS = [
	'bg_order_status_change_event',
	'bg_trade_logistics_address_changed',
	'bg_aftersales_status_change',
	'bg_cancel_order_status_change',
] as const;

/** Temu wants this within 500 ms, before any work is done. */
const ANSWER = { status: 200, body: '{"result":{}}' } as const;

const SIGNED_HEADERS = ['x-tm-app-key', 'x-tm-event-code', 'x-tm-ext-param', 'x-tm-timestamp'] as const;

export const webhooks: WebhookIntake = {
	/**
	 * The timestamp is signed but has no documented validity, and repeats come for more than a day: age refuses nothing. An old genuine event
	 * costs one fetch, and `deliveryId` tells repeats apart.
	 */
	verify(app, request) {
		const secrets = secretsOf(app, request.headers['x-tm-app-key'] ?? '');
		if (secrets.length === 0) return { ok: false, reason: 'no app with this x-tm-app-key is configured' };
		const encrypted = encryptedData(request.body);
		if (encrypted === null) return { ok: false, reason: 'the body is no {"eventData": …}' };
		for (const secret of secrets) {
			const plain = decrypt(encrypted, secret);
			if (plain !== null && signatureForm(request, plain, secret) !== null) return accept(request, plain);
		}
		return { ok: false, reason: 'the signature is not that of our app' };
	},

	/** The address is entered in the developer portal; a store is then switched on through the API, which takes no address. */
	async subscribe(context) {
		const grant = context.grant();
		const gateway = gatewayOf(grant.host);
		const tokens = new Set(Object.entries(grant.secrets).flatMap(([key, token]) => (key.startsWith('accessToken') ? [token] : [])));
		for (const token of tokens) {
			const params = { permitEventCodeList: EVENTS, cancelEventCodeList: [] };
			await call(context, { api: 'bg.tmc.message.update', params, gateway, token, kind: 'write', idempotent: true, writes: true });
		}
	},
};

// One route serves the apps of all gateways; an event names its app, not its region.
function secretsOf(app: AppCredentials, appKey: string): string[] {
	if (appKey === '') return [];
	const secrets = GATEWAYS.map(appFieldKeys).flatMap((names) => (app[names.key] === appKey ? (app[names.secret] ?? []) : []));
	return [...new Set(secrets)].filter((secret) => Buffer.byteLength(secret) >= KEY_BYTES);
}

function encryptedData(body: Buffer): Buffer | null {
	const parsed = webhookBodySchema.safeParse(jsonOrNull(body.toString('utf8')));
	if (!parsed.success || !/^[A-Za-z0-9+/]+={0,2}$/.test(parsed.data.eventData)) return null;
	return Buffer.from(parsed.data.eventData, 'base64');
}

function jsonOrNull(text: string): unknown {
	try {
		return parseJson(text);
	} catch (error) {
		if (error instanceof JsonError) return null;
		throw error;
	}
}

const KEY_BYTES = 16;

/** AES-128-CBC with PKCS7 padding; key and first block are the first 16 bytes of the secret. Null when the text is not of this secret. */
export function decrypt(encrypted: Buffer, secret: string): string | null {
	const key = Buffer.from(secret, 'utf8').subarray(0, KEY_BYTES);
	try {
		const decipher = createDecipheriv('aes-128-cbc', key, key);
		return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8');
	} catch {
		return null;
	}
}

/** How a signature was made: the forms of the guide's text, and that of its Java sample, which does not give the guide's own values. */
export type SignatureForm = 'glued' | 'gluedWithoutExtParam' | 'paired' | 'pairedWithoutExtParam';

/**
 * Which documented form the signature of a request has; null when none. Live events will show which one Temu uses (contract §15.2).
 */
export function signatureForm(request: IncomingRequest, plain: string, secret: string): SignatureForm | null {
	const given = request.headers['x-tm-signature'] ?? '';
	if (!/^[0-9a-fA-F]{64}$/.test(given)) return null;
	const signature = Buffer.from(given, 'hex');
	const fields: Record<string, string> = { eventData: plain };
	for (const name of SIGNED_HEADERS) {
		const value = request.headers[name];
		if (value !== undefined) fields[name] = value;
	}
	const { 'x-tm-ext-param': extParam, ...bare } = fields;
	const full = { ...bare, 'x-tm-ext-param': extParam ?? '{}' };
	const candidates: [SignatureForm, string][] = [
		['glued', glue(full, '', '')],
		['gluedWithoutExtParam', glue(bare, '', '')],
		['paired', glue(full, '=', '&')],
		['paired', `${glue(full, '=', '&')}&`],
		['pairedWithoutExtParam', glue(bare, '=', '&')],
		['pairedWithoutExtParam', `${glue(bare, '=', '&')}&`],
	];
	// Every candidate is computed and compared in full, so that the time tells nothing.
	const matches = candidates.filter(([, text]) => timingSafeEqual(createHmac('sha256', secret).update(text, 'utf8').digest(), signature));
	return matches[0]?.[0] ?? null;
}

function glue(fields: Readonly<Record<string, string>>, between: string, after: string): string {
	return Object.keys(fields)
		.sort()
		.map((name) => `${name}${between}${fields[name] ?? ''}`)
		.join(after);
}

function accept(request: IncomingRequest, plain: string): IntakeVerdict {
	return { ok: true, tidings: tidingsOf(request, plain), answer: ANSWER };
}

// A genuine event that says nothing we can use is still answered: Temu would only repeat it.
function tidingsOf(request: IncomingRequest, plain: string): Tiding[] {
	const parsed = eventSchema.safeParse(jsonOrNull(plain));
	if (!parsed.success || parsed.data.mallId === null) return [];
	const event = parsed.data;
	const name = request.headers['x-tm-event-code'] ?? '';
	const sent = sentAt(request);
	const occurredAt = event.updateTime ?? event.updateAt ?? sent;
	const isOrders = (EVENTS as readonly string[]).includes(name) && event.parentOrderSn !== null;
	const status = event.orderStatus ?? event.parentAfterSalesStatus ?? '';
	return [
		{
			accountExternalId: event.mallId ?? '',
			kind: isOrders ? 'orders' : 'other',
			externalIds: isOrders && event.parentOrderSn !== null ? [event.parentOrderSn] : [],
			deliveryId: [name, event.parentAfterSalesSn ?? event.orderSn ?? event.parentOrderSn ?? '', status, occurredAt ?? ''].join(':'),
			occurredAt,
		},
	];
}

function sentAt(request: IncomingRequest): Instant | null {
	const millis = Number(request.headers['x-tm-timestamp'] ?? '');
	try {
		return instantFromMillis(millis);
	} catch {
		return null;
	}
}
