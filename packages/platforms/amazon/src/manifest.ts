import type { Site } from '@pangea/domain';
import type { CredentialField, PlatformManifest, RateBudget } from '@pangea/platform-contract';
import { messagePolicy } from './message-policy.ts';
import { replyClocks } from './reply-clocks.ts';

type Region = 'na' | 'eu' | 'fe';

/**
 * Contract §3: country, id, currency, language, zone, Seller Central host. Zones are the reporting zones of Amazon Ads; neither they nor
 * the languages are stated by the Selling Partner API.
 */
const MARKETS: readonly (readonly [Region, string, string, string, string, string, string])[] = [
	['na', 'US', 'ATVPDKIKX0DER', 'USD', 'en-US', 'America/Los_Angeles', 'sellercentral.amazon.com'],
	['na', 'CA', 'A2EUQ1WTGCTBG2', 'CAD', 'en-CA', 'America/Los_Angeles', 'sellercentral.amazon.ca'],
	['na', 'MX', 'A1AM78C64UM0Y8', 'MXN', 'es-MX', 'America/Los_Angeles', 'sellercentral.amazon.com.mx'],
	['na', 'BR', 'A2Q3Y263D00KWC', 'BRL', 'pt-BR', 'America/Sao_Paulo', 'sellercentral.amazon.com.br'],
	['eu', 'GB', 'A1F83G8C2ARO7P', 'GBP', 'en-GB', 'Europe/London', 'sellercentral-europe.amazon.com'],
	['eu', 'DE', 'A1PA6795UKMFR9', 'EUR', 'de-DE', 'Europe/Paris', 'sellercentral-europe.amazon.com'],
	['eu', 'FR', 'A13V1IB3VIYZZH', 'EUR', 'fr-FR', 'Europe/Paris', 'sellercentral-europe.amazon.com'],
	['eu', 'IT', 'APJ6JRA9NG5V4', 'EUR', 'it-IT', 'Europe/Paris', 'sellercentral-europe.amazon.com'],
	['eu', 'ES', 'A1RKKUPIHCS9HS', 'EUR', 'es-ES', 'Europe/Paris', 'sellercentral-europe.amazon.com'],
	['eu', 'NL', 'A1805IZSGTT6HS', 'EUR', 'nl-NL', 'Europe/Amsterdam', 'sellercentral.amazon.nl'],
	['eu', 'BE', 'AMEN7PMS3EDWL', 'EUR', 'fr-BE', 'Europe/Brussels', 'sellercentral.amazon.com.be'],
	['eu', 'SE', 'A2NODRKZP88ZB9', 'SEK', 'sv-SE', 'Europe/Stockholm', 'sellercentral.amazon.se'],
	['eu', 'PL', 'A1C3SOZRARQ6R3', 'PLN', 'pl-PL', 'Europe/Warsaw', 'sellercentral.amazon.pl'],
	['eu', 'IE', 'A28R8C7NBKEWEA', 'EUR', 'en-IE', 'Europe/Dublin', 'sellercentral.amazon.ie'],
	['eu', 'TR', 'A33AVAJ2PDY3EV', 'TRY', 'tr-TR', 'Europe/Istanbul', 'sellercentral.amazon.com.tr'],
	['eu', 'AE', 'A2VIGQ35RCS4UG', 'AED', 'en-AE', 'Asia/Dubai', 'sellercentral.amazon.ae'],
	['eu', 'SA', 'A17E79C6D8DWNP', 'SAR', 'ar-AE', 'Asia/Riyadh', 'sellercentral.amazon.sa'],
	['eu', 'EG', 'ARBP9OOSHTCHU', 'EGP', 'ar-AE', 'Africa/Cairo', 'sellercentral.amazon.eg'],
	['eu', 'IN', 'A21TJRUUN4KGV', 'INR', 'en-IN', 'Asia/Kolkata', 'sellercentral.amazon.in'],
	['eu', 'ZA', 'AE08WJ6YKNBMC', 'ZAR', 'en-ZA', 'Africa/Johannesburg', 'sellercentral.amazon.co.za'],
	['fe', 'JP', 'A1VC38T7YXB528', 'JPY', 'ja-JP', 'Asia/Tokyo', 'sellercentral.amazon.co.jp'],
	['fe', 'AU', 'A39IBJ37TRP1C6', 'AUD', 'en-AU', 'Australia/Sydney', 'sellercentral.amazon.com.au'],
	['fe', 'SG', 'A19VAU5U5O7RUS', 'SGD', 'en-SG', 'Asia/Singapore', 'sellercentral.amazon.sg'],
];

const sites: Site[] = MARKETS.map(([host, country, id, currency, language, zone]) => ({ id, country, currency, zone, language, host }));

/** Key in `hosts` of the page on which a seller consents, by region or by marketplace id. */
export const consentKey = (regionOrSite: string): string => `consent-${regionOrSite}`;

/** Home marketplace of the ids that orders from outside Amazon carry when Amazon ships them (contract §3). */
export const NON_AMAZON_HOME: Readonly<Record<string, string>> = {
	A2ZV50J4W1RKNI: 'ATVPDKIKX0DER',
	A1MQXOICRS2Z7M: 'A2EUQ1WTGCTBG2',
	A3H6HPSLHAK3XG: 'A1AM78C64UM0Y8',
	AZMDEXL2RVFNN: 'A1F83G8C2ARO7P',
	A38D8NSA03LJTC: 'A1PA6795UKMFR9',
	A1ZFFQZ3HTUKT9: 'A13V1IB3VIYZZH',
	A62U237T8HV6N: 'APJ6JRA9NG5V4',
	AFQLKURYRPEL8: 'A1RKKUPIHCS9HS',
};

const UTF8_COUNTRIES = ['PL', 'TR', 'AE', 'SA', 'EG'];

/** Charset of a report document whose download names none (contract §10). An unlisted marketplace is read as UTF-8. */
export const REPORT_CHARSETS: Readonly<Record<string, 'windows-1252' | 'shift_jis'>> = Object.fromEntries(
	sites.filter((s) => !UTF8_COUNTRIES.includes(s.country)).map((s) => [s.id, s.country === 'JP' ? 'shift_jis' : 'windows-1252']),
);

/**
 * Whether consumer prices contain the tax, by marketplace, for documents that state prices and tax but no total (the order report).
 * United States: the ordersV0 sandbox pair adds tax to the price. The others follow the country's price display rules and are not stated
 * by Amazon; Mexico and Brazil stay undecided.
 */
export const PRICES_WITH_TAX: Readonly<Record<string, boolean>> = Object.fromEntries(
	sites.filter((s) => !['MX', 'BR'].includes(s.country)).map((s) => [s.id, !['US', 'CA'].includes(s.country)]),
);

/** A standard queue: Amazon sends nothing to those in first-in-first-out order, whose names have a dot (contract §15). */
const QUEUE_ARN = 'arn:aws:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}';

/** The AWS region beside each selling region; a queue there is preferred for its sellers. */
export const AWS_REGIONS: Readonly<Record<string, string>> = { na: 'us-east-1', eu: 'eu-west-1', fe: 'us-west-2' };

const appFields: CredentialField[] = [
	{
		key: 'clientId',
		secret: false,
		pattern: '^amzn1\\.application-oa2-client\\.\\S+$',
		example: 'amzn1.application-oa2-client.0123456789abcdef',
	},
	{ key: 'clientSecret', secret: true, pattern: '^\\S{16,}$', example: 'amzn1.oa2-cs.v1.0123456789abcdef' },
	{
		key: 'applicationId',
		secret: false,
		pattern: '^amzn1\\.(sp\\.solution|sellerapps\\.app)\\.\\S+$',
		example: 'amzn1.sp.solution.01234567-89ab-cdef-0123-456789abcdef',
		optional: true,
	},
	{ key: 'applicationVersion', secret: false, pattern: '^beta$', example: 'beta', optional: true },
	{ key: 'buyerData', secret: false, pattern: '^(none|full)$', example: 'none', optional: true },
	{
		key: 'queueUrls',
		secret: false,
		pattern: '^https?://\\S+(\\s*,\\s*https?://\\S+)*$',
		example: 'https://sqs.eu-west-1.amazonaws.com/123456789012/amazon-orders',
		optional: true,
	},
	{
		key: 'queueArns',
		secret: false,
		pattern: `^${QUEUE_ARN}(\\s*,\\s*${QUEUE_ARN})*$`,
		example: 'arn:aws:sqs:eu-west-1:123456789012:amazon-orders',
		optional: true,
	},
	{ key: 'awsAccessKeyId', secret: false, pattern: '^[A-Z0-9]{16,128}$', example: 'AKIAIOSFODNN7EXAMPLE', optional: true },
	{ key: 'awsSecretAccessKey', secret: true, pattern: '^\\S{16,}$', example: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', optional: true },
];

const docs = 'https://developer-docs.amazon.com/sp-api/docs';
const usage = `${docs}/usage-plans-and-rate-limits`;
const perConnection = (operation: string, rate: number, burst: number): RateBudget => ({
	operation,
	rate,
	burst,
	per: 'connection',
	source: usage,
});

// Grantless operations know no seller.
const perApp = (operation: string, rate: number, burst: number): RateBudget => ({ ...perConnection(operation, rate, burst), per: 'app' });

/** Contract §8; rates are the defaults of the published models. */
const budgets: RateBudget[] = [
	perConnection('searchOrders', 0.0056, 20),
	perConnection('getOrder', 0.5, 30),
	perConnection('getMarketplaceParticipations', 0.016, 15),
	perConnection('createReport', 0.0167, 15),
	perConnection('getReport', 2, 15),
	perConnection('getReportDocument', 0.0167, 15),
	// More buckets an app and a seller are told of and not measured (contract §8): their 429 is waited out.
	perConnection('searchListingsItems', 5, 5),
	perConnection('getListingsItem', 5, 10),
	perConnection('putListingsItem', 5, 10),
	perConnection('patchListingsItem', 5, 5),
	perConnection('searchDefinitionsProductTypes', 5, 10),
	perConnection('getDefinitionsProductType', 5, 10),
	perConnection('searchCatalogItems', 2, 2),
	perConnection('getCatalogItem', 2, 2),
	...[
		'getMessagingActionsForOrder',
		'GetAttributes',
		'createConfirmOrderDetails',
		'createConfirmDeliveryDetails',
		'createConfirmServiceDetails',
		'confirmCustomizationDetails',
		'createUnexpectedProblem',
		'createDigitalAccessKey',
		'getSolicitationActionsForOrder',
		'createProductReviewAndSellerFeedbackSolicitation',
	].map((operation) => perConnection(operation, 1, 5)),
	// Not published (contract §8).
	perConnection('getItemReviewTopics', 1, 1),
	perConnection('listTransactions', 0.5, 10),
	perConnection('listFinancialEventGroups', 0.5, 30),
	perConnection('getSubscription', 1, 5),
	perConnection('createSubscription', 1, 5),
	perApp('getDestinations', 1, 5),
	perApp('createDestination', 1, 5),
	perApp('deleteSubscriptionById', 1, 5),
	// Not counted by Amazon as far as it says: the file store and the token server. These keep us polite.
	{ operation: 'downloadReportDocument', rate: 1, burst: 15, per: 'connection', source: `${docs}/reports-api` },
	{ operation: 'downloadTypeSchema', rate: 5, burst: 10, per: 'connection', source: `${docs}/product-type-api-use-case-guide` },
	{ operation: 'requestToken', rate: 1, burst: 20, per: 'app', source: `${docs}/connect-to-the-selling-partner-api` },
];

export const manifest: PlatformManifest = {
	id: 'amazon',
	name: 'Amazon',
	names: { 'zh-CN': '亚马逊' },
	sites,
	hosts: {
		na: 'https://sellingpartnerapi-na.amazon.com',
		eu: 'https://sellingpartnerapi-eu.amazon.com',
		fe: 'https://sellingpartnerapi-fe.amazon.com',
		lwa: 'https://api.amazon.com',
		sqs: 'https://sqs.us-east-1.amazonaws.com',
		documents: 'https://d34o8swod1owfl.cloudfront.net',
		[consentKey('na')]: 'https://sellercentral.amazon.com',
		[consentKey('eu')]: 'https://sellercentral-europe.amazon.com',
		[consentKey('fe')]: 'https://sellercentral.amazon.co.jp',
		...Object.fromEntries(MARKETS.map((m) => [consentKey(m[2]), `https://${m[6]}`])),
	},
	// Presigned report documents (contract §10).
	documentHosts: ['.amazonaws.com', '.cloudfront.net'],
	appFields,
	authorization: [
		{ kind: 'redirect', fields: [] },
		{
			kind: 'paste',
			fields: [
				{ key: 'sellerId', secret: false, pattern: '^A[0-9A-Z]{8,20}$', example: 'A3TH9S8BH6GOGM' },
				{ key: 'refreshToken', secret: true, pattern: '^Atzr\\|\\S{8,}$', example: 'Atzr|IwEBIA...' },
			],
		},
	],
	// Of a consent; a pasted token does not tell when its authorization began.
	grantEnd: { basis: 'published', moves: false, source: 'SP-API documentation: an authorization is good for 365 days (contract §5.4)' },
	buyerData: [
		{
			from: '2024-01-01',
			days: 30,
			openDays: 90,
			promised: true,
			standing: 'platform',
			source: 'Data Protection Policy: no longer than 30 days after delivery (contract §7)',
		},
	],
	intake: 'queue',
	budgets,
	pull: {
		marginSeconds: 120,
		overlapSeconds: 300,
		maxWindowDays: 30,
		historyDays: 730,
		pollSeconds: 240,
		pageSize: 100,
		// Longer ones are read from the report, which is asked for marketplace by marketplace.
		togetherUpToSeconds: 86_400,
	},
	messages: {
		// Ten megabytes of a mail (contract §14), in which three bytes take four.
		files: [
			{
				kinds: ['purchase'],
				types: ['image/jpeg', 'image/png', 'image/gif', 'application/pdf'],
				mostBytes: 7_000_000,
				mostBytesTogether: 7_000_000,
				mostFiles: 10,
				alone: false,
				needsText: true,
				source: 'help pages of four help desks for Amazon sellers (contract §14): attachments of 10 MB at most',
			},
		],
		pollSeconds: 60,
		historyDays: 30,
		overlapSeconds: 300,
		mailbox: { help: 'https://sellercentral.amazon.com/help/hub/reference/200383320' },
	},
	// Up to 48 hours late, and more than 180 days at once are answered by nothing (contract §12). How far back they reach is not stated.
	finances: {
		pollSeconds: 21_600,
		overlapSeconds: 3 * 86_400,
		windowDays: 30,
		historyDays: 730,
		source: `${docs}/finances-api-v2024-06-19-reference`,
	},
	// Of products only topics are told; of the store, feedback of one to three stars.
	reviews: { pollSeconds: 86_400, lowRatedSeconds: 86_400, source: `${docs}/report-type-values-performance` },
	listings: { pollSeconds: 3600, overlapSeconds: 600, wholeSeconds: 86_400 },
	replyClocks,
	messagePolicy,
	limitations: [
		{ subject: 'messages', level: 'mailRelay', link: `${docs}/messaging-api-v1-use-case-guide` },
		{ subject: 'reviews', level: 'topicsOnly', link: `${docs}/customer-feedback-api-v2024-06-01-use-case-guide` },
		{ subject: 'orderMoney', level: 'notWhilePending', link: `${docs}/orders-api-migration-guide` },
		{ subject: 'buyerData', level: 'roleNeeded', link: `${docs}/access-orders-pii` },
		{ subject: 'returns', level: 'cancellationsOnly', link: `${docs}/report-type-values-returns` },
		{ subject: 'parcels', level: 'sellerFulfilledOnly', link: `${docs}/orders-api-migration-guide` },
		{ subject: 'orderCount', level: 'none', link: `${docs}/get-orders-with-filtering-criteria` },
	],
};
