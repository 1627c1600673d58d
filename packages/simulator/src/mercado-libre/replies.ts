import type { RefusalCause } from '../core/faults.ts';
import type { Dialect, Operation, WireCall, WireReply } from '../core/operation.ts';

/** A refusal to be sent as it stands: the four published envelopes differ, so the body is given whole (contract mercado-libre §3.1). */
export class MeliRefusal extends Error {
	override name = 'MeliRefusal';
	readonly reply: WireReply;
	constructor(reply: WireReply) {
		super(`HTTP ${reply.status}`);
		this.reply = reply;
	}
}

/** The classic envelope `{message, error, status, cause}`. */
export function classic(status: number, error: string, message: string): MeliRefusal {
	return new MeliRefusal({ status, body: { message, error, status, cause: [] } });
}

export function oauthRefusal(error: string, description: string, status = 400): MeliRefusal {
	return new MeliRefusal({ status, body: { error_description: description, error, status, cause: [] } });
}

export const notFound = (what = 'Resource not found') => classic(404, 'not_found', what);
export const badRequest = (message: string) => classic(400, 'bad_request', message);
export const invalidToken = () => classic(401, 'not_found', 'invalid_token');

/** Reading what belongs to another caller. */
export const notYours = () => classic(403, 'forbidden', 'Invalid caller.id');

/** The other family of paths: local paths for a cross-border seller, `/marketplace` paths for a local one. */
export function wrongFamily(): MeliRefusal {
	return new MeliRefusal({
		status: 403,
		body: { status: 403, error: 'access_denied', message: 'access to the requested resource is forbidden', code: 'FORBIDDEN' },
	});
}

/** A 429 may come with an empty body. No quota header is documented. */
export function tooMany(empty: boolean, retryAfter?: number): WireReply {
	return {
		status: 429,
		headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
		body: empty ? '' : { message: 'Too many requests', error: 'local_rate_limited', status: 429, cause: [] },
	};
}

/** Contract mercado-libre §3.1: a functional permission that lacks shows as 403 of the policy agent, a closed account as 451. */
const refusals: Partial<Record<RefusalCause, WireReply>> = {
	scopeMissing: {
		status: 403,
		body: {
			code: 'PA_UNAUTHORIZED_RESULT_FROM_POLICIES',
			blocked_by: 'PolicyAgent',
			message: 'At least one policy returned UNAUTHORIZED.',
			status: 403,
		},
	},
	storeInactive: {
		status: 451,
		body: { message: 'Unavailable for legal reasons', error: 'unavailable_for_legal_reasons', status: 451, cause: [] },
	},
};

export const dialect: Dialect = {
	rateLimited: (_call, fault) => tooMany(fault.struck % 2 === 0, fault.options?.['header'] === 'yes' ? 2 : undefined),
	serverError: (_call, status) => ({
		status,
		body: { message: 'Oops! Something went wrong...', error: 'internal_server_error', status, cause: [] },
	}),
	refuse: (_call, cause) => refusals[cause] ?? null,
	headers: (call) => ({ 'x-request-id': call.requestId }),
	enumFields: ['status', 'substatus', 'payment_type'],
};

/** Runs a handler and words what it refuses. */
export function answering(handle: Operation['handle']): (call: WireCall) => Promise<WireReply> {
	return async (call) => {
		try {
			return await handle(call);
		} catch (error) {
			if (error instanceof MeliRefusal) return error.reply;
			throw error;
		}
	};
}
