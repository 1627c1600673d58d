import type { Site } from '@pangea/domain';
import type { PlatformManifest, RateBudget } from '@pangea/platform-contract';
import { messagePolicy } from './message-policy.ts';
import { replyClocks } from './reply-clocks.ts';

/** Keys of `manifest.budgets`, one per endpoint we call. */
export type Operation =
	| 'token.get'
	| 'token.refresh'
	| 'shops.authorized'
	| 'shops.active'
	| 'shops.release'
	| 'orders.search'
	| 'orders.detail'
	| 'returns.search'
	| 'cancellations.search'
	| 'products.search'
	| 'products.detail'
	| 'analytics.products'
	| 'analytics.lowRated'
	| 'finance.statements'
	| 'finance.transactions'
	| 'finance.unsettled'
	| 'products.replicate'
	| 'products.replicas'
	| 'products.check'
	| 'products.create'
	| 'products.prices'
	| 'products.edit'
	| 'products.inventory'
	| 'categories.read'
	| 'images.upload'
	| 'pictures.fetch'
	| 'logistics.warehouses'
	| 'customerService.read'
	| 'customerService.write'
	| 'customerService.files'
	| 'webhooks.update';

const RATES = 'https://partner.tiktokshop.com/docv2/page/rate-limits';

// 50 requests a second per app, shop and API: 40 with a burst of 10 never exceeds 50 in any second.
const shopLevel = (operation: Operation): RateBudget => ({ operation, rate: 40, burst: 10, per: 'store', source: RATES });
const sellerLevel = (operation: Operation): RateBudget => ({ operation, rate: 40, burst: 10, per: 'connection', source: RATES });
// The authorization host publishes no figure; this is caution.
const tokenHost = (operation: Operation): RateBudget => ({ operation, rate: 5, burst: 5, per: 'app', source: RATES });

function site(id: string, currency: string, zone: string, language: string, host: 'global' | 'us' = 'global'): Site {
	return { id, country: id, currency, zone, language, host };
}

/**
 * The markets of the official region list. Where a country has several zones the shop's own is not published; the zone here is
 * that of the platform's local office and can be overridden per store.
 */
const sites: readonly Site[] = [
	site('US', 'USD', 'America/Los_Angeles', 'en-US', 'us'),
	site('GB', 'GBP', 'Europe/London', 'en-GB'),
	site('DE', 'EUR', 'Europe/Berlin', 'de-DE'),
	site('FR', 'EUR', 'Europe/Paris', 'fr-FR'),
	site('IT', 'EUR', 'Europe/Rome', 'it-IT'),
	site('ES', 'EUR', 'Europe/Madrid', 'es-ES'),
	site('IE', 'EUR', 'Europe/Dublin', 'en-IE'),
	site('JP', 'JPY', 'Asia/Tokyo', 'ja-JP'),
	site('MX', 'MXN', 'America/Mexico_City', 'es-MX'),
	site('BR', 'BRL', 'America/Sao_Paulo', 'pt-BR'),
	site('ID', 'IDR', 'Asia/Jakarta', 'id-ID'),
	site('MY', 'MYR', 'Asia/Kuala_Lumpur', 'ms-MY'),
	site('TH', 'THB', 'Asia/Bangkok', 'th-TH'),
	site('VN', 'VND', 'Asia/Ho_Chi_Minh', 'vi-VN'),
	site('PH', 'PHP', 'Asia/Manila', 'en-PH'),
	site('SG', 'SGD', 'Asia/Singapore', 'en-SG'),
];

export const manifest: PlatformManifest = {
	id: 'tiktok-shop',
	name: 'TikTok Shop',
	sites,
	hosts: {
		// One API host serves all markets; two keys because the consent page differs (README, "Authorization").
		global: 'https://open-api.tiktokglobalshop.com',
		us: 'https://open-api.tiktokglobalshop.com',
		token: 'https://auth.tiktok-shops.com',
		consentGlobal: 'https://services.tiktokshop.com',
		consentUs: 'https://services.tiktokshops.us',
	},
	volatileFields: ['request_id'],
	appFields: [
		{ key: 'appKey', secret: false, pattern: '^[A-Za-z0-9_-]{5,64}$', example: '6abc1de2fgh3i' },
		{ key: 'appSecret', secret: true, pattern: '^[A-Za-z0-9_-]{10,128}$', example: '0123456789abcdef0123456789abcdef01234567' },
		{ key: 'serviceId', secret: false, pattern: '^\\d{6,25}$', example: '7012345678901234567' },
	],
	authorization: [{ kind: 'redirect', fields: [] }],
	// As long as the authorization the seller granted; a refresh brings a new token and not a new authorization.
	grantEnd: { basis: 'told', moves: false, source: 'refresh_token_expire_in of the token calls (contract, Authorization)' },
	buyerData: [
		{
			from: '2024-01-01',
			days: 30,
			openDays: 90,
			promised: false,
			standing: 'ours',
			source: 'no time is named in the documents read; names and addresses come masked (contract, orders)',
		},
	],
	intake: 'webhook',
	budgets: [
		tokenHost('token.get'),
		tokenHost('token.refresh'),
		sellerLevel('shops.authorized'),
		sellerLevel('shops.active'),
		shopLevel('shops.release'),
		shopLevel('orders.search'),
		shopLevel('orders.detail'),
		shopLevel('returns.search'),
		shopLevel('cancellations.search'),
		shopLevel('products.search'),
		shopLevel('products.detail'),
		shopLevel('analytics.products'),
		shopLevel('analytics.lowRated'),
		shopLevel('finance.statements'),
		shopLevel('finance.transactions'),
		shopLevel('finance.unsettled'),
		shopLevel('products.replicate'),
		shopLevel('products.replicas'),
		shopLevel('products.check'),
		shopLevel('products.create'),
		shopLevel('products.prices'),
		shopLevel('products.edit'),
		shopLevel('products.inventory'),
		shopLevel('categories.read'),
		sellerLevel('images.upload'),
		// Of hosts that people name nothing is published: slow enough to be no burden.
		{ operation: 'pictures.fetch', rate: 2, burst: 9, per: 'store', source: RATES },
		shopLevel('logistics.warehouses'),
		// 10,000 a day for all of customer service (contract §4; whether for each shop is unconfirmed): so much at once and then by the hour, of which
		// a fifth is kept for answers.
		{ operation: 'customerService.read', rate: 0.07, burst: 1800, per: 'store', source: RATES },
		{ operation: 'customerService.write', rate: 0.015, burst: 500, per: 'store', source: RATES },
		// They lie at the platform's hosts for pictures, of which nothing is published.
		{ operation: 'customerService.files', rate: 5, burst: 20, per: 'store', source: RATES },
		shopLevel('webhooks.update'),
	],
	reviews: {
		pollSeconds: 86_400,
		lowRatedSeconds: 600,
		source: 'https://partner.tiktokshop.com/docv2/page/get-shop-product-performance-202509',
	},
	listings: { pollSeconds: 3600, overlapSeconds: 300, wholeSeconds: 86_400, untold: ['url'] },
	// A statement a day, cut at midnight UTC; its payment is told for some days after. Data reach back to 2023-07-01 (contract §9).
	finances: {
		pollSeconds: 21_600,
		overlapSeconds: 14 * 86_400,
		windowDays: 30,
		historyDays: 730,
		source: 'https://partner.tiktokshop.com/docv2/page/get-statements-202309',
	},
	messages: {
		pollSeconds: 600,
		historyDays: 30,
		overlapSeconds: 300,
		files: [
			{
				kinds: ['chat'],
				types: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
				mostBytes: 10_000_000,
				mostBytesTogether: 10_000_000,
				mostFiles: 1,
				alone: true,
				needsText: false,
				source: 'https://partner.tiktokshop.com/docv2/page/upload-buyer-messages-image-202309',
			},
		],
	},
	pull: { marginSeconds: 30, overlapSeconds: 300, maxWindowDays: 90, historyDays: 730, pollSeconds: 600, pageSize: 100 },
	replyClocks,
	messagePolicy,
	limitations: [
		{ subject: 'messages', level: 'scopeOnRequest', link: 'https://partner.tiktokshop.com/docv2/page/customer-service-api-overview' },
		{ subject: 'reviews', level: 'ratingsOnly', link: 'https://partner.tiktokshop.com/docv2/page/ukjcmkq5' },
		{ subject: 'buyerData', level: 'maskedByPlatform', link: 'https://partner.tiktokshop.com/docv2/page/order-api-overview' },
		{ subject: 'orderFees', level: 'afterSettlement', link: 'https://partner.tiktokshop.com/docv2/page/finance-api-overview' },
		{ subject: 'storeZone', level: 'assumedInLargeCountries', link: 'https://partner.tiktokshop.com/docv2/page/regions-and-languages' },
	],
};
