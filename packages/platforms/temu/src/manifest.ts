import type { CredentialField, HostChoice, PlatformManifest, RateBudget } from '@pangea/platform-contract';
import { GATEWAYS, type Gateway, SUPPLY_SITE, TEMU_SITES } from './sites.ts';
import { messagePolicy } from './message-policy.ts';
import { replyClocks } from './reply-clocks.ts';

const LIMITS =
	'https://partner.temu.com/documentation?menu_code=38e79b35d2cb463d85619c1c786dd303&sub_menu_code=f2b9f4e869784b46804fe37cea6af1c0';
const AUTHORIZATION =
	'https://partner.temu.com/documentation?menu_code=38e79b35d2cb463d85619c1c786dd303&sub_menu_code=1e91f4383a8340c2b98780acc34fa6ec';
const AMOUNTS =
	'https://partner.temu.com/documentation?menu_code=fb16b05f7a904765aac4af3a24b87d4a&sub_menu_code=ba20da993f7d4605909dd49a5c186c21';
const GOODS =
	'https://partner.temu.com/documentation?menu_code=fb16b05f7a904765aac4af3a24b87d4a&sub_menu_code=b49f03d2b1744700ab762b9fe80d1af7';
const ORDERS =
	'https://partner.temu.com/documentation?menu_code=fb16b05f7a904765aac4af3a24b87d4a&sub_menu_code=554fd46b45ee49269cbdd6d4008a5dc1';

/** Kinds of calls that are budgeted apart. */
const CALL_KINDS = ['read', 'amount', 'shipment', 'write'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

// An app key starts with 20 requests a second. Amounts and shipments cost a request an order, so each kind has a share of its own. Without
// bursts no second sees more than rate + 1 of a kind, and the four together stay below. The Chinese gateway allows 3 to 5 a second and API.
const RATES: Record<CallKind, number> = { read: 6, amount: 5, shipment: 4, write: 0.5 };

/** The key of the bucket for a kind of call at a gateway. */
export function budgetOf(gateway: Gateway, kind: CallKind): string {
	return `${kind}.${gateway}`;
}

const budgets: RateBudget[] = GATEWAYS.flatMap((gateway) =>
	CALL_KINDS.map((kind) => {
		const rate = gateway === 'cn' ? Math.min(RATES[kind], 3) : RATES[kind];
		return { operation: budgetOf(gateway, kind), rate, burst: 1, per: 'app' as const, source: `${LIMITS} (shares are ours)` };
	}),
);

/** Field keys of our app at a gateway; see `appFields`. */
export function appFieldKeys(gateway: Gateway): { key: string; secret: string } {
	return { key: `${gateway}AppKey`, secret: `${gateway}AppSecret` };
}

const appFields: CredentialField[] = GATEWAYS.flatMap((gateway) => {
	const { key, secret } = appFieldKeys(gateway);
	return [
		{ key, secret: false, pattern: '^[\\x21-\\x7e]{8,128}$', example: 'f9d5cc9313893a20d5aa85c654e8f503', optional: true },
		{ key: secret, secret: true, pattern: '^[\\x21-\\x7e]{16,128}$', example: 'c7e0a1a63542be4de3cb5488f9fba8149e8fc290', optional: true },
	];
});

/**
 * The seller centre hands out a token per gateway. Two of them have no country: PARTNER, where a semi-managed seller's goods are beside its
 * regional gateway, and the Chinese one of fully managed sellers (contract §2).
 */
const TOKENS: readonly HostChoice[] = [
	...(['us', 'eu', 'global'] as const).map((host) => ({
		host,
		countries: TEMU_SITES.filter((s) => s.host === host).map((s) => s.country),
	})),
	{ host: 'partner', countries: [], name: 'PARTNER' },
	{ host: 'cn', countries: [], name: 'CN' },
];

export const manifest: PlatformManifest = {
	id: 'temu',
	name: 'Temu',
	sites: [...TEMU_SITES, SUPPLY_SITE],
	hosts: {
		us: 'https://openapi-b-us.temu.com',
		eu: 'https://openapi-b-eu.temu.com',
		global: 'https://openapi-b-global.temu.com',
		partner: 'https://openapi-b-partner.temu.com',
		cn: 'https://openapi.kuajingmaihuo.com',
		/** The seller's consent page of US local stores; no gateway. */
		sellerCentre: 'https://seller.temu.com',
	},
	volatileFields: ['requestId'],
	appFields,
	authorization: [
		{
			kind: 'paste',
			choices: TOKENS,
			fields: [{ key: 'accessToken', secret: true, pattern: '^[\\x21-\\x7e]{16,256}$', example: '2nifvmpyymvypwmcms5ct4uqqudrwgpm' }],
		},
		// The only page that is documented.
		{ kind: 'redirect', fields: [], choices: [{ host: 'us', countries: ['US'] }] },
	],
	grantEnd: { basis: 'told', moves: false, source: 'expiredTime of bg.open.accesstoken.info.get (contract §3)' },
	buyerData: [
		{
			from: '2024-01-01',
			days: 30,
			openDays: 90,
			promised: false,
			standing: 'ours',
			source:
				'data security policy: deletion within 30 days after the service ends, no time after delivery is named (contract, access to the programme)',
		},
	],
	intake: 'webhook',
	budgets,
	pull: {
		marginSeconds: 30,
		overlapSeconds: 900,
		// Neither the longest window nor the reach is published (contract §15.6); both are ours.
		maxWindowDays: 30,
		historyDays: 365,
		pollSeconds: 300,
		pageSize: 100,
	},
	// No time of a change of price or stock is told: each look is one at everything.
	listings: { pollSeconds: 7200, overlapSeconds: 0, wholeSeconds: 0, untold: ['url'] },
	// Which seller centre serves whom: contract §2. No page of one case is documented.
	sellerCentres: [
		{ modes: ['local'], sites: ['100'], url: 'https://seller.temu.com' },
		{ modes: ['local'], sites: ['110'], url: 'https://mx.seller.temu.com' },
		{ modes: ['local'], sites: ['132'], url: 'https://br.seller.temu.com' },
		{ modes: ['local'], sites: TEMU_SITES.flatMap(({ id, host }) => (host === 'eu' ? [id] : [])), url: 'https://seller-eu.temu.com' },
		{ modes: ['local'], url: 'https://seller.temu.com' },
		{ sites: ['100'], url: 'https://agentseller-us.temu.com' },
		{ sites: TEMU_SITES.flatMap(({ id, host }) => (host === 'eu' ? [id] : [])), url: 'https://agentseller-eu.temu.com' },
		{ url: 'https://agentseller.temu.com' },
	],
	replyClocks,
	messagePolicy,
	limitations: [
		{ subject: 'orderMoney', level: 'allowListed', link: AMOUNTS },
		{ subject: 'fullyManagedOrders', level: 'none', link: ORDERS },
		{ subject: 'tokenRefresh', level: 'none', link: AUTHORIZATION },
		{ subject: 'listings', level: 'localShopsOnly', link: GOODS },
		{ subject: 'messages', level: 'casesOnly', link: 'https://seller.temu.com' },
		{ subject: 'reviews', level: 'none', link: 'https://seller.temu.com' },
		{ subject: 'settlements', level: 'none', link: 'https://seller.temu.com' },
	],
};
