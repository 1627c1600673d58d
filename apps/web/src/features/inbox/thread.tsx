import { ArrowLeftOutlined, CheckOutlined, UndoOutlined, UserAddOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { MessageView, OpenConversationView, StoreView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { type RefObject, useEffect, useRef } from 'react';
import { errorSentence } from '../../problems.ts';
import { useMay, useSession } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import { type AnswerField, Composer } from './composer.tsx';
import { MessageLine } from './message-line.tsx';
import { Wait } from './wait.tsx';

interface ThreadProps {
	conversationId: string;
	stores: ReadonlyMap<string, StoreView>;
	narrow: boolean;
	fieldRef: RefObject<AnswerField | null>;
	onBack: () => void;
	onDone: (done: boolean) => void;
	onTake: (userId: string | null) => void;
}

/** One conversation: what was said, and where to answer. */
export function Thread({ conversationId, stores, narrow, fieldRef, onBack, onDone, onTake }: ThreadProps) {
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
			onError: (error, { messageId }) => {
				markLost(conversationId, messageId);
				say(errorSentence(i18n, error), { tone: 'problem' });
			},
		}),
	);
	const again = useMutation(
		trpc.inbox.sendAgain.mutationOptions({ onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }) }),
	);
	const seen = useMutation(trpc.inbox.seen.mutationOptions());
	const unread = open.data?.conversation.unread ?? 0;
	useEffect(() => {
		if (unread > 0 && document.visibilityState === 'visible') seen.mutate({ conversationId });
		// Once for what is unread now.
		// oxlint-disable-next-line react-hooks/exhaustive-deps
	}, [unread, conversationId]);
	const newest = open.data?.messages.at(-1)?.messageId;
	useEffect(() => {
		// Newer browsers answer with a promise, which must not be taken for what undoes the effect.
		end.current?.scrollIntoView({ block: 'end' });
	}, [newest, conversationId]);

	if (open.error && !open.data) return <Broken error={open.error} reset={() => void open.refetch()} />;
	if (!open.data) return <Skeleton rows={8} height={44} />;
	const { conversation, messages, orderId, draft, longestText } = open.data;
	const store = stores.get(conversation.storeId);
	const answer = (text: string, override: boolean): void => {
		const messageId = crypto.randomUUID();
		showAtOnce(conversationId, { messageId, text, userId: me.userId });
		send.mutate({ conversationId, messageId, text, override });
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
							icon={<UserAddOutlined aria-hidden />}
							aria-label={mine ? t`Give back` : t`Take it`}
							aria-keyshortcuts="a"
							title={`${mine ? t`Give back` : t`Take it`} (A)`}
							onClick={() => onTake(mine ? null : me.userId)}
						>
							{!narrow && (mine ? t`Give back` : t`Take it`)}
						</Button>
						<Button
							size="small"
							icon={conversation.done ? <UndoOutlined aria-hidden /> : <CheckOutlined aria-hidden />}
							aria-label={conversation.done ? t`Open again` : t`Done`}
							aria-keyshortcuts="e"
							title={`${conversation.done ? t`Open again` : t`Done`} (E)`}
							onClick={() => onDone(!conversation.done)}
						>
							{!narrow && (conversation.done ? t`Open again` : t`Done`)}
						</Button>
					</>
				)}
			</header>
			<div
				className="said"
				// What scrolls has to be reachable by keys.
				// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
				tabIndex={0}
				role="log"
				aria-label={t`Messages`}
			>
				<ol>
					{messages.map((message) => (
						<MessageLine
							key={message.messageId}
							message={message}
							people={people}
							storeZone={store?.zone}
							mayAnswer={mayAnswer}
							onAgain={(messageId) => again.mutate({ conversationId, messageId })}
						/>
					))}
				</ol>
				<div ref={end} />
			</div>
			{mayAnswer && (
				<Composer
					key={conversationId}
					conversationId={conversationId}
					draft={draft}
					longest={longestText}
					closed={conversation.canSend === false}
					fieldRef={fieldRef}
					mayOverride={mayOverride}
					onSend={answer}
				/>
			)}
		</section>
	);
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
