import { LinkOutlined, SearchOutlined } from '@ant-design/icons';
import { Plural, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Input, type InputRef, Select } from 'antd';
import { useCallback, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { formatCount } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { isComposing, type KeyMap, useKeys } from '../../keys.ts';
import { errorSentence } from '../../problems.ts';
import { useMay, useSession, useStores } from '../../session.tsx';
import { api, persistent, problemCode, queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { useNarrow } from '../../ui/media.ts';
import { extendTo, NOTHING, type Selection, toggle } from '../../ui/selection.ts';
import { say } from '../../ui/toast.tsx';
import type { AnswerField } from './composer.tsx';
import { goToBuyer, useJoin } from './buyer-history.tsx';
import { ConversationList } from './conversation-list.tsx';
import { type DeskChange, type DeskMenu, DeskTools, takes } from './desk-tools.tsx';
import { VIEWS, viewOf } from './filter.ts';
import { FoundList } from './found-list.tsx';
import './inbox.css';
import type { NoteInput } from './note-field.tsx';
import { OrderContext } from './order-context.tsx';
import { ReadStores } from './read-stores.tsx';
import { SearchedContext } from './searched.tsx';
import { answerCountedOn, newestRead, Thread } from './thread.tsx';
import { useInboxNews } from './use-inbox-news.ts';
import { useSearch } from './use-search.ts';
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
	const tags = useQuery(trpc.inbox.tags.queryOptions());
	const tag = tags.data?.find((one) => one.tagId === search.tag);
	const tagged = tag && { tagId: tag.tagId };
	const counts = useQuery(trpc.inbox.counts.queryOptions({ ...tagged }));
	const list = useInfiniteQuery({
		queryKey: ['inbox', membership.workspaceId, view, tag?.tagId ?? null],
		queryFn: ({ pageParam }) => api.inbox.list.query({ view, limit: PAGE, ...tagged, ...(pageParam !== null && { cursor: pageParam }) }),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.next,
	});
	const { fetchNextPage, isFetching, hasNextPage } = list;
	const more = useCallback(() => {
		if (!isFetching) void fetchNextPage();
	}, [fetchNextPage, isFetching]);
	const looking = useSearch();
	const searchRef = useRef<InputRef>(null);
	// What is shown is what the keys move in.
	const rows = looking.active ? looking.hits.map((hit) => hit.conversation) : (list.data?.pages.flatMap((page) => page.rows) ?? []);
	const change = useMutation(
		trpc.inbox.change.mutationOptions({
			...persistent,
			// An answer on its way is waited for as long as it is repeated.
			retry: (count, error) => persistent.retry(count, problemCode(error) === 'answerNotHere' ? null : error),
			onSuccess: () => queryClient.invalidateQueries({ queryKey: ['inbox'] }),
			onError: (error, { conversationIds: [first, ...others] }) => {
				void queryClient.invalidateQueries({ queryKey: ['inbox'] });
				// Whoever asked may look at another one by now.
				const name = others.length > 0 ? null : rows.find((row) => row.conversationId === first)?.buyerName;
				say(`${name ? `${name}: ` : ''}${errorSentence(i18n, error)}`, { tone: 'problem' });
			},
		}),
	);

	const show = (conversation: string | null): void => {
		const { conversation: _, ...rest } = search;
		void navigate({ search: conversation === null ? rest : { ...rest, conversation }, replace: open !== null && conversation !== null });
	};
	const choose = (next: (typeof VIEWS)[number]): void =>
		void navigate({ search: { ...(next === 'waiting' ? {} : { view: next }), ...(search.tag !== undefined && { tag: search.tag }) } });
	const place = rows.findIndex((row) => row.conversationId === open);
	const go = (by: number): void => {
		const next = rows[Math.min(rows.length - 1, Math.max(0, place + by))];
		if (next) show(next.conversationId);
	};
	const [selection, setSelection] = useState<Selection>(NOTHING);
	const selected = rows.filter((row) => selection.ids.has(row.conversationId));
	const join = useJoin();
	const joinSelected = (): void => {
		const [first, ...others] = selected.map((row) => row.conversationId);
		if (!mayAnswer || first === undefined || others.length === 0) return;
		join.mutate({ conversationId: first, otherIds: others });
		setSelection(NOTHING);
	};
	const [menu, setMenu] = useState<DeskMenu | null>(null);
	const [noting, setNoting] = useState(false);
	const note = useRef<NoteInput>(null);
	const select = (conversationId: string, range: boolean): void =>
		setSelection((before) =>
			range
				? extendTo(
						before,
						rows.map((row) => row.conversationId),
						conversationId,
					)
				: toggle(before, conversationId),
		);
	const apply = (to: DeskChange): void => {
		const conversationIds = selected.length > 0 ? selected.map((row) => row.conversationId) : open === null ? [] : [open];
		if (conversationIds.length === 0) return;
		change.mutate({ conversationIds, ...to });
		// What leaves the list is no longer selected; what is only tagged may get another tag.
		if (to.done !== undefined || to.snoozedUntil !== undefined) setSelection(NOTHING);
	};
	const goOn = (): void => {
		// The next one in line comes up, so that a queue is worked off without the mouse.
		const next = rows[place + 1] ?? rows[place - 1];
		if (next) show(next.conversationId);
	};
	const done = (is: boolean): void => {
		const only = is && selected.length === 0 ? open : null;
		const seenMessageId = only === null ? undefined : newestRead(only);
		const answerId = only === null ? undefined : answerCountedOn(only, me.userId);
		apply({ done: is, ...(seenMessageId !== undefined && { seenMessageId, ...(answerId !== undefined && { answerId }) }) });
		if (selected.length === 0 && is) goOn();
	};
	const current = rows[place];
	const aimed = selected.length > 0 || open !== null;
	const ask = (name: DeskMenu): void => {
		if (mayAnswer && aimed) setMenu(name);
	};
	/** Somebody wants to write in a conversation that is still on its way: until the field is there, letters are meant for it and are no commands. */
	const wished = useRef<'answer' | 'note' | null>(null);
	/** The conversation that is there. One that is closed has no field to wait for. */
	const there = useRef<string | null>(null);
	const write = (as: 'answer' | 'note'): void => {
		// At once, not with the next paint: what is typed before the field has the focus would be taken for commands, one of which closes.
		flushSync(() => setNoting(as === 'note'));
		(as === 'note' ? note : field).current?.focus();
		wished.current = open === null || open === there.current ? null : as;
	};
	const ready = (): void => {
		const as = wished.current;
		wished.current = null;
		there.current = open;
		if (as !== null) (as === 'note' ? note : field).current?.focus();
	};
	const desk = {
		menu,
		onMenu: setMenu,
		onChange: (to: DeskChange) => {
			apply(to);
			if (selected.length === 0 && typeof to.snoozedUntil === 'string') goOn();
		},
		onDone: done,
	};
	const keys: KeyMap = {
		j: () => go(1),
		k: () => go(-1),
		ArrowDown: () => go(1),
		ArrowUp: () => go(-1),
		v: () => choose(VIEWS[(VIEWS.indexOf(view) + 1) % VIEWS.length] ?? 'waiting'),
		r: (event) => {
			// The letter itself must not be typed into the field.
			event.preventDefault();
			write('answer');
		},
		n: (event) => {
			event.preventDefault();
			if (mayAnswer && open !== null) write('note');
		},
		e: () => mayAnswer && aimed && done(selected.length > 0 ? selected.some((row) => !row.done) : !(current?.done ?? false)),
		a: () => mayAnswer && apply(selected.length > 0 || !current ? { assigneeId: me.userId } : takes(current, me.userId)),
		A: () => ask('assign'),
		z: () => {
			const asleep = selected.length > 0 ? selected.some((row) => row.snoozedUntil !== null) : (current?.snoozedUntil ?? null) !== null;
			if (asleep && mayAnswer) apply({ snoozedUntil: null });
			else ask('snooze');
		},
		l: () => ask('tags'),
		t: () => document.querySelector<HTMLButtonElement>('.thread [aria-keyshortcuts="t"]')?.click(),
		u: () => document.querySelector<HTMLButtonElement>('.thread [aria-keyshortcuts="u"]')?.click(),
		p: () => document.querySelector<HTMLButtonElement>('.thread [aria-keyshortcuts="p"]')?.click(),
		b: () => goToBuyer(),
		q: () => document.querySelector<HTMLButtonElement>('.thread [aria-keyshortcuts="q"]')?.click(),
		m: joinSelected,
		x: () => open !== null && select(open, false),
		X: () => open !== null && select(open, true),
		'/': (event) => {
			event.preventDefault();
			searchRef.current?.focus({ cursor: 'all' });
		},
		Escape: () => {
			wished.current = null;
			if (selected.length > 0) setSelection(NOTHING);
			else if (looking.active) looking.setText('');
			else show(null);
		},
	};
	useKeys(keys, true, ({ key }) => wished.current !== null && key !== 'Escape');

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
	const { found } = looking;
	const result =
		found.error && !found.data ? (
			<Broken error={found.error} reset={() => void found.refetch()} />
		) : found.isPending ? (
			<Skeleton rows={7} height={92} />
		) : looking.hits.length > 0 ? (
			<FoundList hits={looking.hits} open={open} stores={byId} more={found.hasNextPage} onMore={looking.more} onOpen={show} />
		) : found.data?.pages[0]?.tooShort ? (
			<Empty title={t`Type a little more`}>{t`Words from one letter on; Chinese, Japanese and Korean from two characters.`}</Empty>
		) : (
			<Empty
				title={t`No message holds these words`}
			>{t`Words are found by their beginnings, from three letters on; order numbers whole or by their last four digits.`}</Empty>
		);
	const listed =
		list.error && !list.data ? (
			<Broken error={list.error} reset={() => void list.refetch()} />
		) : list.isPending ? (
			<Skeleton rows={9} height={74} />
		) : rows.length === 0 ? (
			<Empty
				title={view === 'waiting' ? t`No buyer waits for an answer` : view === 'due' ? t`No claim is due today` : t`No conversation here`}
			>
				<ReadStores />
			</Empty>
		) : (
			<ConversationList
				rows={rows}
				open={open}
				stores={byId}
				tags={tags.data ?? []}
				selected={selection.ids}
				more={hasNextPage}
				onMore={more}
				onOpen={show}
				onSelect={select}
			/>
		);
	const thread = open !== null && (
		<Thread
			key={open}
			conversationId={open}
			stores={byId}
			narrow={narrow}
			fieldRef={field}
			onBack={() => show(null)}
			// With some selected the keys and menus are theirs.
			desk={selected.length > 0 ? { ...desk, menu: null } : desk}
			noting={noting}
			onNoting={(is) => write(is ? 'note' : 'answer')}
			noteRef={note}
			onReady={ready}
		/>
	);
	const searched = {
		terms: looking.terms,
		messageId: looking.hits.find((hit) => hit.conversation.conversationId === open)?.messageId ?? null,
	};
	const screen = (
		<div className="inbox">
			<HeaderSlot>
				<h1 className="unseen">{t`Inbox`}</h1>
				{tabs}
			</HeaderSlot>
			{(!narrow || open === null) && (
				<div className="pane list">
					<search className="inbox-search">
						<Input
							ref={searchRef}
							size="small"
							allowClear
							value={looking.text}
							placeholder={t`Search messages, buyers, orders`}
							aria-label={t`Search messages, buyers, orders`}
							aria-keyshortcuts="/"
							prefix={<SearchOutlined aria-hidden />}
							onChange={(event) => looking.setText(event.target.value)}
							onKeyDown={(event) => {
								if (isComposing(event.nativeEvent)) return;
								if (event.key === 'Escape') {
									event.preventDefault();
									event.stopPropagation();
									looking.setText('');
									searchRef.current?.blur();
								}
								if (event.key === 'ArrowDown' || event.key === 'Enter') {
									event.preventDefault();
									// Before the answer is there the next one would be one of the former list.
									if (!looking.settled) return;
									searchRef.current?.blur();
									go(1);
								}
							}}
						/>
					</search>
					{selected.length > 0 && mayAnswer ? (
						<div className="list-bar" role="toolbar" aria-label={t`Selected conversations`}>
							<b>
								<Plural value={selected.length} one="# selected" other="# selected" />
							</b>
							<span className="grow" />
							{selected.length > 1 && (
								<Button
									size="small"
									icon={<LinkOutlined aria-hidden />}
									aria-label={t`One buyer: join`}
									aria-keyshortcuts="m"
									title={`${t`One buyer: join`} (M)`}
									onClick={joinSelected}
								/>
							)}
							<DeskTools rows={selected} narrow={narrow} {...desk} />
							<Button size="small" type="text" title="Esc" onClick={() => setSelection(NOTHING)}>
								{t`Clear`}
							</Button>
						</div>
					) : (
						!looking.active &&
						tags.data !== undefined &&
						tags.data.length > 0 && (
							<div className="list-bar">
								<Select
									size="small"
									className="grow"
									variant="borderless"
									aria-label={t`Tag`}
									value={tag?.tagId ?? ''}
									options={[{ value: '', label: t`All tags` }, ...tags.data.map((one) => ({ value: one.tagId, label: one.name }))]}
									onChange={(tagId) => {
										const { tag: _, ...rest } = search;
										void navigate({ search: tagId === '' ? rest : { ...rest, tag: tagId } });
									}}
								/>
							</div>
						)
					)}
					{looking.active ? result : listed}
					{!looking.active && rows.length > 0 && <ReadStores />}
				</div>
			)}
			{(!narrow || open !== null) && (
				<div className="pane talk">
					{thread || (
						<Empty
							title={t`Choose a conversation`}
						>{t`J and K move, R answers, N notes, T translates, A takes it, Z snoozes, L tags, X selects, E closes.`}</Empty>
					)}
				</div>
			)}
			{!narrow && open !== null && <OrderContext conversationId={open} />}
		</div>
	);
	return <SearchedContext value={searched}>{screen}</SearchedContext>;
}
