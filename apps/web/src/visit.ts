import type { ReconnectView } from '@pangea/api';

/** What the server answered to somebody with a link, by its own code; `unreachable` when there was no answer. */
export class VisitError extends Error {
	override name = 'VisitError';
	readonly code: string;
	readonly params: Record<string, string>;

	constructor(code: string, params: Record<string, string> = {}) {
		super(code);
		this.code = code;
		this.params = params;
	}
}

async function ask(door: 'read' | 'consent' | 'paste', body: { token: string; fields?: Record<string, string> }): Promise<unknown> {
	let response: Response;
	try {
		response = await fetch(`/reconnect-link/${door}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
			credentials: 'same-origin',
		});
	} catch {
		throw new VisitError('unreachable');
	}
	const answer: unknown = await response.json().catch(() => null);
	if (response.ok) return answer;
	throw response.status === 429 ? new VisitError('tooMany') : errorOf(answer);
}

function errorOf(answer: unknown): VisitError {
	const { problem } = (answer ?? {}) as { problem?: { code?: unknown; params?: Record<string, string> } };
	return typeof problem?.code === 'string' ? new VisitError(problem.code, problem.params) : new VisitError('unknown');
}

export const readLink = async (token: string): Promise<ReconnectView> => (await ask('read', { token })) as ReconnectView;

/** @returns the platform's consent page */
export const beginConsent = async (token: string): Promise<string> => ((await ask('consent', { token })) as { url: string }).url;

export const pasteToken = async (token: string, fields: Record<string, string>): Promise<void> =>
	void (await ask('paste', { token, fields }));
