/** The five gateways of the partner API (contract temu §2). */
export type Gateway = 'us' | 'eu' | 'global' | 'partner' | 'cn';
export const gateways: readonly Gateway[] = ['us', 'eu', 'global', 'partner', 'cn'];

/** One consumer site: country as ISO 3166, ids as the platform numbers them. */
export interface TemuSite {
	country: string;
	siteId: number;
	regionId: number;
	currency: string;
	gateway: 'us' | 'eu' | 'global';
	name: string;
}

// country siteId regionId currency gateway name; Belgium is listed under GLOBAL in the published table.
const table = `
US 100 211 USD us United States|CA 101 37 CAD global Canada|GB 102 210 GBP eu United Kingdom|AU 103 12 AUD global Australia
DE 105 76 EUR eu Germany|FR 106 69 EUR eu France|IT 107 98 EUR eu Italy|NL 108 141 EUR eu Netherlands|ES 109 186 EUR eu Spain
MX 110 128 MXN global Mexico|PT 111 163 EUR eu Portugal|PL 112 162 PLN eu Poland|SE 113 191 SEK eu Sweden|CH 114 192 CHF eu Switzerland
GR 115 79 EUR eu Greece|IE 116 96 EUR eu Ireland|CY 117 52 EUR eu Cyprus|JP 118 100 JPY global Japan|KR 119 185 KRW global South Korea
SA 120 174 SAR eu Saudi Arabia|AE 122 209 AED eu United Arab Emirates|NO 124 151 NOK eu Norway|BR 132 29 BRL global Brazil
CZ 137 53 CZK eu Czech Republic|HU 138 90 HUF eu Hungary|DK 139 54 DKK eu Denmark|RO 140 167 RON eu Romania|BG 141 32 EUR eu Bulgaria
BE 142 20 EUR global Belgium|AT 143 13 EUR eu Austria|FI 144 68 EUR eu Finland|SK 145 180 EUR eu Slovakia|HR 146 50 EUR eu Croatia
SI 147 181 EUR eu Slovenia|LT 148 113 EUR eu Lithuania|EE 149 64 EUR eu Estonia|LV 150 108 EUR eu Latvia|LU 152 114 EUR eu Luxembourg
TR 174 203 TRY eu Turkey`;

const temuSites: readonly TemuSite[] = table
	.trim()
	.split(/[|\n]/)
	.map((row) => {
		const [country = '', siteId, regionId, currency = '', gateway, ...name] = row.split(' ');
		return {
			country,
			siteId: Number(siteId),
			regionId: Number(regionId),
			currency,
			gateway: gateway === 'us' || gateway === 'eu' ? gateway : 'global',
			name: name.join(' '),
		};
	});

/** @throws Error when the platform has no site in that country. */
export function temuSite(country: string): TemuSite {
	const site = temuSites.find((s) => s.country === country);
	if (!site) throw new Error(`Temu has no site in ${country}`);
	return site;
}
