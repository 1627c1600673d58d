import { createHmac } from 'node:crypto';
import type { Simulator } from '../src/index.ts';

/** What the simulator says about its TikTok Shop application, read by hand in tests. */
export interface TikTokFacts {
	apiUrl: string;
	authUrl: string;
	servicesUrl: string;
	appKey: string;
	appSecret: string;
	serviceId: string;
	accounts: {
		account: string;
		access_token: string;
		refresh_token: string;
		shops: { store: string; id: string; cipher: string; region: string }[];
	}[];
}

export interface TikTokAnswer {
	status: number;
	code: number;
	message: string;
	data: Record<string, unknown>;
}

export function tiktokFacts(simulator: Simulator): TikTokFacts {
	return simulator.platforms['tiktok-shop'] as unknown as TikTokFacts;
}

/** A client written from contract §3 for these tests only. */
export async function tiktok(
	simulator: Simulator,
	method: string,
	path: string,
	options: {
		query?: Record<string, string>;
		body?: unknown;
		store?: string | undefined;
		token?: string | undefined;
		timestamp?: number;
		sign?: (sign: string) => string;
	} = {},
): Promise<TikTokAnswer> {
	const facts = tiktokFacts(simulator);
	const account = facts.accounts.find((a) => a.shops.some((s) => s.store === options.store)) ?? facts.accounts[0]!;
	const shop = account.shops.find((s) => s.store === options.store);
	const query: Record<string, string> = {
		...options.query,
		app_key: facts.appKey,
		timestamp: String(options.timestamp ?? Math.floor(simulator.control.clock.now() / 1000)),
	};
	if (shop !== undefined) query['shop_cipher'] = shop.cipher;
	const body = options.body === undefined ? '' : JSON.stringify(options.body);
	const joined = Object.keys(query)
		.sort()
		.map((name) => name + query[name])
		.join('');
	const sign = createHmac('sha256', facts.appSecret).update(`${facts.appSecret}${path}${joined}${body}${facts.appSecret}`).digest('hex');
	const address = new URL(facts.apiUrl + path);
	for (const [name, value] of Object.entries({ ...query, sign: options.sign === undefined ? sign : options.sign(sign) }))
		address.searchParams.set(name, value);
	const answer = await fetch(address, {
		method,
		headers: { 'content-type': 'application/json', 'x-tts-access-token': options.token ?? account.access_token },
		...(body === '' ? {} : { body }),
	});
	return { status: answer.status, ...((await answer.json()) as { code: number; message: string; data: Record<string, unknown> }) };
}

/** All pages of a search, in the order received. */
export async function tiktokAll(
	simulator: Simulator,
	store: string,
	path: string,
	field: string,
	query: Record<string, string>,
	body: unknown,
): Promise<{ records: Record<string, unknown>[]; total: number; pages: number }> {
	const records: Record<string, unknown>[] = [];
	let token = '';
	let total = 0;
	let pages = 0;
	do {
		const answer = await tiktok(simulator, 'POST', path, { store, query: token === '' ? query : { ...query, page_token: token }, body });
		if (answer.code !== 0) throw new Error(`${answer.code} ${answer.message}`);
		records.push(...(answer.data[field] as Record<string, unknown>[]));
		token = answer.data['next_page_token'] as string;
		total = answer.data['total_count'] as number;
		pages++;
	} while (token !== '');
	return { records, total, pages };
}
