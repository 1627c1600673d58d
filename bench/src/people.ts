import { hkdfSync } from 'node:crypto';
import { createAuth } from '@pangea/api';

/** Opens a session over HTTP. @returns the cookies as a browser sends them */
export async function enter(url: string, { email, password }: { email: string; password: string }): Promise<string> {
	const reply = await fetch(`${url}/auth/sign-in/email`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', origin: url },
		body: JSON.stringify({ email, password }),
	});
	if (!reply.ok) throw new Error(`${email} was not let in: ${reply.status}`);
	return cookiesOf(reply);
}

/** The cookies that a reply sets, as a browser sends them back. */
export function cookiesOf(reply: Response): string {
	return reply.headers
		.getSetCookie()
		.map((cookie) => cookie.split(';')[0] ?? '')
		.join('; ');
}

/** What a server of the bench is started with. */
export interface Place {
	databaseUrl: string;
	masterKey: string;
	/** Where the server will listen. */
	url: string;
}

export function serverVariables({ databaseUrl, masterKey, url }: Place): Record<string, string> {
	return {
		DATABASE_URL: databaseUrl,
		PANGEA_MASTER_KEY: masterKey,
		PANGEA_PORT: new URL(url).port,
		PANGEA_PUBLIC_URL: url,
		PANGEA_LOG_LEVEL: 'warn',
	};
}

/** Makes people before the server runs that it will let in. */
export function authOf({ databaseUrl, masterKey, url }: Place): ReturnType<typeof createAuth> {
	const secret = sessionSecret(masterKey);
	return createAuth({ databaseUrl, secret, publicUrl: url, onIdleError: () => {}, onDeed: () => Promise.resolve() });
}

/** As the server derives it. */
function sessionSecret(masterKeyText: string): string {
	return Buffer.from(hkdfSync('sha256', masterKeyText, '', 'pangea session cookies', 32)).toString('base64url');
}
