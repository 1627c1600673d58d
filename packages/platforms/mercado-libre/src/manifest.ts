import type { Site } from '@pangea/domain';
import type { PlatformManifest } from '@pangea/platform-contract';
import { messagePolicy } from './message-policy.ts';
import { replyClocks } from './reply-clocks.ts';

/** Site id of the Global Selling root, under which a cross-border seller logs in. Nothing is sold "on" it. */
export const GLOBAL_SELLING = 'CBT';

/** Host key of the one API all sites share. */
export const API_HOST = 'api';

function site(id: string, country: string, currency: string, zone: string, language: string): Site {
	return { id, country, currency, zone, language, host: API_HOST };
}

/** Contract §1.1. Cuba and Portugal are left out: the platform lists them but runs no marketplace there. */
export const SITES: readonly Site[] = [
	site(GLOBAL_SELLING, 'XX', 'USD', 'UTC', 'en'),
	site('MLM', 'MX', 'MXN', 'America/Mexico_City', 'es-MX'),
	site('MLB', 'BR', 'BRL', 'America/Sao_Paulo', 'pt-BR'),
	site('MLC', 'CL', 'CLP', 'America/Santiago', 'es-CL'),
	site('MCO', 'CO', 'COP', 'America/Bogota', 'es-CO'),
	site('MLA', 'AR', 'ARS', 'America/Argentina/Buenos_Aires', 'es-AR'),
	site('MPE', 'PE', 'PEN', 'America/Lima', 'es-PE'),
	site('MLU', 'UY', 'UYU', 'America/Montevideo', 'es-UY'),
	site('MEC', 'EC', 'USD', 'America/Guayaquil', 'es-EC'),
	site('MLV', 'VE', 'VES', 'America/Caracas', 'es-VE'),
	site('MBO', 'BO', 'BOB', 'America/La_Paz', 'es-BO'),
	site('MPY', 'PY', 'PYG', 'America/Asuncion', 'es-PY'),
	site('MCR', 'CR', 'CRC', 'America/Costa_Rica', 'es-CR'),
	site('MPA', 'PA', 'PAB', 'America/Panama', 'es-PA'),
	site('MRD', 'DO', 'DOP', 'America/Santo_Domingo', 'es-DO'),
	site('MGT', 'GT', 'GTQ', 'America/Guatemala', 'es-GT'),
	site('MHN', 'HN', 'HNL', 'America/Tegucigalpa', 'es-HN'),
	site('MNI', 'NI', 'NIO', 'America/Managua', 'es-NI'),
	site('MSV', 'SV', 'USD', 'America/El_Salvador', 'es-SV'),
];

const UNPUBLISHED = 'Not published; a guess that the platform corrects with 429';
const DOCS = 'https://global-selling.mercadolibre.com/devsite';
const LOCAL_DOCS = 'https://developers.mercadolibre.com.ar/es_ar';

export const manifest: PlatformManifest = {
	id: 'mercado-libre',
	name: 'Mercado Libre',
	names: { 'pt-BR': 'Mercado Livre', 'zh-CN': '美客多' },
	sites: SITES,
	hosts: {
		[API_HOST]: 'https://api.mercadolibre.com',
		'auth-CBT': 'https://global-selling.mercadolibre.com',
		'auth-MLM': 'https://auth.mercadolibre.com.mx',
		'auth-MLB': 'https://auth.mercadolivre.com.br',
		'auth-MLC': 'https://auth.mercadolibre.cl',
		'auth-MCO': 'https://auth.mercadolibre.com.co',
		'auth-MLA': 'https://auth.mercadolibre.com.ar',
		'auth-MPE': 'https://auth.mercadolibre.com.pe',
		'auth-MLU': 'https://auth.mercadolibre.com.uy',
		'auth-MEC': 'https://auth.mercadolibre.com.ec',
		'auth-MLV': 'https://auth.mercadolibre.com.ve',
		'auth-MBO': 'https://auth.mercadolibre.com.bo',
		'auth-MPY': 'https://auth.mercadolibre.com.py',
		'auth-MCR': 'https://auth.mercadolibre.co.cr',
		'auth-MPA': 'https://auth.mercadolibre.com.pa',
		'auth-MRD': 'https://auth.mercadolibre.com.do',
		'auth-MGT': 'https://auth.mercadolibre.com.gt',
		'auth-MHN': 'https://auth.mercadolibre.com.hn',
		'auth-MNI': 'https://auth.mercadolibre.com.ni',
		'auth-MSV': 'https://auth.mercadolibre.com.sv',
	},
	appFields: [
		{ key: 'clientId', secret: false, pattern: '^\\d{6,20}$', example: '6098792155457031' },
		{ key: 'clientSecret', secret: true, pattern: '^\\S{8,128}$', example: 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY' },
		{ key: 'callbackToken', secret: true, pattern: '^[A-Za-z0-9_-]{16,128}$', example: 'q7Vt2mXw9Rk4Zb8N', optional: true },
		{
			key: 'notificationIps',
			secret: false,
			pattern: '^[0-9a-fA-F:.]+(\\s*,\\s*[0-9a-fA-F:.]+)*$',
			example: '54.88.218.97, 18.215.140.160',
			optional: true,
		},
	],
	authorization: [
		{
			kind: 'redirect',
			fields: [],
			// A cross-border seller logs in at Global Selling, a local one on the site of the country.
			choices: SITES.map(({ id, country }) => ({
				host: `auth-${id}`,
				countries: id === GLOBAL_SELLING ? [] : [country],
				...(id === GLOBAL_SELLING ? { name: 'Global Selling' } : {}),
			})),
		},
	],
	// A refresh token is good for six months and each one brings the next.
	grantEnd: { basis: 'published', moves: true, source: `${DOCS}/authentication-and-authorization-global-selling` },
	buyerData: [
		{ from: '2024-01-01', days: 30, openDays: 90, promised: false, standing: 'ours', source: 'no time is named in the documents read' },
	],
	intake: 'webhook',
	budgets: [
		{ operation: 'oauth.token', rate: 1, burst: 5, per: 'app', source: UNPUBLISHED },
		{ operation: 'oauth.revoke', rate: 1, burst: 5, per: 'app', source: UNPUBLISHED },
		{ operation: 'users.read', rate: 2, burst: 10, per: 'connection', source: UNPUBLISHED },
		// Rate and burst together stay within the published 100 requests a minute.
		{ operation: 'orders.search', rate: 1.5, burst: 10, per: 'app', source: `${DOCS}/manage-orders-cbt (100 requests a minute)` },
		{ operation: 'orders.read', rate: 10, burst: 50, per: 'connection', source: UNPUBLISHED },
		{ operation: 'packs.read', rate: 10, burst: 50, per: 'connection', source: UNPUBLISHED },
		// Rate and burst together stay within the published 500 reads and 500 writes a minute.
		{ operation: 'messages.read', rate: 7, burst: 60, per: 'app', source: `${LOCAL_DOCS}/mensajeria-post-venta (500 requests a minute)` },
		{ operation: 'messages.write', rate: 7, burst: 60, per: 'app', source: `${LOCAL_DOCS}/mensajeria-post-venta (500 requests a minute)` },
		{ operation: 'questions.read', rate: 5, burst: 30, per: 'connection', source: UNPUBLISHED },
		{ operation: 'claims.read', rate: 10, burst: 50, per: 'connection', source: UNPUBLISHED },
		{ operation: 'claims.write', rate: 1, burst: 5, per: 'connection', source: UNPUBLISHED },
		{ operation: 'items.read', rate: 5, burst: 30, per: 'connection', source: UNPUBLISHED },
		{ operation: 'items.search', rate: 2, burst: 10, per: 'connection', source: UNPUBLISHED },
		// Rate and burst together stay within the published 400 predictions a minute.
		{ operation: 'categories.predict', rate: 5, burst: 60, per: 'app', source: `${DOCS}/category-predictor (400 requests a minute)` },
		{ operation: 'categories.read', rate: 5, burst: 30, per: 'connection', source: UNPUBLISHED },
		{
			operation: 'items.write',
			rate: 20,
			burst: 100,
			per: 'connection',
			source: `${DOCS}/global-listing (1,500 requests a minute a seller)`,
		},
		{ operation: 'reviews.read', rate: 2, burst: 10, per: 'connection', source: UNPUBLISHED },
		{ operation: 'moderations.read', rate: 1, burst: 5, per: 'connection', source: UNPUBLISHED },
		{ operation: 'shipments.read', rate: 20, burst: 100, per: 'connection', source: UNPUBLISHED },
	],
	pull: {
		// Ids and index rows can appear late (contract §3.1, §4.2); the overlap of the contract's §3.3 covers it.
		marginSeconds: 0,
		overlapSeconds: 300,
		maxWindowDays: 30,
		historyDays: 365,
		pollSeconds: 300,
		pageSize: 50,
	},
	// The contract's safety net is unread messages every 2-5 min and questions every 5; moderation is looked for after 5 and 30 (§7.2, §9).
	messages: {
		pollSeconds: 300,
		historyDays: 30,
		overlapSeconds: 600,
		looksAgainAfterSeconds: [300, 1800],
		files: [
			{
				kinds: ['purchase'],
				types: ['image/jpeg', 'image/png', 'application/pdf'],
				mostBytes: 25_000_000,
				mostBytesTogether: 50_000_000,
				mostFiles: 10,
				alone: false,
				needsText: true,
				source: `${LOCAL_DOCS}/mensajeria-post-venta`,
			},
			// Contract §7.4. How many go with one message is not stated.
			{
				kinds: ['claim'],
				types: ['image/jpeg', 'image/png', 'application/pdf'],
				mostBytes: 5_000_000,
				mostBytesTogether: 25_000_000,
				mostFiles: 5,
				alone: false,
				needsText: true,
				source: `${DOCS}/manage-claims-messages`,
			},
		],
	},
	// The search of items knows no time of change: every look walks over everything, and notifications tell what changed between looks.
	listings: { pollSeconds: 21_600, overlapSeconds: 0, wholeSeconds: 0 },
	// There is no filter by time and no notification: each product is asked once a day.
	reviews: { pollSeconds: 86_400, source: `${DOCS}/product-reviews` },
	// No page of one claim is documented: the seller centre is where it is found.
	sellerCentres: [
		{ modes: ['crossBorder', 'platformFulfilled'], url: 'https://global-selling.mercadolibre.com' },
		{ sites: ['MLB'], url: 'https://www.mercadolivre.com.br' },
		{ sites: ['MLM'], url: 'https://www.mercadolibre.com.mx' },
		{ sites: ['MLA'], url: 'https://www.mercadolibre.com.ar' },
		{ sites: ['MLC'], url: 'https://www.mercadolibre.cl' },
		{ sites: ['MCO'], url: 'https://www.mercadolibre.com.co' },
		{ sites: ['MLU'], url: 'https://www.mercadolibre.com.uy' },
		{ url: 'https://www.mercadolibre.com' },
	],
	replyClocks,
	messagePolicy,
	limitations: [
		{ subject: 'orderMoney', level: 'shippingCostNotRead', link: `${DOCS}/manage-shipments` },
		{ subject: 'webhooks', level: 'unsigned', link: `${LOCAL_DOCS}/productos-recibe-notificaciones` },
		{ subject: 'messages', level: 'unreadOnly', link: `${LOCAL_DOCS}/mensajes-pendientes` },
		{ subject: 'returns', level: 'claimsInInbox', link: `${DOCS}/manage-claims` },
		{ subject: 'history', level: 'twelveMonths', link: `${LOCAL_DOCS}/gestiona-ventas` },
		{ subject: 'fullyManaged', level: 'notServed', link: DOCS },
	],
};
