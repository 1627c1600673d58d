import type { FactSource } from './track.ts';

/*
 * The documents behind the tracks. The days are those on which the text that we read was taken down, not those of our build: what a page says
 * today has to be looked up there.
 */

function source(document: string, read: string, link: string | null = null): FactSource {
	return { document, link, read };
}

const AMAZON = 'https://developer-docs.amazon.com/sp-api/docs';
const GLOBAL_SELLING = 'https://global-selling.mercadolibre.com/devsite';
const TIKTOK = 'https://partner.tiktokshop.com/docv2/page';

export const SOURCES = {
	/** Nothing was found, on the day of the last search: a fact that rests on it is never confirmed. */
	none: source('—', '2026-11-22'),
	amazonMarkets: source('Selling Partner API: marketplace ids', '2026-11-22', `${AMAZON}/marketplace-ids`),
	amazonApps: source(
		'Selling Partner API: desktop applications and application types',
		'2026-11-22',
		`${AMAZON}/developing-desktop-applications`,
	),
	amazonFees: source(
		'developer.amazonservices.com/excluded-api; ppc.land',
		'2026-11-22',
		'https://developer.amazonservices.com/excluded-api',
	),
	temuModes: source('Temu partner documentation: store types and endpoints', '2026-09-30', 'https://partner.temu.com/documentation'),
	temuApps: source(
		'Temu partner documentation: compliance and security questionnaires',
		'2026-09-30',
		'https://partner.temu.com/documentation',
	),
	temuBrazil: source('Temu partner documentation: interfaces for Brazil', '2026-09-30', 'https://partner.temu.com/documentation'),
	temuCompliance: source('Temu partner documentation: bg.local.compliance.*', '2026-09-30', 'https://partner.temu.com/documentation'),
	temuBrands: source('52by.com/article/166853; 10100.com/encyclopedia/5/116380380', '2026-09-30'),
	meliUsers: source('Global Selling: manage users', '2025-12-31', `${GLOBAL_SELLING}/manage-users-global-selling`),
	meliArgentina: source('elcanillitadigital.com.ar, 2024-12', '2026-11-22'),
	meliTestUsers: source('Global Selling: test users', '2025-12-31', GLOBAL_SELLING),
	meliReputation: source('Global Selling: reputation', '2026-11-22', 'https://global-selling.mercadolibre.com'),
	meliLocal: source(
		'Mercado Libre developers: autenticación y autorización',
		'2026-06-06',
		'https://developers.mercadolibre.com.ar/es_ar/autenticacion-y-autorizacion',
	),
	meliFees: source('Mercado Libre developers: listing_prices', '2026-06-06', 'https://developers.mercadolibre.com.ar/es_ar'),
	tiktokMarkets: source('TikTok Shop Partner Center: regions and languages', '2025-12-31', `${TIKTOK}/regions-and-languages`),
	tiktokChecks: source('TikTok Shop Partner Center: listing prerequisites 202312', '2025-12-31', 'https://partner.tiktokshop.com'),
	tiktokApps: source('TikTok Shop Partner Center: authorization overview', '2025-12-31', `${TIKTOK}/authorization-overview-202407`),
	tiktokGlobal: source('english.ebrun.com, 2025-12-26; 073980.com/126490', '2026-11-22', 'https://english.ebrun.com/20251226/632363.shtml'),
	safetyEu: source('General Product Safety Regulation, Articles 19 and 22 (sorena.io, earpcorp.com)', '2026-11-22'),
	vatEu: source('pushdigits.co.uk/insights/189', '2026-11-22'),
	supplierEu: source('sovos.com, 2021-09; taxually.com', '2026-11-22'),
	dutyEu: source('Regulation (EU) 2026/382 (vatupdate.com, 2025-12-17)', '2026-11-22'),
	packagingDe: source('deutsche-recycling.com; oscware.de', '2026-11-22'),
	packagingEu: source('Regulation (EU) 2025/40 (tanso.de)', '2026-11-22'),
	vatUk: source('gov.uk VATREG37210', '2026-11-22'),
	inform: source('INFORM Consumers Act: ftc.gov business guidance', '2026-11-22', 'https://www.ftc.gov'),
	dutyUs: source('mydhl.express.dhl: customs updates, Americas', '2026-11-22'),
} as const satisfies Record<string, FactSource>;
