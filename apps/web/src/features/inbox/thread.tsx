import { ArrowLeftOutlined, TranslationOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { ChosenFileView, FileView, MessageView, OpenConversationView, PolicyFindingView, StoreView } from '@pangea/api';
import { keepPreviousData, useMutation, useMutationState, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { type RefObject, useContext, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useMay, useSession } from '../../session.tsx';
import { type api, persistent, problemOfError, queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import { changeChosen, chosenOf } from './answer-files.tsx';
import { BuyerButton } from './buyer-history.tsx';
import { CasePanel } from './case-panel.tsx';
import { type AnswerField, Composer, type WrittenAnswer, wordsScope } from './composer.tsx';
import { DeskTools, takes } from './desk-tools.tsx';
import { PictureViewing } from './file-viewer.tsx';
import { MessageLine, NoteLine } from './message-line.tsx';
import { NoReplyButton } from './no-reply.tsx';
import { NoteField, type NoteInput } from './note-field.tsx';
import { usePeople } from './people.ts';
import { OthersHere, useLook, usePresence } from './presence.tsx';
import { ReadingBar } from './reading-bar.tsx';
import { Said, woven } from './said.tsx';
import { SearchedContext } from './searched.tsx';
import './translation.css';
import { useReading, useRenderings } from './use-renderings.ts';
import { Wait } from './wait.tsx';

/** An answer is held so long before it goes, so that its writer can take it back. */
const HOLD_SECONDS = 5;

type SendInput = Parameters<typeof api.inbox.send.mutate>[0];

/** Words that were not taken, with what the rules found in them. */
interface Returned {
	times: number;
	text: string;
	/** The writer's own words, of which the text is a translation; empty where it is none. */
	own: string;
	findings: readonly PolicyFindingView[];
}

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
	const rendered = useRenderings(open.data);
	const choose = useReading(conversationId);
	// Answers that the server does not have yet. News of the conversation does not know them, and who comes back must not write them again.
	const underWay = useMutationState({
		filters: { mutationKey: trpc.inbox.send.mutationKey(), status: 'pending' },
		select: ({ state }) => ({ said: state.variables as SendInput, at: state.submittedAt }),
	}).filter(({ said }) => said.conversationId === conversationId);
	const scope = wordsScope(conversationId);
	const send = useMutation(
		trpc.inbox.send.mutationOptions({
			...persistent,
			scope,
			onSuccess: (_, said) => {
				keep(conversationId, written(said, me.userId, Date.now(), chosenOf(conversationId)));
				changeChosen(conversationId, (files) => files.filter(({ fileId }) => !said.messageFileIds?.includes(fileId)));
			},
			onError: (error, { messageId, text, own }) => {
				const findings = problemOfError(error)?.findings ?? [];
				bringBack(messageId, { text, own: own?.text ?? '', findings });
				// The findings speak for themselves, but its writer may be elsewhere by now.
				if (findings.length === 0 || !here.current)
					say(`${open.data?.conversation.buyerName ?? t`Buyer`}: ${errorSentence(i18n, error)}`, { tone: 'problem' });
			},
		}),
	);
	const typed = useLook(conversationId);
	const others = usePresence()(conversationId);
	const keepDraft = useMutation(trpc.inbox.saveDraft.mutationOptions({ ...persistent, scope }));
	/** Whether the conversation is still shown, and the field its own. */
	const here = useRef(true);
	useEffect(() => {
		here.current = true;
		return () => void (here.current = false);
	}, []);
	/** A new number gives the field what comes back into it. */
	const [returned, setReturned] = useState<Returned>({ times: 0, text: '', own: '', findings: [] });
	const wasInField = useRef(false);
	useEffect(() => {
		if (returned.times > 0 && wasInField.current) fieldRef.current?.focus({ cursor: 'end' });
	}, [returned.times, fieldRef]);
	const bringBack = (messageId: string, { text, own, findings }: Omit<Returned, 'times'>): void => {
		change(conversationId, (open) => ({ ...open, messages: open.messages.filter((one) => one.messageId !== messageId) }));
		const begun = here.current ? (fieldRef.current?.resizableTextArea?.textArea.value ?? '') : '';
		const words = begun.trim() === '' ? text : text === '' ? begun : `${text}\n${begun}`;
		wasInField.current = here.current && document.activeElement === fieldRef.current?.resizableTextArea?.textArea;
		// They stand where they stood, also with what was begun below.
		setReturned(({ times }) => ({ times: times + 1, text: words, own, findings }));
		// Whoever comes back later finds them as well.
		if (words !== '') keepDraft.mutate({ conversationId, text: words, own });
		void queryClient.invalidateQueries(trpc.inbox.open.queryFilter({ conversationId }));
	};
	const takeBack = useMutation(
		trpc.inbox.takeBack.mutationOptions({
			...persistent,
			scope,
			onSuccess: ({ text, own }, { messageId }) => bringBack(messageId, { text, own, findings: [] }),
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const again = useMutation(
		trpc.inbox.sendAgain.mutationOptions({ onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }) }),
	);
	const seen = useMutation(trpc.inbox.seen.mutationOptions());
	const newest = open.data?.messages.findLast((message) => message.sender === 'buyer')?.messageId;
	const unread = open.data?.conversation.unread ?? 0;
	const mentioned = open.data?.mentioned ?? false;
	useEffect(() => {
		if ((unread > 0 || mentioned) && document.visibilityState === 'visible') seen.mutate({ conversationId });
		// Once for what is unread now.
		// oxlint-disable-next-line react-hooks/exhaustive-deps
	}, [unread, mentioned, conversationId]);

	const isThere = open.data !== undefined || open.error !== null;
	// What a thread begins with was wanted; what comes later came by itself, also where it is the answer to the first look behind what was kept of it.
	const wasThere = useRef(false);
	// With what it brings before the eyes: a key may be pressed before anything else is done about it.
	useLayoutEffect(() => {
		if (newest === undefined) return;
		for (const [messageId, at] of readAt) if (at < Date.now()) readAt.delete(messageId);
		readAt.set(newest, Date.now() + (wasThere.current ? READ_MILLIS : NOTICED_MILLIS));
	}, [newest]);
	useLayoutEffect(() => {
		wasThere.current ||= isThere;
	}, [isThere]);
	useEffect(() => {
		if (isThere) onReady();
		// Once, when it comes.
		// oxlint-disable-next-line react-hooks/exhaustive-deps
	}, [isThere]);

	if (open.error && !open.data) return <Broken error={open.error} reset={() => void open.refetch()} />;
	if (!open.data) return <Skeleton rows={8} height={44} />;
	const { conversation, messages, before, orderId, draft, ownDraft, longestText, language, caseFacts, sellerCentre } = open.data;
	const { reading, translator, buyerLanguage, fileRules, chosenFiles, knowsNoReply } = open.data;
	// Further back than what is shown one may lie as well.
	const seenAnswerId = messages.findLast((message) => isOfOthers(message, me.userId))?.messageId ?? (before === null ? null : undefined);
	const own = messages.findLast((message) => message.state === 'queued' && message.userId === me.userId);
	const store = stores.get(conversation.storeId);
	// What is on its way is no choice any more; what comes back is one again.
	const files = chosenFiles.filter(({ fileId }) => underWay.every(({ said }) => !said.messageFileIds?.includes(fileId)));
	const sending = underWay.map(({ said, at }) => written(said, me.userId, at, chosenFiles)).filter((one) => !holds(messages, one));
	const answer = ({ text, override, own: ownText, readRules, fileIds }: WrittenAnswer): void => {
		const messageId = crypto.randomUUID();
		change(conversationId, (open) => ({ ...open, draft: '', ownDraft: '' }));
		const own = ownText === null ? {} : { own: { text: ownText, language: shownLanguage() } };
		const holdSeconds = HOLD_SECONDS;
		const seenByMe = { ...(newest !== undefined && { seenMessageId: newest }), ...(seenAnswerId !== undefined && { seenAnswerId }) };
		send.mutate({ conversationId, messageId, text, override, readRules, messageFileIds: fileIds, holdSeconds, ...own, ...seenByMe });
	};
	const mine = conversation.assigneeId === me.userId;
	const holder = conversation.assigneeId === null ? null : (people.get(conversation.assigneeId) ?? t`Somebody`);
	return (
		<PictureViewing messages={messages}>
			<section className="thread" data-open={conversationId} aria-label={t`Conversation with ${conversation.buyerName ?? t`Buyer`}`}>
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
					<BuyerButton conversationId={conversationId} />
					<Button
						size="small"
						type={reading.translated ? 'primary' : 'default'}
						icon={<TranslationOutlined aria-hidden />}
						aria-label={t`With translations`}
						aria-pressed={reading.translated}
						aria-keyshortcuts="t"
						title={`${t`With translations`} (T)`}
						onClick={() => choose.mutate({ conversationId, translated: !reading.translated })}
					/>
					{mayAnswer && (
						<>
							<Button
								size="small"
								aria-keyshortcuts="a"
								title={`${mine ? t`Give back` : t`Take it`} (A)`}
								onClick={() => desk.onChange(takes(conversation, me.userId))}
							>
								{mine ? t`Give back` : t`Take it`}
							</Button>
							{knowsNoReply && (
								<NoReplyButton conversation={conversation} newestRead={() => newestRead(conversationId)} sellerCentre={sellerCentre} />
							)}
							<DeskTools rows={[conversation]} narrow={narrow} {...desk} />
						</>
					)}
				</header>
				<OthersHere others={others} />
				{reading.translated && (
					<ReadingBar
						open={open.data}
						error={rendered.error}
						onRetry={rendered.retry}
						onEvery={(translated) => choose.mutate({ conversationId: null, translated })}
					/>
				)}
				{caseFacts !== null && (
					<CasePanel facts={caseFacts} platform={conversation.platform} sellerCentre={sellerCentre} storeZone={store?.zone} />
				)}
				<Said
					lines={woven({ ...open.data, messages: [...messages, ...sending] })}
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
								rendering={rendered.renderings.get(line.messageId)}
								onRenderAgain={rendered.again}
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
							ownDraft={returned.times > 0 ? returned.own : ownDraft}
							returned={returned.times > 0}
							buyer={reading.translated && translator === 'model' ? buyerLanguage : null}
							drafts={translator === 'model' && orderId !== null}
							findings={returned.findings}
							newest={{ message: newest, answer: seenAnswerId ?? undefined }}
							longest={longestText}
							fileRules={fileRules}
							files={files}
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
		</PictureViewing>
	);
}

/** What has come up before somebody's eyes so short a time ago was not read before the key that closes was pressed. */
const READ_MILLIS = 800;
/** A key that is pressed so soon after another conversation has come up was meant for the one before. */
const NOTICED_MILLIS = 250;
/** When the newest messages of conversations that have come up can have been read. */
const readAt = new Map<string, number>();

/** The buyer's newest message that can have been read; null where there is none, undefined where nobody can tell. */
export function newestRead(conversationId: string): string | null | undefined {
	const shown = shownOf(conversationId);
	const isRead = ({ messageId }: MessageView): boolean => (readAt.get(messageId) ?? 0) < Date.now();
	const last = newestOf(shown, (message) => message.sender === 'buyer' && isRead(message));
	return last ?? (shown.some(({ before }) => before === null) ? null : undefined);
}

/** The newest answer of this member that is shown as said or on its way, whether or not the server has it; undefined without one. */
export function answerCountedOn(conversationId: string, me: string): string | undefined {
	const onTheirWay = queryClient
		.getMutationCache()
		.findAll({ mutationKey: trpc.inbox.send.mutationKey(), status: 'pending' })
		.flatMap(({ state }) => (state.variables as SendInput | undefined) ?? [])
		.filter((said) => said.conversationId === conversationId);
	if (onTheirWay.length > 0) return onTheirWay.at(-1)?.messageId;
	return newestOf(
		shownOf(conversationId),
		({ sender, userId, state }) => sender === 'seller' && userId === me && state !== 'rejected' && state !== 'failed',
	);
}

/** A conversation as it is shown, once for each stretch of it. */
function shownOf(conversationId: string): OpenConversationView[] {
	return queryClient
		.getQueriesData<OpenConversationView>(trpc.inbox.open.queryFilter({ conversationId }))
		.flatMap(([, open]) => open ?? []);
}

function newestOf(shown: readonly OpenConversationView[], which: (message: MessageView) => boolean): string | undefined {
	const found = shown.flatMap((open) => open.messages).filter(which);
	return found.toSorted((a, b) => (a.sentAt < b.sentAt ? -1 : 1)).at(-1)?.messageId;
}

/** An answer that the buyer gets from somebody else, here or at the platform itself. */
function isOfOthers({ sender, userId, state }: MessageView, me: string): boolean {
	return sender === 'seller' && userId !== me && state !== 'rejected' && state !== 'failed';
}

/** A message of ours as it stands there before the server has it; the server's word takes its place. */
function written(
	{ messageId, text, messageFileIds = [] }: SendInput,
	userId: string,
	at: number,
	chosen: readonly ChosenFileView[],
): MessageView {
	return {
		messageId,
		text: text === '' ? null : text,
		userId,
		kind: text === '' ? 'file' : 'text',
		sender: 'seller',
		state: 'queued',
		sentAt: new Date(at).toISOString(),
		imageUrl: null,
		externalOrderId: null,
		externalListingId: null,
		attachments: chosen.filter(({ fileId }) => messageFileIds.includes(fileId)).map(underWayFile),
		errorCode: null,
		language: null,
	};
}

const underWayFile = ({ name, type, bytes }: ChosenFileView): FileView => ({
	fileId: null,
	name,
	type,
	bytes,
	state: 'kept',
	errorCode: null,
	standing: null,
	risk: null,
	width: null,
	height: null,
	url: null,
});

const holds = (messages: readonly MessageView[], { messageId }: MessageView): boolean =>
	messages.some((one) => one.messageId === messageId);

function keep(conversationId: string, message: MessageView): void {
	change(conversationId, (open) => (holds(open.messages, message) ? open : { ...open, messages: [...open.messages, message] }));
}

function change(conversationId: string, by: (open: OpenConversationView) => OpenConversationView): void {
	// However far back it is shown.
	queryClient.setQueriesData<OpenConversationView>(trpc.inbox.open.queryFilter({ conversationId }), (open) => open && by(open));
}
