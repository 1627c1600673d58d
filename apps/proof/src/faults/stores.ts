import type { OperatingMode, PlatformName, StoreSeed } from '@pangea/simulator';

/** id, site, country, currency, zone, language, mode, account, minor units of the currency for one US cent. */
type Row = readonly [string, string, string, string, string, StoreSeed['language'], OperatingMode, string, number];

const LA = 'America/Los_Angeles';
const MEXICO = 'America/Mexico_City';
const SAO_PAULO = 'America/Sao_Paulo';
const BUENOS_AIRES = 'America/Argentina/Buenos_Aires';

const amazon: readonly Row[] = [
	['amazon-us', 'US', 'US', 'USD', LA, 'en', 'self', 'na', 1],
	['amazon-ca', 'CA', 'CA', 'CAD', LA, 'en', 'self', 'na', 1.37],
	['amazon-mx', 'MX', 'MX', 'MXN', LA, 'es', 'self', 'na', 18.4],
	['amazon-uk', 'UK', 'GB', 'GBP', 'Europe/London', 'en', 'self', 'eu', 0.77],
	['amazon-de', 'DE', 'DE', 'EUR', 'Europe/Paris', 'de', 'self', 'eu', 0.9],
	['amazon-jp', 'JP', 'JP', 'JPY', 'Asia/Tokyo', 'ja', 'self', 'fe', 1.5],
];

const tiktok: readonly Row[] = [
	['tiktok-us', 'US', 'US', 'USD', LA, 'en', 'self', 'global', 1],
	['tiktok-gb', 'GB', 'GB', 'GBP', 'Europe/London', 'en', 'self', 'global', 0.77],
	['tiktok-mx', 'MX', 'MX', 'MXN', MEXICO, 'es', 'self', 'global', 18.4],
	['tiktok-th', 'TH', 'TH', 'THB', 'Asia/Bangkok', 'th', 'self', 'global', 34],
	['tiktok-de', 'DE', 'DE', 'EUR', 'Europe/Berlin', 'de', 'self', 'global', 0.9],
	['tiktok-jp', 'JP', 'JP', 'JPY', 'Asia/Tokyo', 'ja', 'self', 'global', 1.5],
	['tiktok-br', 'BR', 'BR', 'BRL', SAO_PAULO, 'pt', 'self', 'brazil', 5.4],
	['tiktok-us-2', 'US', 'US', 'USD', LA, 'en', 'self', 'second', 1],
	['tiktok-gb-2', 'GB', 'GB', 'GBP', 'Europe/London', 'en', 'self', 'second', 0.77],
	['tiktok-mx-2', 'MX', 'MX', 'MXN', MEXICO, 'es', 'self', 'second', 18.4],
	['tiktok-th-2', 'TH', 'TH', 'THB', 'Asia/Bangkok', 'th', 'self', 'third', 34],
	['tiktok-br-2', 'BR', 'BR', 'BRL', SAO_PAULO, 'pt', 'self', 'third', 5.4],
];

const mercado: readonly Row[] = [
	['meli-mlm', 'MLM', 'MX', 'USD', MEXICO, 'es', 'self', 'global', 1],
	['meli-mlm-full', 'MLM', 'MX', 'USD', MEXICO, 'es', 'platform-fulfilled', 'global', 1],
	['meli-mlb', 'MLB', 'BR', 'USD', SAO_PAULO, 'pt', 'self', 'global', 1],
	['meli-mlb-full', 'MLB', 'BR', 'USD', SAO_PAULO, 'pt', 'platform-fulfilled', 'global', 1],
	['meli-mlc', 'MLC', 'CL', 'USD', 'America/Santiago', 'es', 'self', 'global', 1],
	['meli-mlc-full', 'MLC', 'CL', 'USD', 'America/Santiago', 'es', 'platform-fulfilled', 'global', 1],
	['meli-mco', 'MCO', 'CO', 'USD', 'America/Bogota', 'es', 'self', 'global', 1],
	['meli-mco-full', 'MCO', 'CO', 'USD', 'America/Bogota', 'es', 'platform-fulfilled', 'global', 1],
	['meli-mla', 'MLA', 'AR', 'ARS', BUENOS_AIRES, 'es', 'self', 'local-mla', 1050],
	['meli-local-mlm', 'MLM', 'MX', 'MXN', MEXICO, 'es', 'self', 'local-mlm', 18.4],
	['meli-local-mlb', 'MLB', 'BR', 'BRL', SAO_PAULO, 'pt', 'self', 'local-mlb', 5.4],
];

const temu: readonly Row[] = [
	['temu-us', 'US', 'US', 'USD', LA, 'en', 'semi-managed', 'us', 1],
	['temu-us-2', 'US', 'US', 'USD', LA, 'en', 'semi-managed', 'us-2', 1],
	['temu-us-local', 'US', 'US', 'USD', LA, 'en', 'self', 'us-local', 1],
	['temu-de', 'DE', 'DE', 'EUR', 'Europe/Berlin', 'de', 'self', 'de', 0.9],
	['temu-de-2', 'DE', 'DE', 'EUR', 'Europe/Berlin', 'de', 'semi-managed', 'de-2', 0.9],
	['temu-gb', 'GB', 'GB', 'GBP', 'Europe/London', 'en', 'self', 'gb', 0.77],
	['temu-ca', 'CA', 'CA', 'CAD', LA, 'en', 'self', 'ca', 1.37],
	['temu-mx', 'MX', 'MX', 'MXN', MEXICO, 'es', 'self', 'mx', 18.4],
	['temu-mx-2', 'MX', 'MX', 'MXN', MEXICO, 'es', 'semi-managed', 'mx-2', 18.4],
	['temu-br', 'BR', 'BR', 'BRL', SAO_PAULO, 'pt', 'self', 'br', 5.4],
	['temu-jp', 'JP', 'JP', 'JPY', 'Asia/Tokyo', 'ja', 'self', 'jp', 1.5],
];

const platforms: Readonly<Record<PlatformName, readonly Row[]>> = {
	amazon,
	'tiktok-shop': tiktok,
	'mercado-libre': mercado,
	temu,
};

/** Forty stores of one seller in 22 accounts. The first of each platform is big enough for listings of several pages. */
export const fortyStores: readonly StoreSeed[] = Object.entries(platforms)
	.flatMap(([platform, rows]) => rows.map((row, place) => ({ platform: platform as PlatformName, row, weight: place === 0 ? 6 : 1 })))
	.map(({ platform, weight, row: [id, site, country, currency, zone, language, mode, account, rate] }, i) => ({
		id,
		number: i + 1,
		platform,
		site,
		country,
		currency,
		zone,
		language,
		mode,
		account,
		weight,
		rate,
	}));
