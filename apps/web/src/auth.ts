/** What the sign-in service refused, by its own code; `unreachable` when there was no answer. */
export class AuthError extends Error {
	override name = 'AuthError';
	readonly code: string;

	constructor(code: string) {
		super(code);
		this.code = code;
	}
}

async function post(path: string, body: Record<string, string | boolean>): Promise<unknown> {
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
	const answer: unknown = await response.json().catch(() => null);
	if (response.ok) return answer;
	const code = textOf(answer, 'code');
	throw new AuthError(code ?? (response.status === 429 ? 'tooMany' : 'unknown'));
}

function textOf(answer: unknown, key: string): string | undefined {
	const value = entryOf(answer, key);
	return typeof value === 'string' ? value : undefined;
}

function entryOf(answer: unknown, key: string): unknown {
	return typeof answer === 'object' && answer !== null ? new Map(Object.entries(answer)).get(key) : undefined;
}

/** @returns whether the person is in, or still has to prove themselves a second time. */
export async function signIn(email: string, password: string): Promise<'in' | 'secondFactor'> {
	const answer = await post('/sign-in/email', { email, password });
	return entryOf(answer, 'twoFactorRedirect') === true ? 'secondFactor' : 'in';
}

export async function signUp(name: string, email: string, password: string): Promise<void> {
	await post('/sign-up/email', { name, email, password });
}

export async function signOut(): Promise<void> {
	await post('/sign-out', {});
}

/** What a person sets their telephone up with, and what helps when it is lost. Told once. */
export interface Enrolment {
	/** For the QR code. */
	uri: string;
	/** The same to type: base 32. */
	secret: string;
	backupCodes: string[];
}

/** Begins: nothing is asked at sign-in before {@link proveCode} has confirmed it. */
export async function beginSecondFactor(password: string): Promise<Enrolment> {
	const answer = await post('/two-factor/enable', { password, method: 'totp' });
	const uri = textOf(answer, 'totpURI') ?? '';
	return { uri, secret: URL.parse(uri)?.searchParams.get('secret') ?? '', backupCodes: codesOf(answer) };
}

/** Confirms a telephone, or is the second step of signing in. @param trust not to ask on this device for thirty days */
export async function proveCode(code: string, trust = false): Promise<void> {
	await post('/two-factor/verify-totp', { code, trustDevice: trust });
}

/** The second step of signing in without the telephone; the code is used up. */
export async function proveBackupCode(code: string, trust = false): Promise<void> {
	await post('/two-factor/verify-backup-code', { code, trustDevice: trust });
}

/** The former ones are good for nothing any more. */
export async function newBackupCodes(password: string): Promise<string[]> {
	return codesOf(await post('/two-factor/generate-backup-codes', { password }));
}

export async function endSecondFactor(password: string): Promise<void> {
	await post('/two-factor/disable', { password });
}

function codesOf(answer: unknown): string[] {
	const codes = entryOf(answer, 'backupCodes');
	return Array.isArray(codes) ? codes.filter((code) => typeof code === 'string') : [];
}
