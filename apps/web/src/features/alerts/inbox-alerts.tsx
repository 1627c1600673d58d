import { useLingui } from '@lingui/react/macro';
import type { ConversationRowView } from '@pangea/api';
import { PLATFORMS } from '@pangea/domain';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useLiveLine } from '../../live.tsx';
import { preferences } from '../../preferences.ts';
import { useSession, useStores } from '../../session.tsx';
import { api } from '../../trpc.ts';
import { type Alert, alertsOf, dueAlerts, isNews } from './alert.ts';
import { chime } from './sound.ts';

/** Hints of a burst are looked at together. */
const HINTS_MS = 400;
const CLOCK_MS = 30_000;

/** Tells a person beside the page of what concerns them, once over all their tabs. Shows nothing itself. */
export function InboxAlerts() {
	return typeof Notification !== 'undefined' && Notification.permission === 'granted' ? <Alerting /> : null;
}

function Alerting() {
	const { t } = useLingui();
	const line = useLiveLine();
	const { me, membership } = useSession();
	const { byId } = useStores();
	const navigate = useNavigate();
	const { workspaceId } = membership;
	const show = useRef<(alert: Alert) => void>(() => undefined);
	useEffect(() => {
		show.current = (alert) => {
			const { alertWords, alertVolume } = preferences();
			const store = alert.storeId === null ? undefined : byId.get(alert.storeId);
			const minutes = alert.dueAt === null ? 0 : Math.max(1, Math.round((Date.parse(alert.dueAt) - Date.now()) / 60_000));
			const titles = {
				words: t`A buyer of yours has written`,
				given: t`A conversation was given to you`,
				named: t`A note names you`,
				due: t`An answer is due in ${minutes} min`,
			};
			const place = store ? `${PLATFORMS[store.platform].name} · ${store.name}` : '';
			const said = alertWords && alert.buyer ? [alert.buyer.name, alert.buyer.words].filter(Boolean).join(': ') : '';
			const body = [said, place].filter(Boolean).join('\n');
			const shown = new Notification(titles[alert.kind], { body, tag: `pangea ${alert.conversationId}`, silent: true });
			shown.addEventListener('click', () => {
				globalThis.focus();
				void navigate({ to: '/inbox', search: { view: 'all', conversation: alert.conversationId } });
				shown.close();
			});
			void chime(alertVolume);
		};
	});

	useEffect(() => {
		if (!line) return undefined;
		const end = new AbortController();
		/** Whether the person looks at it, in this tab or in another, here or on another device. */
		const isOnScreen = (conversationId: string): boolean => {
			const here = document.visibilityState === 'visible' && new URLSearchParams(location.search).get('conversation') === conversationId;
			return here || (line.presence().get(conversationId) ?? []).some(({ userId }) => userId === me.userId);
		};
		const tell = (alert: Alert): void => {
			if (end.signal.aborted || isOnScreen(alert.conversationId) || !isNews(alert.key, Date.now())) return;
			show.current(alert);
		};
		const lead = (): Promise<void> => watch({ line, userId: me.userId, tell, signal: end.signal });
		// One tab holds the lock for as long as it is open; the next takes over at once.
		void navigator.locks.request(`pangea alerts ${workspaceId}`, { signal: end.signal }, lead).catch(() => undefined);
		return () => end.abort();
	}, [line, me.userId, workspaceId]);
	return null;
}

interface Watching {
	line: NonNullable<ReturnType<typeof useLiveLine>>;
	userId: string;
	tell: (alert: Alert) => void;
	signal: AbortSignal;
}

/** Follows what happens until the signal says that it is over. */
async function watch({ line, userId, tell, signal }: Watching): Promise<void> {
	let mine: ConversationRowView[] = [];
	let held: Set<string> | null = null;
	const readMine = async (): Promise<void> => {
		mine = (await api.inbox.list.query({ view: 'mine', limit: 200 })).rows;
		held = new Set(mine.map((row) => row.conversationId));
	};
	const waiting = new Set<string>();
	let timer: ReturnType<typeof setTimeout> | undefined;
	const look = async (): Promise<void> => {
		timer = undefined;
		const ids = [...waiting].slice(0, 200);
		waiting.clear();
		try {
			const rows = ids.length === 0 ? [] : await api.inbox.rows.query({ conversationIds: ids });
			const before = held;
			await readMine();
			for (const alert of alertsOf(rows, userId, before)) tell(alert);
		} catch {
			// Whoever has no line gets no message; the next hint asks again.
		}
	};
	const lookAtNotes = async (): Promise<void> => {
		const { notices } = await api.notices.list.query().catch(() => ({ notices: [] }));
		for (const { kind, resolvedAt, detail, storeIds, since } of notices) {
			const { conversation } = detail;
			if (kind !== 'mentioned' || resolvedAt !== null || typeof conversation !== 'string') continue;
			tell({
				kind: 'named',
				conversationId: conversation,
				storeId: storeIds[0] ?? null,
				key: `named ${conversation} ${since}`,
				buyer: null,
				dueAt: null,
			});
		}
	};
	const off = line.onEvents((events) => {
		for (const event of events) {
			if (event.kind === 'notice.changed') void lookAtNotes();
			if (event.kind === 'conversation.changed') for (const id of event.ids) waiting.add(id);
		}
		if (waiting.size > 0) timer ??= setTimeout(() => void look(), HINTS_MS);
	});
	await readMine().catch(() => undefined);
	const tick = (): void => {
		for (const alert of dueAlerts(mine, userId, Date.now())) tell(alert);
	};
	tick();
	const clock = setInterval(tick, CLOCK_MS);
	await new Promise<void>((resolve) => {
		if (signal.aborted) resolve();
		signal.addEventListener('abort', () => resolve(), { once: true });
	});
	off();
	clearInterval(clock);
	clearTimeout(timer);
}
