import { useSyncExternalStore } from 'react';
import { zoneOf } from './format.ts';
import { usePreferences } from './preferences.ts';
import { useSession } from './session.tsx';

const TICK_MS = 15_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
	listeners.add(listener);
	if (timer === undefined) {
		now = Date.now();
		timer = setInterval(() => {
			now = Date.now();
			for (const l of listeners) l();
		}, TICK_MS);
	}
	return () => {
		listeners.delete(listener);
		if (listeners.size === 0) {
			clearInterval(timer);
			timer = undefined;
		}
	};
}

/** Now, in steps of fifteen seconds, the same for everything on the page. */
export function useNow(): number {
	return useSyncExternalStore(subscribe, () => now);
}

/** The zone in which times are shown; a store's own clock needs its zone. */
export function useZone(storeZone?: string): string {
	const { clock } = usePreferences();
	const { membership } = useSession();
	return zoneOf(clock, membership.zone, storeZone);
}
