import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { type LiveLine, type LiveState, openLiveLine } from './realtime.ts';
import { type Topic, TopicBatch, topicsOf } from './topics.ts';
import { queryClient, trpc } from './trpc.ts';

const LineContext = createContext<LiveLine | null>(null);
const BURST_MS = 1_000;
const CATCHING_UP: LiveState = { kind: 'catchingUp' };

/** Opens the workspace's live line and lets its events put shown data out of date. */
export function LiveProvider({ workspaceId, children }: { workspaceId: string; children: ReactNode }) {
	const [line, setLine] = useState<LiveLine | null>(null);
	useEffect(() => {
		const opened = openLiveLine(workspaceId);
		const batch = new TopicBatch((topics) => topics.forEach(forget), BURST_MS);
		opened.onEvents((events) => batch.add(events.flatMap(topicsOf)));
		opened.onResync(() => void queryClient.invalidateQueries());
		// The line exists only while it is open, so it cannot be made while rendering.
		// oxlint-disable-next-line react/set-state-in-effect
		setLine(opened);
		return () => {
			batch.close();
			opened.close();
		};
	}, [workspaceId]);
	return <LineContext value={line}>{children}</LineContext>;
}

/** Null until the line is opened. */
export function useLiveLine(): LiveLine | null {
	return useContext(LineContext);
}

export function useLiveState(): LiveState {
	const line = useContext(LineContext);
	return useSyncExternalStore(
		(listener) => line?.onState(listener) ?? (() => undefined),
		() => line?.state() ?? CATCHING_UP,
	);
}

function forget(topic: Topic): void {
	void queryClient.invalidateQueries(filterOf(topic));
	// Lists in small, such as Today's; the order list itself goes row by row.
	if (topic === 'openings') void queryClient.invalidateQueries(trpc.dossier.pathFilter());
	if (topic === 'today') void queryClient.invalidateQueries(trpc.orders.list.pathFilter());
}

function filterOf(topic: Topic) {
	switch (topic) {
		case 'counts':
			return trpc.orders.counts.pathFilter();
		case 'today':
			return trpc.today.summary.pathFilter();
		case 'stores':
			return trpc.stores.list.pathFilter();
		case 'grants':
			return trpc.stores.grants.pathFilter();
		case 'quarantine':
			return trpc.stores.quarantine.pathFilter();
		case 'gaps':
			return trpc.stores.gaps.pathFilter();
		case 'sync':
			return trpc.sync.overview.pathFilter();
		case 'members':
			return trpc.workspace.members.pathFilter();
		case 'inbox':
			return trpc.inbox.counts.pathFilter();
		case 'claims':
			// Asked again when Today is shown next, or within its minute: claims are due by days, and buyers write all the time.
			return { ...trpc.today.summary.pathFilter(), refetchType: 'none' as const };
		case 'catalogue':
			return trpc.catalogue.pathFilter();
		case 'reviews':
			return trpc.reviews.pathFilter();
		case 'settlements':
			return trpc.numbers.pathFilter();
		case 'copies':
			return trpc.copies.targets.pathFilter();
		case 'offers':
			return trpc.offers.pathFilter();
		case 'notices':
			return trpc.notices.pathFilter();
		case 'exports':
			return trpc.exports.pathFilter();
		case 'openings':
			return trpc.openings.pathFilter();
		case 'me':
			return trpc.session.me.pathFilter();
		default:
			return trpc.orders.detail.queryFilter({ orderId: topic.slice('order:'.length) });
	}
}
