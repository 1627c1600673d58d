import { ArrowLeftOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { MessageView, NoteView, OpenConversationView, StoreView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { type RefObject, useEffect, useRef, useState, useContext } from 'react';
import { errorSentence } from '../../problems.ts';
import { useMay, useSession } from '../../session.tsx';
import { problemOfError, queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import { CasePanel } from './case-panel.tsx';
import { type AnswerField, Composer } from './composer.tsx';
import { DeskTools } from './desk-tools.tsx';
import { MessageLine, NoteLine } from './message-line.tsx';
import { NoteField, type NoteInput } from './note-field.tsx';
import { SearchedContext } from './searched.tsx';
import { Wait } from './wait.tsx';

/** An answer is held so long before it goes, so that its writer can take it back. */
const HOLD_SECONDS = 5;

interface ThreadProps {
	conversationId: string;
	stores: ReadonlyMap<string, StoreView>;
	narrow: boolean;
	fieldRef: RefObject<AnswerField | null>;
	onBack: () => void;
	/** The tools' open menu and what they do. */
	desk: Pick<Parameters<typeof DeskTools>[0], 'menu' | 'onMenu' | 'onChange' | 'onDone'>;
	/** Whether a note is written in place of an answer. */
	noting: boolean;
	onNoting: (noting: boolean) => void;
	noteRef: RefObject<NoteInput | null>;
}

/** One conversation: what was said, and where to answer. */
export function Thread({ conversationId, stores, narrow, fieldRef, onBack, desk, noting, onNoting, noteRef }: ThreadProps) {
	const { t, i18n } = useLingui();
	const { me } = useSession();
	const mayAnswer = useMay('inbox.answer');
	const mayMembers = useMay('members.read');
	const mayOverride = useMay('inbox.override');
	const open = useQuery(trpc.inbox.open.queryOptions({ conversationId }));
	const members = useQuery({ ...trpc.workspace.members.queryOptions(), enabled: mayMembers });
	const people = new Map((members.data?.members ?? []).map((member) => [member.userId, member.name]));
	const end = useRef<HTMLDivElement>(null);
	const send = useMutation(
		trpc.inbox.send.mutationOptions({
			onError: (error, { messageId, text }) => {
				if (problemOfError(error)?.code === 'newerMessage') bringBack(messageId, text);
				else markLost(conversationId, messageId);
				say(errorSentence(i18n, error), { tone: 'problem' });
			},
		}),
	);
	/** A new number gives the field what comes back into it. */
	const [returned, setReturned] = useState({ times: 0, text: '' });
	const bringBack = (messageId: string, text: string): void => {
		change(conversationId, (open) => ({ ...open, messages: open.messages.filter((one) => one.messageId !== messageId) }));
		const begun = fieldRef.current?.resizableTextArea?.textArea.value ?? '';
		setReturned(({ times }) => ({ times: times + 1, text: begun.trim() === '' ? text : `${text}\n${begun}` }));
		void queryClient.invalidateQueries(trpc.inbox.open.queryFilter({ conversationId }));
	};
	const takeBack = useMutation(
		trpc.inbox.takeBack.mutationOptions({
			onSuccess: ({ text }, { messageId }) => bringBack(messageId, text),
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const again = useMutation(
		trpc.inbox.sendAgain.mutationOptions({ onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }) }),
	);
	const seen = useMutation(trpc.inbox.seen.mutationOptions());
	const unread = open.data?.conversation.unread ?? 0;
	const mentioned = open.data?.mentioned ?? false;
	useEffect(() => {
		if ((unread > 0 || mentioned) && document.visibilityState === 'visible') seen.mutate({ conversationId });
		// Once for what is unread now.
		// oxlint-disable-next-line react-hooks/exhaustive-deps
	}, [unread, mentioned, conversationId]);
	const { messageId: hit } = useContext(SearchedContext);
	const newest = open.data?.messages.at(-1)?.messageId;
	const newestNote = open.data?.notes.at(-1)?.noteId;
	useEffect(() => {
		const found = hit === null ? null : end.current?.parentElement?.querySelector(`[data-message="${CSS.escape(hit)}"]`);
		// Newer browsers answer with a promise, which must not be taken for what undoes the effect.
		if (found) found.scrollIntoView({ block: 'center' });
		else end.current?.scrollIntoView({ block: 'end' });
	}, [newest, newestNote, conversationId, hit]);

	if (open.error && !open.data) return <Broken error={open.error} reset={() => void open.refetch()} />;
	if (!open.data) return <Skeleton rows={8} height={44} />;
	const { conversation, messages, orderId, draft, longestText, language, caseFacts, sellerCentre } = open.data;
	const seenMessageId = messages.findLast((message) => message.sender === 'buyer')?.messageId;
	const own = messages.findLast((message) => message.state === 'queued' && message.userId === me.userId);
	const store = stores.get(conversation.storeId);
	const answer = (text: string, override: boolean): void => {
		const messageId = crypto.randomUUID();
		showAtOnce(conversationId, { messageId, text, userId: me.userId });
		const holdSeconds = HOLD_SECONDS;
		send.mutate({ conversationId, messageId, text, override, holdSeconds, ...(seenMessageId !== undefined && { seenMessageId }) });
	};
	const mine = conversation.assigneeId === me.userId;
	const holder = conversation.assigneeId === null ? null : (people.get(conversation.assigneeId) ?? t`Somebody`);
	return (
		<section className="thread" aria-label={t`Conversation with ${conversation.buyerName ?? t`Buyer`}`}>
			<header>
				{narrow && (
					<Button type="text" size="small" icon={<ArrowLeftOutlined aria-hidden />} aria-label={t`Back to the list`} onClick={onBack} />
				)}
				<PlatformMark platform={conversation.platform} name={conversation.platform} size={18} />
				{store && <SiteMark country={store.country} />}
				<h2 className="cut grow">
					<bdi>{conversation.buyerName ?? t`Buyer`}</bdi>
				</h2>
				{narrow && orderId !== null && (
					<Link to="/orders" search={{ order: orderId }}>
						{t`Order`}
					</Link>
				)}
				{conversation.waitingSince !== null && !conversation.done && <Wait since={conversation.waitingSince} due={conversation.due} />}
				{holder !== null && !mine && <small className="soft">{holder}</small>}
				{mayAnswer && (
					<>
						<Button
							size="small"
							aria-keyshortcuts="a"
							title={`${mine ? t`Give back` : t`Take it`} (A)`}
							onClick={() => desk.onChange({ assigneeId: mine ? null : me.userId })}
						>
							{mine ? t`Give back` : t`Take it`}
						</Button>
						<DeskTools rows={[conversation]} narrow={narrow} {...desk} />
					</>
				)}
			</header>
			{caseFacts !== null && (
				<CasePanel facts={caseFacts} platform={conversation.platform} sellerCentre={sellerCentre} storeZone={store?.zone} />
			)}
			<div
				className="said"
				// What scrolls has to be reachable by keys.
				// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
				tabIndex={0}
				role="log"
				aria-label={t`Messages`}
			>
				<ol>
					{woven(open.data).map((line) =>
						'noteId' in line ? (
							<NoteLine key={line.noteId} note={line} people={people} storeZone={store?.zone} />
						) : (
							<MessageLine
								key={line.messageId}
								message={line}
								people={people}
								storeZone={store?.zone}
								mayAnswer={mayAnswer}
								onAgain={(messageId) => again.mutate({ conversationId, messageId })}
								onTakeBack={line === own ? (messageId) => takeBack.mutate({ conversationId, messageId }) : null}
							/>
						),
					)}
				</ol>
				<div ref={end} />
			</div>
			{mayAnswer && noting && (
				<NoteField conversationId={conversationId} people={people} fieldRef={noteRef} onLeave={() => onNoting(false)} />
			)}
			{mayAnswer && (
				// It stays while a note is written: what was begun is in it.
				<div hidden={noting}>
					<Composer
						key={`${conversationId} ${returned.times}`}
						conversationId={conversationId}
						draft={returned.times > 0 ? returned.text : draft}
						newest={seenMessageId}
						longest={longestText}
						language={language}
						closed={conversation.canSend === false ? { by: conversation.closedBy } : null}
						fieldRef={fieldRef}
						mayOverride={mayOverride}
						onSend={answer}
						onNote={() => onNoting(true)}
					/>
				</div>
			)}
		</section>
	);
}

/** Messages and notes in the order in which they were written. */
function woven({ messages, notes, before }: Pick<OpenConversationView, 'messages' | 'notes' | 'before'>): (MessageView | NoteView)[] {
	const first = messages[0]?.sentAt;
	// Notes of before the oldest message shown come with the older messages. Where there are none all are shown: a platform whose clock runs
	// ahead of ours dates a message after the note that was written about it.
	const shown = before === null || first === undefined ? notes : notes.filter((note) => Date.parse(note.at) >= Date.parse(first));
	const at = (line: MessageView | NoteView): number => Date.parse('noteId' in line ? line.at : line.sentAt);
	return [...messages, ...shown].toSorted((a, b) => at(a) - at(b));
}

/** A message of ours stands there before the server has it; the server's word takes its place. */
function showAtOnce(conversationId: string, made: { messageId: string; text: string; userId: string }): void {
	const message: MessageView = {
		...made,
		kind: 'text',
		sender: 'seller',
		state: 'queued',
		sentAt: new Date().toISOString(),
		imageUrl: null,
		externalOrderId: null,
		externalListingId: null,
		attachments: [],
		errorCode: null,
	};
	change(conversationId, (open) => ({ ...open, messages: [...open.messages, message], draft: '' }));
}

function markLost(conversationId: string, messageId: string): void {
	change(conversationId, (open) => ({
		...open,
		messages: open.messages.map((message) =>
			message.messageId === messageId ? { ...message, state: 'failed', errorCode: 'unreachable' } : message,
		),
	}));
}

function change(conversationId: string, by: (open: OpenConversationView) => OpenConversationView): void {
	const { queryKey } = trpc.inbox.open.queryOptions({ conversationId });
	queryClient.setQueryData(queryKey, (open) => open && by(open));
}
