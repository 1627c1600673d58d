import { z } from 'zod';

/*
 * How the demo seller's accounts at the simulated platforms are bound. The simulator and the adapters know nothing of each other, so the names of
 * both meet here and nowhere else.
 */

/** One way into a platform, as a person would go it. */
export type Way =
	| { kind: 'paste'; host: string; fields: Record<string, string> }
	/** `account` picks the seller on the simulator's consent page. */
	| { kind: 'redirect'; host: string; account: string | null };

export interface DemoPlatform {
	platform: string;
	/** Base URLs by the adapter's host keys. */
	hosts: Record<string, string>;
	appFields: Record<string, string>;
	ways: Way[];
	/** Where buyers write to, by the account that a way binds; none where the platform has a chat. */
	mailboxes: DemoMailbox[];
	/** What the application's owner sets in the platform's developer console. */
	console(urls: { redirect: string; webhook: string }): { settings: Record<string, unknown> | null; target: string | null };
}

/** What a person enters about a mailbox, and the account whose stores it serves. */
export interface DemoMailbox {
	externalAccountId: string;
	address: string;
	user: string;
	password: string;
	imap: { host: string; port: number; security: string };
	smtp: { host: string; port: number; security: string };
}

const text = z.string();
const mailServer = z.object({ host: text, port: z.number(), security: text });
const amazonFacts = z.object({
	applicationId: text,
	clientId: text,
	clientSecret: text,
	tokenUrl: text,
	consentUrl: text,
	regions: z.record(z.string(), text),
	accounts: z.array(z.object({ region: text, sellingPartnerId: text, refreshToken: text })),
	mail: z.object({
		imap: mailServer,
		smtp: mailServer,
		accounts: z.array(z.object({ account: text, address: text, user: text, password: text })),
	}),
	sqs: z.object({ endpoint: text, accessKeyId: text, secretAccessKey: text, queues: z.array(z.object({ url: text, arn: text })) }),
});
const tiktokFacts = z.object({
	apiUrl: text,
	authUrl: text,
	servicesUrl: text,
	appKey: text,
	appSecret: text,
	serviceId: text,
	accounts: z.array(z.object({ account: text })),
});
const mercadoFacts = z.object({
	apiBase: text,
	authBase: text,
	clientId: text,
	clientSecret: text,
	accounts: z.array(z.object({ authorizationSite: text })),
});
const temuFacts = z.object({
	gateways: z.record(z.string(), z.object({ base: text, appKey: text, appSecret: text })),
	sellerCentre: text,
	stores: z.array(z.object({ id: text, tokens: z.record(z.string(), text.nullable()) })),
});

const factsOf = z.object({ amazon: amazonFacts, 'tiktok-shop': tiktokFacts, 'mercado-libre': mercadoFacts, temu: temuFacts });

/** Host keys at which a browser consents; the simulator serves all of a platform's consent pages at one base. */
const AMAZON_CONSENT = ['consent-na', 'consent-eu', 'consent-fe'];
const MERCADO_SITES = ['CBT', 'MLM', 'MLB', 'MLC', 'MCO', 'MLA', 'MPE', 'MLU'];

/** @throws ZodError when the simulator says something else than this file expects. */
export function demoPlatforms(facts: unknown): DemoPlatform[] {
	const { amazon, temu, 'tiktok-shop': tiktok, 'mercado-libre': mercado } = factsOf.parse(facts);
	return [
		{
			platform: 'amazon',
			hosts: {
				...amazon.regions,
				lwa: new URL(amazon.tokenUrl).href.replace(/\/auth\/o2\/token$/, ''),
				sqs: amazon.sqs.endpoint,
				documents: new URL(amazon.tokenUrl).origin,
				...Object.fromEntries(AMAZON_CONSENT.map((key) => [key, amazon.consentUrl])),
			},
			appFields: {
				clientId: amazon.clientId,
				clientSecret: amazon.clientSecret,
				applicationId: amazon.applicationId,
				buyerData: 'full',
				queueUrls: amazon.sqs.queues.map((q) => q.url).join(','),
				queueArns: amazon.sqs.queues.map((q) => q.arn).join(','),
				awsAccessKeyId: amazon.sqs.accessKeyId,
				awsSecretAccessKey: amazon.sqs.secretAccessKey,
			},
			ways: amazon.accounts.map((a) => ({
				kind: 'paste',
				host: a.region,
				fields: { sellerId: a.sellingPartnerId, refreshToken: a.refreshToken },
			})),
			mailboxes: amazon.mail.accounts.flatMap(({ account, ...login }) =>
				amazon.accounts
					.filter((a) => a.region === account)
					.map((a) => ({ externalAccountId: a.sellingPartnerId, ...login, imap: amazon.mail.imap, smtp: amazon.mail.smtp })),
			),
			console: ({ redirect }) => ({ settings: { redirectUrls: [redirect] }, target: null }),
		},
		{
			platform: 'tiktok-shop',
			hosts: {
				global: tiktok.apiUrl,
				us: tiktok.apiUrl,
				token: tiktok.authUrl,
				consentGlobal: tiktok.servicesUrl,
				consentUs: tiktok.servicesUrl,
			},
			appFields: { appKey: tiktok.appKey, appSecret: tiktok.appSecret, serviceId: tiktok.serviceId },
			ways: tiktok.accounts.map((a) => ({ kind: 'redirect', host: 'global', account: a.account })),
			mailboxes: [],
			console: ({ redirect }) => ({ settings: { redirectUrl: redirect }, target: null }),
		},
		{
			platform: 'mercado-libre',
			hosts: { api: mercado.apiBase, ...Object.fromEntries(MERCADO_SITES.map((site) => [`auth-${site}`, `${mercado.authBase}/${site}`])) },
			appFields: { clientId: mercado.clientId, clientSecret: mercado.clientSecret },
			ways: mercado.accounts.map((a) => ({ kind: 'redirect', host: `auth-${a.authorizationSite}`, account: null })),
			mailboxes: [],
			console: ({ redirect, webhook }) => ({ settings: { redirectUris: [redirect] }, target: webhook }),
		},
		{
			platform: 'temu',
			hosts: {
				...Object.fromEntries(Object.entries(temu.gateways).map(([key, gateway]) => [key, gateway.base])),
				sellerCentre: temu.sellerCentre,
			},
			appFields: Object.fromEntries(
				Object.entries(temu.gateways).flatMap(([key, gateway]) => [
					[`${key}AppKey`, gateway.appKey],
					[`${key}AppSecret`, gateway.appSecret],
				]),
			),
			mailboxes: [],
			ways: temu.stores.flatMap((store) =>
				orderGateway(store.tokens).flatMap(([host, token]): Way[] =>
					token === null ? [] : [{ kind: 'paste', host, fields: { accessToken: token } }],
				),
			),
			console: ({ webhook }) => ({ settings: null, target: webhook }),
		},
	];
}

/** The demo's mail servers, as server and worker are told that they may be called. */
export function demoMailServers(facts: unknown): string {
	const all = demoPlatforms(facts).flatMap(({ mailboxes }) => mailboxes.flatMap(({ imap, smtp }) => [imap, smtp]));
	return [...new Set(all.map(({ host, port }) => `${host}:${port}`))].join(' ');
}

/** The token that serves a mall's orders; for a fully managed mall, which has none, the one of its supply side. */
function orderGateway(tokens: Record<string, string | null>): [string, string | null][] {
	const known = Object.entries(tokens).filter(([, token]) => token !== null);
	const selling = known.filter(([gateway]) => gateway === 'us' || gateway === 'eu' || gateway === 'global');
	return (selling.length > 0 ? selling : known).slice(0, 1);
}
