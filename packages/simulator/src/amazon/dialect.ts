import type { Dialect, WireCall, WireReply } from '../core/operation.ts';

/** An error in the SP-API envelope; `message` may be null, as it is now and then. */
export function failure(status: number, code: string, message: string | null, details = ''): WireReply {
	return {
		status,
		headers: { 'x-amzn-errortype': errorTypes[code] ?? `${code}Exception` },
		body: { errors: [{ code, message, details }] },
	};
}

const errorTypes: Record<string, string> = {
	QuotaExceeded: 'TooManyRequestsException',
	Unauthorized: 'AccessDeniedException',
	InvalidInput: 'BadRequestException',
	NotFound: 'ResourceNotFoundException',
};

export const denied = (details: string): WireReply => failure(403, 'Unauthorized', 'Access to requested resource is denied.', details);

export const quotaExceeded = (rate: number | null): WireReply => {
	const answer = failure(429, 'QuotaExceeded', 'You exceeded your quota for the requested resource.');
	// Most real 429s come without the header.
	return rate === null ? answer : { ...answer, headers: { ...answer.headers, 'x-amzn-ratelimit-limit': String(rate) } };
};

export const invalid = (message: string | null, details = ''): WireReply => failure(400, 'InvalidInput', message, details);

export const dialect: Dialect = {
	rateLimited: (_call, fault) => quotaExceeded(fault.options?.['header'] === 'no' ? null : 0.0056),
	serverError: (_call, status) =>
		failure(status, status === 503 ? 'ServiceUnavailable' : 'InternalFailure', 'We encountered an internal error. Please try again.'),
	// One sentence for a missing role and for another region's host; nothing tells them apart (contract amazon §6).
	refuse: (_call, cause) => (cause === 'scopeMissing' || cause === 'wrongRegion' ? denied('') : null),
	headers: (call: WireCall) => ({ 'x-amzn-requestid': call.requestId }),
	enumFields: ['fulfillmentStatus', 'channelName', 'fulfilledBy', 'processingStatus'],
};

/** Token server and sign-in pages: OAuth's own envelope. */
export const oauthDialect: Dialect = {
	rateLimited: () => ({ status: 429, body: { error: 'slow_down', error_description: 'Request is throttled.' } }),
	serverError: (_call, status) => ({
		status,
		body: { error: 'server_error', error_description: 'The authorization server encountered an unexpected condition.' },
	}),
	headers: (call) => ({ 'x-amzn-requestid': call.requestId }),
	enumFields: [],
};
