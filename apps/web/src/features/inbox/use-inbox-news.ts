import { useEffect } from 'react';
import { useLiveLine } from '../../live.tsx';
import { queryClient, trpc } from '../../trpc.ts';

/** The first hint is followed at once; those of a burst after it are collected for so long. */
const HINTS_MS = 200;

/** Hints of the live line put what is shown of the inbox out of date at once: a buyer who waits is not news for the next second. */
export function useInboxNews(): void {
	const line = useLiveLine();
	useEffect(() => {
		if (!line) return undefined;
		const waiting = new Set<string>();
		let everything = false;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const flush = (): void => {
			if (waiting.size === 0 && !everything) {
				timer = undefined;
				return;
			}
			void queryClient.invalidateQueries({ queryKey: ['inbox'] });
			void queryClient.invalidateQueries(trpc.inbox.counts.pathFilter());
			// Another conversation of the buyer's may have got news.
			void queryClient.invalidateQueries(trpc.inbox.buyer.pathFilter());
			if (everything) {
				void queryClient.invalidateQueries(trpc.inbox.open.pathFilter());
				void queryClient.invalidateQueries(trpc.inbox.tags.pathFilter());
			} else for (const conversationId of waiting) void queryClient.invalidateQueries(trpc.inbox.open.queryFilter({ conversationId }));
			waiting.clear();
			everything = false;
			timer = setTimeout(flush, HINTS_MS);
		};
		const offEvents = line.onEvents((events) => {
			for (const event of events) {
				if (event.kind !== 'conversation.changed') continue;
				if (event.ids.length === 0) everything = true;
				for (const id of event.ids) waiting.add(id);
			}
			if (timer === undefined) flush();
		});
		const offResync = line.onResync(() => {
			everything = true;
			if (timer === undefined) flush();
		});
		return () => {
			clearTimeout(timer);
			offEvents();
			offResync();
		};
	}, [line]);
}
