import type { Dialect, WireCall, WireReply } from '../core/operation.ts';

/** The codes of contract §4 with the HTTP status each comes with here. The statuses are not specified, except 429 and 503. */
const failures = {
	tokenExpired: [401, 105_002, 'Expired credentials. The `access_token` or `x-tts-access-token` header has expired.'],
	scopeMissing: [
		403,
		105_005,
		'Access denied. The app is not authorized to access the endpoint because the access scopes granted for the app or the access token do not contain the required access scope for the endpoint.',
	],
	wrongShop: [403, 101_000, 'Invalid credentials. The access token does not match the `shop_cipher`.'],
	wrongRegion: [403, 105_004, 'Access denied. The seller account or its region may not authorize this app.'],
	ipNotAllowed: [403, 36_009_033, 'Access denied. The IP address is not in the allow list of the app.'],
	sellerInactive: [403, 12_052_700, 'The seller is inactive.'],
	badSign: [401, 106_001, 'Invalid credentials. The `sign` query parameter is invalid.'],
	cipherMissing: [400, 106_013, 'Missing identifier. The `shop_cipher` query parameter is required to identify the target shop.'],
	cipherUnexpected: [400, 36_009_004, 'Unexpected identifier. The `shop_cipher` query parameter is not required for this request.'],
	tokenInvalid: [401, 36_009_004, 'Invalid credentials. The `x-tts-access-token` header is invalid.'],
	appKey: [400, 36_009_004, 'Invalid credentials. The `app_key` query parameter is invalid.'],
	timestamp: [400, 36_009_004, 'Invalid parameter. The `timestamp` query parameter is missing or expired.'],
	signMissing: [400, 36_009_005, 'Missing credentials. The `sign` query parameter is required.'],
	cipherInvalid: [400, 36_009_004, 'Invalid identifier. The `shop_cipher` query parameter is invalid.'],
	limited: [429, 36_009_002, "Too many requests. You've made too many requests in a short period of time."],
	internal: [
		500,
		36_009_003,
		'Internal error. Please try again. If the issue persists after multiple attempts, please contact platform support.',
	],
	path: [404, 36_009_009, 'Invalid path. The path is not recognized.'],
	method: [405, 36_009_010, 'Invalid method. The HTTP method is not supported for this path.'],
	version: [404, 36_009_014, 'The version name is invalid, please check and retry.'],
	foreignOrder: [200, 21_008_111, 'The order does not belong to this seller.'],
	dailyLimit: [200, 45_101_004, 'The daily quota of customer service calls is used up.'],
	mayNotSend: [200, 45_109_001, 'The conversation does not allow messages to be sent.'],
	grantUnknown: [200, 36_004_005, 'can not find related auth record'],
	refreshExpired: [200, 36_004_001, 'refresh token is expired'],
} as const;
export type FailureName = keyof typeof failures;

/** A failure in the platform's envelope. */
export function fail(call: WireCall, name: FailureName): WireReply {
	const [status, code, message] = failures[name];
	return { status, body: { code, message, data: null, request_id: requestId(call) } };
}

/** 36009004 with a message of its own. */
export function badParameter(call: WireCall, message: string): WireReply {
	return { status: 400, body: { code: 36_009_004, message: `Invalid parameter. ${message}`, data: null, request_id: requestId(call) } };
}

export function ok(call: WireCall, data: object, records?: unknown[]): WireReply {
	return { status: 200, body: { code: 0, data, message: 'Success', request_id: requestId(call) }, records };
}

/** Date, time and hex, as the platform writes them. */
export function requestId(call: WireCall): string {
	const stamp = new Date(call.now).toISOString().replace(/\D/g, '').slice(0, 14);
	return `${stamp}AF${call.requestId.replace(/-/g, '').slice(0, 16).toUpperCase()}`;
}

export const dialect: Dialect = {
	rateLimited: (call) => fail(call, 'limited'),
	serverError: (call, status) => ({ ...fail(call, 'internal'), status }),
	refuse: (call, cause) => fail(call, cause === 'storeInactive' ? 'sellerInactive' : cause),
	headers: () => ({ 'content-type': 'application/json; charset=utf-8' }),
	enumFields: ['status', 'return_status', 'cancel_status', 'shipping_type'],
};
