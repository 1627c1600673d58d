/** A country site as `GET /sites` answers it (contract mercado-libre §1.1), its country as ISO 3166, and units of its currency per dollar. */
export interface MeliSite {
	id: string;
	name: string;
	currency: string;
	country: string;
	perDollar: number;
}

const table = `MLU Uruguay UYU UY 40.2|MHN Honduras HNL HN 25.4|MPT Portugal EUR PT 0.9|MRD Dominicana DOP DO 60.1|MLA Argentina ARS AR 1050
MLM Mexico MXN MX 18.4|MCR Costa_Rica CRC CR 505|MBO Bolivia BOB BO 6.9|MPE Perú PEN PE 3.7|MSV El_Salvador USD SV 1|MPY Paraguay PYG PY 7800
MNI Nicaragua NIO NI 36.8|MLV Venezuela VES VE 180|MCU Cuba CUP CU 24|MEC Ecuador USD EC 1|MLC Chile CLP CL 940|MGT Guatemala GTQ GT 7.7
MCO Colombia COP CO 4100|MLB Brasil BRL BR 5.4|MPA Panamá PAB PA 1`;

export const meliSites: readonly MeliSite[] = table.split(/[|\n]/).map((row) => {
	const [id = '', name = '', currency = '', country = '', perDollar] = row.split(' ');
	return { id, name: name.replace('_', ' '), currency, country, perDollar: Number(perDollar) };
});

/** @throws Error when there is no such site. */
export function siteOf(id: string): MeliSite {
	const site = meliSites.find((s) => s.id === id);
	if (!site) throw new Error(`Mercado Libre has no site ${id}`);
	return site;
}
