import type { PlatformId, Site } from '../platform.ts';
import { inEuropeanUnion } from './paper.ts';
import { legalFees, legalSteps, need, perhaps, said, unsaid } from './law.ts';
import { SOURCES } from './sources.ts';
import type { FeeId, NoTrack, NoTrackId, OpeningFact, OpeningStep, OpeningWay, SiteTracks, WaitId } from './track.ts';

type SiteKey = Pick<Site, 'id' | 'country'>;

/** What one platform adds for a site and a way; a text instead: why there is no track. */
type Described = { steps: OpeningStep[]; fees?: OpeningFact<FeeId>[]; waits?: OpeningFact<WaitId>[]; look: string | null } | NoTrack;

const WAYS: readonly OpeningWay[] = ['local', 'crossBorder'];

/** All that we know about opening a store on a site, from the documents named in it. */
export function openingTracks(platform: PlatformId, site: SiteKey): SiteTracks {
	const tracks: SiteTracks = { tracks: [], without: [] };
	for (const way of WAYS) {
		const described = PLATFORM_TRACKS[platform](site, way);
		if ('id' in described) {
			tracks.without.push(described);
			continue;
		}
		const { steps, fees = [], waits = [], look } = described;
		const notRead = { source: SOURCES.none, unconfirmed: true, link: look };
		tracks.tracks.push({
			platform,
			siteId: site.id,
			country: site.country,
			way,
			steps: [...steps, said('bind', steps.at(-1)?.source ?? SOURCES.none, [], null)],
			fees: [...fees, ...legalFees(site.country, way), ...(fees.length === 0 ? [{ id: 'feesNotRead' as const, ...notRead }] : [])],
			waits: waits.length > 0 ? waits : [{ id: 'waitNotRead', ...notRead }],
		});
	}
	return tracks;
}

const without = (way: OpeningWay, id: NoTrackId, source: NoTrack['source']): NoTrack => ({
	id,
	way,
	source,
	unconfirmed: false,
	link: source.link,
});

const PLATFORM_TRACKS: Record<PlatformId, (site: SiteKey, way: OpeningWay) => Described> = {
	amazon: amazonTrack,
	temu: temuTrack,
	'mercado-libre': meliTrack,
	'tiktok-shop': tiktokTrack,
};

/** Seller Central by country; where sources disagree or guess, the step says so. */
const SELLER_CENTRAL: Readonly<Record<string, string>> = {
	US: 'sellercentral.amazon.com',
	CA: 'sellercentral.amazon.ca',
	MX: 'sellercentral.amazon.com.mx',
	BR: 'sellercentral.amazon.com.br',
	GB: 'sellercentral-europe.amazon.com',
	DE: 'sellercentral-europe.amazon.com',
	FR: 'sellercentral-europe.amazon.com',
	IT: 'sellercentral-europe.amazon.com',
	ES: 'sellercentral-europe.amazon.com',
	NL: 'sellercentral.amazon.nl',
	BE: 'sellercentral.amazon.com.be',
	SE: 'sellercentral.amazon.se',
	PL: 'sellercentral.amazon.pl',
	IE: 'sellercentral.amazon.ie',
	TR: 'sellercentral.amazon.com.tr',
	AE: 'sellercentral.amazon.ae',
	SA: 'sellercentral.amazon.sa',
	EG: 'sellercentral.amazon.eg',
	IN: 'sellercentral.amazon.in',
	ZA: 'sellercentral.amazon.co.za',
	JP: 'sellercentral.amazon.co.jp',
	AU: 'sellercentral.amazon.com.au',
	SG: 'sellercentral.amazon.sg',
};
const DOUBTED_HOSTS = ['SA', 'IE'];

function amazonTrack({ country }: SiteKey, way: OpeningWay): Described {
	const host = SELLER_CENTRAL[country];
	const look = host === undefined ? null : `https://${host}`;
	const register = DOUBTED_HOSTS.includes(country) || look === null ? unsaid : said;
	return {
		look,
		steps: [
			said('regionAccount', SOURCES.amazonMarkets),
			unsaid('papers', SOURCES.none, [perhaps('licence', way === 'local' ? 'site' : 'anywhere')], look),
			register('register', SOURCES.amazonMarkets, [], look),
			said('professionalPlan', SOURCES.amazonApps, [], look),
			unsaid('bankPayout', SOURCES.none, [perhaps('bank', 'anywhere')], look),
			...legalSteps(country, way),
			said('ownAppAmazon', SOURCES.amazonApps),
		],
		fees: [
			{ id: 'feesNotRead', source: SOURCES.none, unconfirmed: true, link: look },
			{ id: 'interfaceFee', source: SOURCES.amazonFees, unconfirmed: true, link: SOURCES.amazonFees.link },
		],
	};
}

const TEMU_LOCAL: Readonly<Record<string, string>> = {
	US: 'https://seller.temu.com',
	MX: 'https://mx.seller.temu.com',
	BR: 'https://br.seller.temu.com',
};
/** Countries of which Temu keeps the seller's contact person beside those of the European Union. */
const TEMU_CONTACTS = ['KR', 'TR'];

function temuTrack({ country }: SiteKey, way: OpeningWay): Described {
	if (country === 'XX') return without(way, 'supplyOnly', SOURCES.temuModes);
	const local = TEMU_LOCAL[country] ?? (inEuropeanUnion(country) || country === 'GB' ? 'https://seller-eu.temu.com' : null);
	const abroad =
		country === 'US'
			? 'https://agentseller-us.temu.com'
			: inEuropeanUnion(country) || country === 'GB'
				? 'https://agentseller-eu.temu.com'
				: 'https://agentseller.temu.com';
	const look = way === 'local' ? local : abroad;
	const register = look === null ? unsaid : said;
	return {
		look,
		steps: [
			unsaid('siteOpen', SOURCES.temuModes, [], look),
			way === 'local'
				? said('localCompany', SOURCES.temuModes, [need('licence', 'site')], look)
				: said('chinaCompany', SOURCES.temuModes, [need('licence', 'china')], look),
			register('register', SOURCES.temuModes, [], look),
			unsaid('bankPayout', SOURCES.none, [perhaps('bank', 'anywhere')], look),
			...legalSteps(country, way),
			...(TEMU_CONTACTS.includes(country) ? [said('localContact', SOURCES.temuCompliance, [need('responsiblePerson', 'site')])] : []),
			...(country === 'BR' ? [said('fiscalNote', SOURCES.temuBrazil)] : []),
			unsaid('brandFiling', SOURCES.temuBrands, [perhaps('trademark', 'anywhere'), perhaps('brandAuthorisation', 'anywhere')], look),
			said('ownAppTemu', SOURCES.temuApps, way === 'crossBorder' ? [perhaps('licence', 'site')] : []),
		],
		waits: [
			{ id: 'waitNotRead', source: SOURCES.none, unconfirmed: true, link: look },
			{ id: 'appReview', source: SOURCES.temuApps, unconfirmed: false, link: SOURCES.temuApps.link },
		],
	};
}

/** Destinations of cross-border sellers that the platform's documents name. */
const MELI_DESTINATIONS = ['CBT', 'MLM', 'MLB', 'MLC', 'MCO'];
/** Destinations that are named elsewhere, or only announced; nobody's document describes them. */
const MELI_DOUBTED = { MLA: SOURCES.meliArgentina, MPE: SOURCES.meliTestUsers, MLU: SOURCES.none } as const;

const MELI_DOMAINS: Readonly<Record<string, string>> = {
	MLM: 'mercadolibre.com.mx',
	MLB: 'mercadolivre.com.br',
	MLC: 'mercadolibre.cl',
	MCO: 'mercadolibre.com.co',
	MLA: 'mercadolibre.com.ar',
	MPE: 'mercadolibre.com.pe',
	MLU: 'mercadolibre.com.uy',
	MEC: 'mercadolibre.com.ec',
	MLV: 'mercadolibre.com.ve',
	MBO: 'mercadolibre.com.bo',
	MPY: 'mercadolibre.com.py',
	MCR: 'mercadolibre.co.cr',
	MPA: 'mercadolibre.com.pa',
	MRD: 'mercadolibre.com.do',
	MGT: 'mercadolibre.com.gt',
	MHN: 'mercadolibre.com.hn',
	MNI: 'mercadolibre.com.ni',
	MSV: 'mercadolibre.com.sv',
};

function meliTrack(site: SiteKey, way: OpeningWay): Described {
	const { id, country } = site;
	if (way === 'local') {
		const domain = MELI_DOMAINS[id];
		if (domain === undefined) return without(way, 'notForThisWay', SOURCES.meliUsers);
		const look = `https://www.${domain}`;
		return {
			look,
			steps: [
				unsaid('papers', SOURCES.none, [perhaps('licence', 'site')], look),
				// The documents name one country's host and say how the others follow from it.
				(id === 'MLA' ? said : unsaid)('register', SOURCES.meliLocal, [], look),
				unsaid('bankPayout', SOURCES.none, [perhaps('bank', 'anywhere')], look),
				...legalSteps(country, way),
				said('ownAppMeli', SOURCES.meliLocal),
			],
			fees: [{ id: 'saleFeeByCategory', source: SOURCES.meliFees, unconfirmed: false, link: SOURCES.meliFees.link }],
		};
	}
	const doubted = id === 'MLA' || id === 'MPE' || id === 'MLU' ? MELI_DOUBTED[id] : null;
	if (doubted === null && !MELI_DESTINATIONS.includes(id)) return without(way, 'notForThisWay', SOURCES.meliUsers);
	const look = 'https://global-selling.mercadolibre.com';
	return {
		look,
		steps: [
			...(doubted === null ? [] : [unsaid('siteOpen', doubted, [], look)]),
			said('globalAccount', SOURCES.meliUsers, [], look),
			unsaid('papers', SOURCES.none, [perhaps('licence', 'anywhere')], look),
			unsaid('bankPayout', SOURCES.none, [perhaps('bank', 'anywhere')], look),
			...legalSteps(country, way),
			...(id === 'CBT' ? [] : [said('handlingTime', SOURCES.meliReputation), said('reputation', SOURCES.meliReputation)]),
			said('ownAppMeli', SOURCES.meliUsers),
		],
	};
}

/** Markets that the platform's documents name for sellers from abroad. */
const TIKTOK_ABROAD = ['US', 'GB', 'JP', 'MX', 'MY', 'TH', 'VN', 'PH', 'SG'];
/** Those that only a table of prices for sellers from abroad names. */
const TIKTOK_DOUBTED = ['DE', 'FR', 'IT', 'ES'];
/** Seller centres as pages of the platform's own policies name them. */
const TIKTOK_CENTRES: Readonly<Record<string, string>> = {
	US: 'https://seller-us.tiktok.com',
	TH: 'https://seller-th.tiktok.com',
	VN: 'https://seller-vn.tiktok.com',
	ID: 'https://seller-id.tokopedia.com',
};

function tiktokTrack({ country }: SiteKey, way: OpeningWay): Described {
	const doubted = TIKTOK_DOUBTED.includes(country);
	if (way === 'crossBorder' && !doubted && !TIKTOK_ABROAD.includes(country)) return without(way, 'notForThisWay', SOURCES.tiktokMarkets);
	const look = TIKTOK_CENTRES[country] ?? null;
	const papers = unsaid('papers', SOURCES.none, [perhaps('licence', way === 'local' ? 'site' : 'anywhere')], look);
	return {
		look,
		steps: [
			...(way === 'crossBorder' && doubted ? [unsaid('siteOpen', SOURCES.tiktokMarkets, [], look)] : []),
			...(way === 'crossBorder' ? [unsaid('sameEntity', SOURCES.tiktokGlobal, [perhaps('licence', 'anywhere')])] : []),
			papers,
			unsaid('register', SOURCES.none, [], look),
			said('shopChecks', SOURCES.tiktokChecks, [
				need('bank', 'anywhere'),
				perhaps('vat', 'site'),
				...(inEuropeanUnion(country) ? [perhaps('epr', 'site')] : []),
			]),
			...legalSteps(country, way),
			said('ownAppTikTok', SOURCES.tiktokApps),
		],
		...(way === 'crossBorder' && {
			waits: [{ id: 'someRegionsSkipReview' as const, source: SOURCES.tiktokGlobal, unconfirmed: true, link: SOURCES.tiktokGlobal.link }],
		}),
	};
}
