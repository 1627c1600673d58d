import { type PointerEvent, useEffect, useRef } from 'react';
import { queryClient, trpc } from '../../trpc.ts';

/** A row that is only passed over is not read. */
const REST_MS = 90;

/** Reads orders that will likely be opened next, the nearest first, once the person has come to rest. */
export function useAhead(orderIds: readonly (string | null | undefined)[]): void {
	const wanted = orderIds.filter((id) => id !== null && id !== undefined).join(' ');
	useEffect(() => {
		if (wanted === '') return undefined;
		const timer = setTimeout(() => wanted.split(' ').forEach(read), REST_MS);
		return () => clearTimeout(timer);
	}, [wanted]);
}

/** The same for the row on which the pointer rests. @returns the handler for the element around the rows */
export function usePointedAhead(): (event: PointerEvent) => void {
	const rest = useRef<{ orderId: string; timer: ReturnType<typeof setTimeout> }>(null);
	useEffect(() => () => clearTimeout(rest.current?.timer), []);
	return ({ target, pointerType }) => {
		const orderId = target instanceof Element ? target.closest<HTMLElement>('[data-order]')?.dataset['order'] : undefined;
		if (!orderId || pointerType === 'touch' || rest.current?.orderId === orderId) return;
		clearTimeout(rest.current?.timer);
		rest.current = { orderId, timer: setTimeout(read, REST_MS, orderId) };
	};
}

function read(orderId: string): void {
	void queryClient.prefetchQuery(trpc.orders.detail.queryOptions({ orderId }));
}
