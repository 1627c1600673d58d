import { useSyncExternalStore } from 'react';
import { NARROW } from '../tokens.ts';

export function useMedia(query: string): boolean {
	const list = matchMedia(query);
	return useSyncExternalStore(
		(listener) => {
			list.addEventListener('change', listener);
			return () => list.removeEventListener('change', listener);
		},
		() => list.matches,
	);
}

export function useNarrow(): boolean {
	return useMedia(NARROW);
}
