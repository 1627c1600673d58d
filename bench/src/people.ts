import { hkdfSync } from 'node:crypto';

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

/** As the server derives it: people of the bench are made before it runs. */
export function sessionSecret(masterKeyText: string): string {
	return Buffer.from(hkdfSync('sha256', masterKeyText, '', 'pangea session cookies', 32)).toString('base64url');
}
