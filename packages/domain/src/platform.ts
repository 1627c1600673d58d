/** The platforms Pangea speaks with. A fifth one adds its id here, its folder and its line in the registry. */
export const PLATFORM_IDS = ['amazon', 'temu', 'mercado-libre', 'tiktok-shop'] as const;
export type PlatformId = (typeof PLATFORM_IDS)[number];

export function isPlatformId(value: string): value is PlatformId {
	return (PLATFORM_IDS as readonly string[]).includes(value);
}

/** A platform's country market, as data. */
export interface Site {
	/** The platform's own id of the market, e.g. `ATVPDKIKX0DER`, `MLM`, `100`, `GB`. */
	id: string;
	/** Two letters shown beside the platform mark, ISO 3166-1 alpha-2 (`XX` for a cross-border root such as CBT). */
	country: string;
	/** ISO 4217 code of the currency in which buyers pay there. */
	currency: string;
	/** IANA zone in which the platform cuts its days. */
	zone: string;
	/** BCP 47 tag of the main buyers' language. */
	language: string;
	/** Key of the API host that serves the site. */
	host: string;
}
