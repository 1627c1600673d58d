import type { StoreSeed } from '@pangea/simulator';

/** One push as it will be sent, and the order that it is about. */
export interface Push {
	platform: string;
	/** Where it is posted to, below the server's address. */
	path: string;
	headers: Record<string, string>;
	body: string;
	/** Store and order as the database will know them. */
	order: string;
}

/** One websocket of an operator. */
export interface Operator {
	workspaceId: string;
	cookie: string;
}

/** Sent by each child when it is asked for its counts. */
export interface Sent {
	/** By order: when it was posted and when it was answered, in milliseconds since 1970. */
	posts: [order: string, posted: number, answered: number][];
	refused: number;
}

export interface Heard {
	/** By workspace and number of the event: when each operator had it. */
	events: [event: string, at: number[]][];
	deliveries: number;
}

export const WORKSPACES = 50;
export const OPERATORS_A_WORKSPACE = 20;

const base = { mode: 'self', language: 'en', rate: 1 } as const;

/** One TikTok Shop store for each workspace; the others carry what their documented limits allow. */
export function benchStores(): StoreSeed[] {
	const tiktok = Array.from({ length: WORKSPACES }, (_, i): StoreSeed => {
		const place = { site: 'US', country: 'US', currency: 'USD', zone: 'America/Los_Angeles' };
		return { ...base, ...place, id: `tiktok-${i}`, number: i + 1, platform: 'tiktok-shop', account: `seller-${i}`, weight: 20 };
	});
	const mercado = [
		{ site: 'MLA', country: 'AR', currency: 'ARS', zone: 'America/Argentina/Buenos_Aires' },
		{ site: 'MLM', country: 'MX', currency: 'MXN', zone: 'America/Mexico_City' },
		{ site: 'MLB', country: 'BR', currency: 'BRL', zone: 'America/Sao_Paulo' },
	].map(
		(place, i): StoreSeed => ({
			...base,
			...place,
			id: `meli-${place.site}`,
			number: 61 + i,
			platform: 'mercado-libre',
			account: `local-${place.site}`,
			weight: 10,
		}),
	);
	const temu = [
		{ site: 'US', country: 'US', currency: 'USD', zone: 'America/Los_Angeles' },
		{ site: 'DE', country: 'DE', currency: 'EUR', zone: 'Europe/Berlin' },
		{ site: 'MX', country: 'MX', currency: 'MXN', zone: 'America/Mexico_City' },
	].map(
		(place, i): StoreSeed => ({
			...base,
			...place,
			id: `temu-${place.site}`,
			number: 71 + i,
			platform: 'temu',
			account: `temu-${place.site}`,
			weight: 2,
		}),
	);
	return [...tiktok, ...mercado, ...temu];
}
