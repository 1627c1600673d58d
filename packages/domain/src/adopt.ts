/** Colours by which people tell their stores apart; the same words as those of flags. */
export const STORE_COLOURS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;
export type StoreColour = (typeof STORE_COLOURS)[number];

export function isStoreColour(value: unknown): value is StoreColour {
	return STORE_COLOURS.some((colour) => colour === value);
}
