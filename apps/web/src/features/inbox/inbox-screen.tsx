import { useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useRef } from 'react';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { formatCount } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { errorSentence } from '../../problems.ts';
import { useMay, useSession, useStores } from '../../session.tsx';
import { api, queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { useNarrow } from '../../ui/media.ts';
import { say } from '../../ui/toast.tsx';
import type { AnswerField } from './composer.tsx';
import { ConversationList } from './conversation-list.tsx';
import { VIEWS, viewOf } from './filter.ts';
import './inbox.css';
import { OrderContext } from './order-context.tsx';
import { ReadStores } from './read-stores.tsx';
import { Thread } from './thread.tsx';
import { useInboxNews } from './use-inbox-news.ts';
import { VIEW_WORDS } from './words.ts';

const route = getRouteApi('/workbench/inbox');
const PAGE = 60;

export function InboxScreen() {
	const { t } = useLingui();
	const mayRead = useMay('inbox.read');
	const maySee = useMay('fields.buyer');
	if (mayRead && maySee) return <Inbox />;
	return (
		<>
			<HeaderSlot>
				<h1 className="title">{t`Inbox`}</h1>
			</HeaderSlot>
			<Empty
				title={t`The inbox is not open to your role`}
			>{t`It holds what buyers write. Owners of the workspace decide who sees buyers' data.`}</Empty>
		</>
	);
}

function Inbox() {
	const { t, i18n } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const { me, membership } = useSession();
	const { byId } = useStores();
	const narrow = useNarrow();
	const mayAnswer = useMay('inbox.answer');
	const field = useRef<AnswerField>(null);
	const view = viewOf(search);
	const open = search.conversation ?? null;
	useInboxNews();
	const counts = useQuery(trpc.inbox.counts.queryOptions({}));
	const list = useInfiniteQuery({
		queryKey: ['inbox', membership.workspaceId, view],
		queryFn: ({ pageParam }) => api.inbox.list.query({ view, limit: PAGE, ...(pageParam !== null && { cursor: pageParam }) }),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.next,
	});
	const { fetchNextPage, isFetching, hasNextPage } = list;
	const more = useCallback(() => {
		if (!isFetching) void fetchNextPage();
	}, [fetchNextPage, isFetching]);
	const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
	const change = useMutation(
		trpc.inbox.change.mutationOptions({
			onSuccess: () => queryClient.invalidateQueries({ queryKey: ['inbox'] }),
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);

	const show = (conversation: string | null): void => {
		const { conversation: _, ...rest } = search;
		void navigate({ search: conversation === null ? rest : { ...rest, conversation }, replace: open !== null && conversation !== null });
	};
	const choose = (next: (typeof VIEWS)[number]): void => void navigate({ search: next === 'waiting' ? {} : { view: next } });
	const place = rows.findIndex((row) => row.conversationId === open);
	const go = (by: number): void => {
		const next = rows[Math.min(rows.length - 1, Math.max(0, place + by))];
		if (next) show(next.conversationId);
	};
	const done = (is: boolean): void => {
		if (open === null) return;
		// The next one in line comes up, so that a queue is worked off without the mouse.
		const next = is ? (rows[place + 1] ?? rows[place - 1]) : undefined;
		change.mutate({ conversationIds: [open], done: is });
		if (next) show(next.conversationId);
	};
	const current = rows[place];
	const take = (assigneeId: string | null): void => {
		if (open !== null) change.mutate({ conversationIds: [open], assigneeId });
	};
	useKeys({
		j: () => go(1),
		k: () => go(-1),
		ArrowDown: () => go(1),
		ArrowUp: () => go(-1),
		v: () => choose(VIEWS[(VIEWS.indexOf(view) + 1) % VIEWS.length] ?? 'waiting'),
		r: (event) => {
			// The letter itself must not be typed into the field.
			event.preventDefault();
			field.current?.focus();
		},
		e: () => mayAnswer && done(!(current?.done ?? false)),
		a: () => mayAnswer && take(current?.assigneeId === me.userId ? null : me.userId),
		Escape: () => show(null),
	});

	const tabs = (
		<nav className="tabs halves" aria-label={t`Views of the inbox`}>
			{VIEWS.map((name) => {
				const count = counts.data?.[name];
				return (
					<button key={name} type="button" aria-current={name === view ? 'page' : undefined} onClick={() => choose(name)}>
						{i18n._(VIEW_WORDS[name])} {count && <span className="count">{formatCount(shownLanguage(), count)}</span>}
					</button>
				);
			})}
		</nav>
	);
	const listed =
		list.error && !list.data ? (
			<Broken error={list.error} reset={() => void list.refetch()} />
		) : list.isPending ? (
			<Skeleton rows={9} height={74} />
		) : rows.length === 0 ? (
			<Empty title={view === 'waiting' ? t`No buyer waits for an answer` : t`No conversation here`}>
				<ReadStores />
			</Empty>
		) : (
			<ConversationList rows={rows} open={open} stores={byId} more={hasNextPage} onMore={more} onOpen={show} />
		);
	const thread = open !== null && (
		<Thread
			key={open}
			conversationId={open}
			stores={byId}
			narrow={narrow}
			fieldRef={field}
			onBack={() => show(null)}
			onDone={done}
			onTake={take}
		/>
	);
	return (
		<div className="inbox">
			<HeaderSlot>
				<h1 className="unseen">{t`Inbox`}</h1>
				{tabs}
			</HeaderSlot>
			{(!narrow || open === null) && (
				<div className="pane list">
					{listed}
					{rows.length > 0 && <ReadStores />}
				</div>
			)}
			{(!narrow || open !== null) && (
				<div className="pane talk">
					{thread || <Empty title={t`Choose a conversation`}>{t`J and K move, R answers, E closes, A takes it.`}</Empty>}
				</div>
			)}
			{!narrow && open !== null && <OrderContext conversationId={open} />}
		</div>
	);
}
