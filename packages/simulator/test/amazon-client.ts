import type { Simulator } from '../src/index.ts';

export interface AmazonFacts {
	applicationId: string;
	clientId: string;
	clientSecret: string;
	tokenUrl: string;
	consentUrl: string;
	regions: Record<string, string>;
	accounts: { account: string; sellingPartnerId: string; refreshToken: string; stores: { store: string; marketplaceId: string }[] }[];
	sqs: {
		endpoint: string;
		accessKeyId: string;
		secretAccessKey: string;
		queues: { account: string; region: string; arn: string; url: string }[];
	};
}

export interface AmazonAnswer {
	status: number;
	headers: Headers;
	// What a test reads out of an answer is asserted field by field.
	body: ReturnType<typeof JSON.parse>;
}

export function amazonFacts(simulator: Simulator): AmazonFacts {
	return simulator.platforms['amazon'] as unknown as AmazonFacts;
}

/** The token call with the application's credentials filled in. */
export async function amazonToken(simulator: Simulator, fields: Record<string, string>): Promise<AmazonAnswer> {
	const facts = amazonFacts(simulator);
	const answer = await fetch(facts.tokenUrl, {
		method: 'POST',
		body: new URLSearchParams({ client_id: facts.clientId, client_secret: facts.clientSecret, ...fields }),
	});
	return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

export async function amazonAccess(simulator: Simulator, account = 'na'): Promise<string> {
	const refresh = amazonFacts(simulator).accounts.find((a) => a.account === account)!.refreshToken;
	return (await amazonToken(simulator, { grant_type: 'refresh_token', refresh_token: refresh })).body.access_token;
}

export async function amazon(
	simulator: Simulator,
	region: string,
	token: string,
	path: string,
	options: { query?: Record<string, string>; method?: string; body?: unknown } = {},
): Promise<AmazonAnswer> {
	const address = new URL(amazonFacts(simulator).regions[region] + path);
	for (const [name, value] of Object.entries(options.query ?? {})) address.searchParams.set(name, value);
	const answer = await fetch(address, {
		method: options.method ?? 'GET',
		headers: {
			'x-amz-access-token': token,
			'user-agent': 'Test/1.0 (Language=TypeScript)',
			...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
		},
		...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
	});
	const text = await answer.text();
	return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
}
