import { hkdfSync } from 'node:crypto';

/** Opens a session over HTTP. @returns the cookies as a browser sends them */
export async function enter(url: string, { email, password }: { email: string; password: string }): Promise<string> {
	const reply = await fetch(`${url}/auth/sign-in/email`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', origin: url },
		body: JSON.stringify({ email, password }),
	});
	if (!reply.ok) throw new Error(`${email} was not let in: ${reply.status}`);
	return reply.headers
		.getSetCookie()
		.map((cookie) => cookie.split(';')[0] ?? '')
		.join('; ');
}

/** The same cookies one by one. */
export function cookiesIn(sent: string): { name: string; value: string }[] {
	return sent.split('; ').map((pair) => {
		const end = pair.indexOf('=');
		return { name: pair.slice(0, end), value: pair.slice(end + 1) };
	});
}

/** As the server derives it: people of the bench are made before it runs. */
export function sessionSecret(masterKeyText: string): string {
	return Buffer.from(hkdfSync('sha256', masterKeyText, '', 'pangea session cookies', 32)).toString('base64url');
}
