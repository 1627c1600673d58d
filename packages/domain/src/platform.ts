/** What tells a platform apart at a glance: its name as it writes it, and our own letter mark with its colour. */
interface PlatformFace {
	name: string;
	letters: string;
	colour: string;
}

/** The platforms Pangea speaks with. A fifth one adds its line here and its line in the registry. */
export const PLATFORMS = {
	amazon: { name: 'Amazon', letters: 'A', colour: '#3f4a56' },
	temu: { name: 'Temu', letters: 'Te', colour: '#8a4b6d' },
	'mercado-libre': { name: 'Mercado Libre', letters: 'ML', colour: '#3b5f9e' },
	'tiktok-shop': { name: 'TikTok Shop', letters: 'TT', colour: '#2c6f5f' },
} as const satisfies Record<string, PlatformFace>;

export type PlatformId = keyof typeof PLATFORMS;
export const PLATFORM_IDS = Object.keys(PLATFORMS) as readonly PlatformId[];

export function isPlatformId(value: string): value is PlatformId {
	return Object.hasOwn(PLATFORMS, value);
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
