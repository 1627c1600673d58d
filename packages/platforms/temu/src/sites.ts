import type { Site } from '@pangea/domain';

/** The five gateways, each with its own apps, tokens and orders; nothing crosses over (contract §2). */
export const GATEWAYS = ['us', 'eu', 'global', 'partner', 'cn'] as const;
export type Gateway = (typeof GATEWAYS)[number];

export function isGateway(value: string): value is Gateway {
	return (GATEWAYS as readonly string[]).includes(value);
}

/** A site with the id under which orders name its country. */
export interface TemuSite extends Site {
	/** `regionId` of orders and tokens, and the number in `PO-211-…`. */
	regionId: string;
	host: Gateway;
}

// siteId, regionId, country, currency, zone, language, gateway. Contract §11 and samples/_sites.json; the zone is the most populous one.
const ROWS: readonly (readonly [string, string, string, string, string, string, Gateway])[] = [
	['100', '211', 'US', 'USD', 'America/New_York', 'en-US', 'us'],
	['101', '37', 'CA', 'CAD', 'America/Toronto', 'en-CA', 'global'],
	['102', '210', 'GB', 'GBP', 'Europe/London', 'en-GB', 'eu'],
	['103', '12', 'AU', 'AUD', 'Australia/Sydney', 'en-AU', 'global'],
	['105', '76', 'DE', 'EUR', 'Europe/Berlin', 'de-DE', 'eu'],
	['106', '69', 'FR', 'EUR', 'Europe/Paris', 'fr-FR', 'eu'],
	['107', '98', 'IT', 'EUR', 'Europe/Rome', 'it-IT', 'eu'],
	['108', '141', 'NL', 'EUR', 'Europe/Amsterdam', 'nl-NL', 'eu'],
	['109', '186', 'ES', 'EUR', 'Europe/Madrid', 'es-ES', 'eu'],
	['110', '128', 'MX', 'MXN', 'America/Mexico_City', 'es-MX', 'global'],
	['111', '163', 'PT', 'EUR', 'Europe/Lisbon', 'pt-PT', 'eu'],
	['112', '162', 'PL', 'PLN', 'Europe/Warsaw', 'pl-PL', 'eu'],
	['113', '191', 'SE', 'SEK', 'Europe/Stockholm', 'sv-SE', 'eu'],
	['114', '192', 'CH', 'CHF', 'Europe/Zurich', 'de-CH', 'eu'],
	['115', '79', 'GR', 'EUR', 'Europe/Athens', 'el-GR', 'eu'],
	['116', '96', 'IE', 'EUR', 'Europe/Dublin', 'en-IE', 'eu'],
	['117', '52', 'CY', 'EUR', 'Asia/Nicosia', 'el-CY', 'eu'],
	['118', '100', 'JP', 'JPY', 'Asia/Tokyo', 'ja-JP', 'global'],
	['119', '185', 'KR', 'KRW', 'Asia/Seoul', 'ko-KR', 'global'],
	['120', '174', 'SA', 'SAR', 'Asia/Riyadh', 'ar-SA', 'eu'],
	['122', '209', 'AE', 'AED', 'Asia/Dubai', 'ar-AE', 'eu'],
	['124', '151', 'NO', 'NOK', 'Europe/Oslo', 'nb-NO', 'eu'],
	['132', '29', 'BR', 'BRL', 'America/Sao_Paulo', 'pt-BR', 'global'],
	['137', '53', 'CZ', 'CZK', 'Europe/Prague', 'cs-CZ', 'eu'],
	['138', '90', 'HU', 'HUF', 'Europe/Budapest', 'hu-HU', 'eu'],
	['139', '54', 'DK', 'DKK', 'Europe/Copenhagen', 'da-DK', 'eu'],
	['140', '167', 'RO', 'RON', 'Europe/Bucharest', 'ro-RO', 'eu'],
	['141', '32', 'BG', 'EUR', 'Europe/Sofia', 'bg-BG', 'eu'],
	['142', '20', 'BE', 'EUR', 'Europe/Brussels', 'nl-BE', 'eu'],
	['143', '13', 'AT', 'EUR', 'Europe/Vienna', 'de-AT', 'eu'],
	['144', '68', 'FI', 'EUR', 'Europe/Helsinki', 'fi-FI', 'eu'],
	['145', '180', 'SK', 'EUR', 'Europe/Bratislava', 'sk-SK', 'eu'],
	['146', '50', 'HR', 'EUR', 'Europe/Zagreb', 'hr-HR', 'eu'],
	['147', '181', 'SI', 'EUR', 'Europe/Ljubljana', 'sl-SI', 'eu'],
	['148', '113', 'LT', 'EUR', 'Europe/Vilnius', 'lt-LT', 'eu'],
	['149', '64', 'EE', 'EUR', 'Europe/Tallinn', 'et-EE', 'eu'],
	['150', '108', 'LV', 'EUR', 'Europe/Riga', 'lv-LV', 'eu'],
	['152', '114', 'LU', 'EUR', 'Europe/Luxembourg', 'fr-LU', 'eu'],
	['174', '203', 'TR', 'TRY', 'Europe/Istanbul', 'tr-TR', 'eu'],
];

export const TEMU_SITES: readonly TemuSite[] = ROWS.map(([id, regionId, country, currency, zone, language, host]) => ({
	id,
	regionId,
	country,
	currency,
	zone,
	language,
	host,
}));

/** Where a fully managed store and a goods-only token stand: Temu buys from the seller in China and sells everywhere itself. */
export const SUPPLY_SITE: Site = { id: 'CN', country: 'XX', currency: 'CNY', zone: 'Asia/Shanghai', language: 'zh-CN', host: 'cn' };

const byId = new Map(TEMU_SITES.map((site) => [site.id, site]));
const byRegion = new Map(TEMU_SITES.map((site) => [site.regionId, site]));

export function siteById(id: string | null): TemuSite | null {
	return id === null ? null : (byId.get(id) ?? null);
}

export function siteByRegion(regionId: string | null): TemuSite | null {
	return regionId === null ? null : (byRegion.get(regionId) ?? null);
}

// The documentation lists Belgium under GLOBAL although it is European; the contract says to try EU first. So both are asked.
const AT_BOTH = '142';

/** The sites whose orders a gateway may have. */
export function sitesOf(gateway: Gateway): TemuSite[] {
	return TEMU_SITES.filter((site) => site.host === gateway || (site.id === AT_BOTH && gateway === 'global'));
}
