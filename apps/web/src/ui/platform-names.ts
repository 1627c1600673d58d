import type { PlatformId } from '@pangea/domain';

/** Names as the platforms write them; the platform's own view may tell another one for a language (Mercado Livre). */
export const PLATFORM_NAMES: Record<PlatformId, string> = {
	amazon: 'Amazon',
	temu: 'Temu',
	'mercado-libre': 'Mercado Libre',
	'tiktok-shop': 'TikTok Shop',
};
