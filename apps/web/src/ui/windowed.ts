import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';

/** So many rows before the end the next page is asked for. */
const AHEAD = 12;

interface Windowed {
	count: number;
	/** Pixels of a row. */
	height: number;
	overscan: number;
	keyOf: (index: number) => string | number;
	/** Place of the row that is open; -1 where none is. */
	place: number;
	/** What is open: only another one moves the list, not news above it. */
	open: string | null;
	/** Pixels that stand above the rows and stay there. */
	head?: number;
	more: boolean;
	onMore: () => void;
}

/** A list of which only the rows in sight are in the page. Give `scroller` to what scrolls; its rows take `size` and stand at their item's `start`. */
export function useWindowed({ count, height, overscan, keyOf, place, open, head = 0, more, onMore }: Windowed) {
	// The virtualizer changes under the same identity, which the compiler's caches would not see.
	'use no memo';
	const scroller = useRef<HTMLElement>(null);
	// oxlint-disable-next-line react/incompatible-library
	const virtual = useVirtualizer({
		count,
		getScrollElement: () => scroller.current,
		estimateSize: () => height,
		overscan,
		scrollMargin: head,
		scrollPaddingStart: head,
		getItemKey: keyOf,
	});
	const items = virtual.getVirtualItems();
	const last = items.at(-1)?.index ?? 0;
	useEffect(() => {
		if (more && last >= count - AHEAD) onMore();
	}, [more, last, count, onMore]);
	useEffect(() => {
		if (place >= 0) virtual.scrollToIndex(place, { align: 'auto' });
		// oxlint-disable-next-line react-hooks/exhaustive-deps
	}, [open]);
	return { scroller, items, size: virtual.getTotalSize() };
}
