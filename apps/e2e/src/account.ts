import type { AppRouter, StoreView } from '@pangea/api';
import { createTRPCClient, httpBatchLink, type TRPCClient } from '@trpc/client';

export interface Cookie {
	name: string;
	value: string;
}

/** A demo person with an open session. */
export interface Login {
	email: string;
	password: string;
	role: string;
	cookies: Cookie[];
}

/** The demo person of a role. @throws Error when there is none. */
export function loginOf(logins: readonly Login[], role: string): Login {
	const found = logins.find((login) => login.role === role);
	if (!found) throw new Error(`There is no ${role} among the demo people`);
	return found;
}

/** Opens a session without a browser. @throws Error with the answer when it is refused. */
export async function signInByHand(url: string, person: { email: string; password: string; role: string }): Promise<Login> {
	return { ...person, cookies: await enter(url, '/sign-in/email', { email: person.email, password: person.password }) };
}

/** Makes an account without a browser. @throws Error with the answer when it is refused. */
export async function signUpByHand(url: string, person: { name: string; email: string; password: string }): Promise<Cookie[]> {
	return await enter(url, '/sign-up/email', person);
}

async function enter(url: string, path: string, body: Record<string, string>): Promise<Cookie[]> {
	const reply = await fetch(`${url}/auth${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', origin: url },
		body: JSON.stringify(body),
	});
	if (!reply.ok) throw new Error(`${path} of ${body['email'] ?? ''} answered ${reply.status}: ${await reply.text()}`);
	return reply.headers.getSetCookie().map((line) => {
		const [pair = ''] = line.split(';');
		const cut = pair.indexOf('=');
		return { name: pair.slice(0, cut), value: pair.slice(cut + 1) };
	});
}

export type Api = TRPCClient<AppRouter>;

/** The server's procedures as one person in one workspace sees them, beside the browser. */
export function apiOf(url: string, cookies: readonly Cookie[], workspaceId?: string): Api {
	const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
	return createTRPCClient<AppRouter>({
		links: [
			httpBatchLink({
				url: `${url}/trpc`,
				headers: { cookie, origin: url, ...(workspaceId !== undefined && { 'x-pangea-workspace': workspaceId }) },
			}),
		],
	});
}

/** The demo workspace as a person sees it. @throws Error when the person has none. */
export async function demoApi(url: string, login: Login): Promise<Api> {
	const me = await apiOf(url, login.cookies).session.me.query();
	const [membership] = me?.memberships ?? [];
	if (!membership) throw new Error(`${login.email} belongs to no workspace`);
	return apiOf(url, login.cookies, membership.workspaceId);
}

/** The first store of a platform in a country. @throws Error when there is none. */
export async function storeOf(api: Api, platform: string, country: string): Promise<StoreView> {
	const found = (await api.stores.list.query()).find((store) => store.platform === platform && store.country === country);
	if (!found) throw new Error(`There is no store of ${platform} in ${country}`);
	return found;
}
