/** What the sign-in service refused, by its own code; `unreachable` when there was no answer. */
export class AuthError extends Error {
	override name = 'AuthError';
	readonly code: string;

	constructor(code: string) {
		super(code);
		this.code = code;
	}
}

async function post(path: string, body: Record<string, string>): Promise<void> {
	let response: Response;
	try {
		response = await fetch(`/auth${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
			credentials: 'same-origin',
		});
	} catch {
		throw new AuthError('unreachable');
	}
	if (response.ok) return;
	const answer: unknown = await response.json().catch(() => null);
	const code = typeof answer === 'object' && answer !== null && 'code' in answer ? answer.code : undefined;
	throw new AuthError(response.status === 429 ? 'tooMany' : typeof code === 'string' ? code : 'unknown');
}

export const signIn = (email: string, password: string): Promise<void> => post('/sign-in/email', { email, password });
export const signUp = (name: string, email: string, password: string): Promise<void> => post('/sign-up/email', { name, email, password });
export const signOut = (): Promise<void> => post('/sign-out', {});
