import { ArrowLeftOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { MessageView, OpenConversationView, StoreView } from '@pangea/api';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { type RefObject, useContext, useEffect, useState } from 'react';
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
import { usePeople } from './people.ts';
import { OthersHere, useLook, usePresence } from './presence.tsx';
import { Said, woven } from './said.tsx';
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
	/** The conversation is there, or cannot be had. */
	onReady: () => void;
}

/** One conversation: what was said, and where to answer. */
export function Thread({ conversationId, stores, narrow, fieldRef, onBack, desk, noting, onNoting, noteRef, onReady }: ThreadProps) {
	const { t, i18n } = useLingui();
	const { me } = useSession();
	const mayAnswer = useMay('inbox.answer');
	const mayOverride = useMay('inbox.override');
	const { messageId: hit } = useContext(SearchedContext);
	/** How far back is shown; nothing of it: the newest. */
	const [reach, setReach] = useState<{ before?: string; through?: string }>({});
	const open = useQuery({ ...trpc.inbox.open.queryOptions({ conversationId, ...reach }), placeholderData: keepPreviousData });
	const hidden = hit !== null && open.data?.before !== null && open.data?.messages.every((one) => one.messageId !== hit);
	if (hidden && !open.isPlaceholderData && reach.through !== hit) setReach({ through: hit });
	const people = usePeople();
	/** Answers that the server does not have yet: news of the conversation may come in between, which does not know them. */
	const [underWay, setUnderWay] = useState<MessageView[]>([]);
	const land = (messageId: string): void => setUnderWay((all) => all.filter((one) => one.messageId !== messageId));
	const send = useMutation(
		trpc.inbox.send.mutationOptions({
			onSuccess: (_, { messageId, text }) => {
				keep(conversationId, written({ messageId, text, userId: me.userId }));
				land(messageId);
			},
			onError: (error, { messageId, text }) => {
				keep(conversationId, written({ messageId, text, userId: me.userId }));
				land(messageId);
				if (problemOfError(error)?.code === 'newerMessage') bringBack(messageId, text);
				else markLost(conversationId, messageId);
				say(errorSentence(i18n, error), { tone: 'problem' });
			},
		}),
	);
	const typed = useLook(conversationId);
	const others = usePresence()(conversationId);
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

	const isThere = open.data !== undefined || open.error !== null;
	useEffect(() => {
		if (isThere) onReady();
		// Once, when it comes.
		// oxlint-disable-next-line react-hooks/exhaustive-deps
	}, [isThere]);

	if (open.error && !open.data) return <Broken error={open.error} reset={() => void open.refetch()} />;
	if (!open.data) return <Skeleton rows={8} height={44} />;
	const { conversation, messages, before, orderId, draft, longestText, language, caseFacts, sellerCentre } = open.data;
	const seenMessageId = messages.findLast((message) => message.sender === 'buyer')?.messageId;
	const own = messages.findLast((message) => message.state === 'queued' && message.userId === me.userId);
	const store = stores.get(conversation.storeId);
	const answer = (text: string, override: boolean): void => {
		const messageId = crypto.randomUUID();
		setUnderWay((all) => [...all, written({ messageId, text, userId: me.userId })]);
		change(conversationId, (open) => ({ ...open, draft: '' }));
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
			<OthersHere others={others} />
			{caseFacts !== null && (
				<CasePanel facts={caseFacts} platform={conversation.platform} sellerCentre={sellerCentre} storeZone={store?.zone} />
			)}
			<Said
				lines={woven({ ...open.data, messages: [...messages, ...underWay.filter((one) => !holds(messages, one))] })}
				older={before !== null}
				loading={open.isPlaceholderData}
				reached={before === null && reach.before !== undefined}
				hit={hit}
				userId={me.userId}
				onEarlier={() => before !== null && setReach({ before })}
			>
				{(line) =>
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
					)
				}
			</Said>
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
						onType={typed}
						onSend={answer}
						onNote={() => onNoting(true)}
					/>
				</div>
			)}
		</section>
	);
}

/** A message of ours as it stands there before the server has it; the server's word takes its place. */
function written(made: { messageId: string; text: string; userId: string }): MessageView {
	return {
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
}

const holds = (messages: readonly MessageView[], { messageId }: MessageView): boolean =>
	messages.some((one) => one.messageId === messageId);

function keep(conversationId: string, message: MessageView): void {
	change(conversationId, (open) => (holds(open.messages, message) ? open : { ...open, messages: [...open.messages, message] }));
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
	// However far back it is shown.
	queryClient.setQueriesData<OpenConversationView>(trpc.inbox.open.queryFilter({ conversationId }), (open) => open && by(open));
}
