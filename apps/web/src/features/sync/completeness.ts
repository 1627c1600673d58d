import type { RecountView, StoreSyncView, StoreView } from '@pangea/api';

/** A store with what is known of its sync. */
export interface SyncRow {
	store: StoreView;
	sync: StoreSyncView;
	/** Read less far than the platform's polls allow. */
	late: boolean;
}

/** How a store's comparison stands, as a person needs to know it. */
export type Completeness =
	| { state: 'equal'; windows: number }
	| { state: 'lacking'; orders: number }
	/** The platform is making its report. */
	| { state: 'waiting' }
	| { state: 'refused'; code: string }
	/** Nothing was compared yet, or the second source said nothing. */
	| { state: 'unproved' };

/** Orders that the platform has and we do not, over the compared windows. */
export function lacking({ windows }: Pick<RecountView, 'windows'>): number {
	return windows.reduce((sum, w) => sum + Math.max(0, w.theirs - w.ours), 0);
}

export function completeness({ recount }: Pick<StoreSyncView, 'recount'>): Completeness {
	const orders = lacking(recount);
	if (orders > 0) return { state: 'lacking', orders };
	if (recount.state === 'waiting') return { state: 'waiting' };
	if (recount.state === 'refused') return { state: 'refused', code: recount.errorCode ?? 'unknown' };
	return recount.windows.length > 0 && recount.state === 'compared'
		? { state: 'equal', windows: recount.windows.length }
		: { state: 'unproved' };
}

/** False for a way of selling whose orders the platform keeps to itself: nothing is missing and nothing can be mended. */
export function isServed({ problem }: Pick<StoreView, 'problem'>): boolean {
	return problem?.code !== 'modeNotServed';
}
