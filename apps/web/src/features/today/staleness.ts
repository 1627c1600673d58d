/** Polls after which a store's bar is full. */
const FULL_AFTER_POLLS = 6;

/** How stale a store is, from 0 (just read) to 1 (six polls or more behind, or never read). @param now milliseconds */
export function staleness(freshTo: string | null, pollSeconds: number, now: number): number {
	if (freshTo === null) return 1;
	const behind = Math.max(0, now - Date.parse(freshTo));
	return Math.min(1, behind / (pollSeconds * 1000 * FULL_AFTER_POLLS));
}
