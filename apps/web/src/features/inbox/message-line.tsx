import { useLingui } from '@lingui/react/macro';
import type { MessageView, NoteView, RenderingView } from '@pangea/api';
import { Button } from 'antd';
import { useState } from 'react';
import { sentence } from '../../problems.ts';
import { When } from '../../ui/figures.tsx';
import { MessageFiles } from './message-files.tsx';
import { isOwnLanguage, languageName, Rendered } from './rendering.tsx';
import { Searchable } from './searched.tsx';
import { KIND_WORDS, MESSAGE_STATE_WORDS } from './words.ts';

interface MessageLineProps {
	message: MessageView;
	/** Names of the workspace's people by id. */
	people: ReadonlyMap<string, string>;
	storeZone: string | undefined;
	mayAnswer: boolean;
	/** What it says in the reader's language; undefined where it is read as it was written. */
	rendering: RenderingView | undefined;
	onRenderAgain: (messageId: string) => void;
	onAgain: (messageId: string) => void;
	/** Null where it is somebody else's, or on its way by now. */
	onTakeBack: ((messageId: string) => void) | null;
}

export function MessageLine(props: MessageLineProps) {
	const { message, people, storeZone, mayAnswer, rendering, onRenderAgain, onAgain, onTakeBack } = props;
	const { t, i18n } = useLingui();
	const { sender, state, kind } = message;
	const ours = sender === 'seller' || sender === 'robot';
	if (sender === 'platform' || kind === 'notice')
		return (
			<li className="told faint" data-message={message.messageId}>
				<Told message={message} /> <When at={message.sentAt} storeZone={storeZone} />
			</li>
		);
	const lost = state === 'rejected' || state === 'failed';
	const who = message.userId === null ? null : (people.get(message.userId) ?? null);
	return (
		<li className={ours ? 'ours' : 'theirs'} data-message={message.messageId} data-state={state}>
			<div className={`bubble ${lost ? 'lost' : ''} ${state === 'queued' || state === 'sending' ? 'under-way' : ''}`}>
				{rendering ? (
					<Rendered rendering={rendering} onAgain={() => onRenderAgain(message.messageId)}>
						<Words message={message} />
					</Rendered>
				) : (
					<Words message={message} />
				)}
				<MessageFiles message={message} />
			</div>
			<small className="faint">
				<span className={sender === 'assistant' ? '' : 'unseen'}>
					{ours ? t`We` : sender === 'assistant' ? t`The platform's assistant, for the buyer` : t`Buyer`}
				</span>
				{sender === 'assistant' && ' · '}
				{sender === 'robot' && <span>{t`Automatic answer`} · </span>}
				{who !== null && <span>{who} · </span>}
				<When at={message.sentAt} storeZone={storeZone} />
				{message.language !== null && !isOwnLanguage(message) && <span> · {languageName(message.language)}</span>}
				{ours && state !== 'received' && <span className={lost ? 'risk' : ''}> · {i18n._(MESSAGE_STATE_WORDS[state])}</span>}
				{onTakeBack && (
					<Button
						type="link"
						size="small"
						aria-keyshortcuts="u"
						title={`${t`Take back`} (U)`}
						onClick={() => onTakeBack(message.messageId)}
					>
						{t`Take back`}
					</Button>
				)}
			</small>
			{lost && (
				<p className="why">
					{sentence(i18n, message.errorCode ?? 'unknown')}{' '}
					{mayAnswer && message.errorCode !== 'alreadyAnswered' && (
						<Button type="link" size="small" onClick={() => onAgain(message.messageId)}>
							{t`Send again`}
						</Button>
					)}
				</p>
			)}
		</li>
	);
}

/** What members tell each other between the messages. */
export function NoteLine({
	note,
	people,
	storeZone,
}: {
	note: NoteView;
	people: ReadonlyMap<string, string>;
	storeZone: string | undefined;
}) {
	const { t } = useLingui();
	return (
		<li className="ours aside" data-note={note.noteId}>
			<div className="bubble">
				<small className="soft">{t`Note · the buyer does not get it`}</small>
				<bdi className="words" dir="auto">
					{note.text}
				</bdi>
			</div>
			<small className="faint">
				{people.get(note.userId) ?? t`Somebody`} · <When at={note.at} storeZone={storeZone} />
			</small>
		</li>
	);
}

/** What the platform tells between the messages. */
function Told({ message }: { message: MessageView }) {
	const { t } = useLingui();
	const { sender, text, externalOrderId, externalListingId } = message;
	if (text !== null && text !== '') return <bdi>{text}</bdi>;
	if (sender === 'buyer' && externalOrderId !== null) return <>{t`The buyer came from order ${externalOrderId}`}</>;
	if (sender === 'buyer' && externalListingId !== null) return <>{t`The buyer came from product ${externalListingId}`}</>;
	return <Words message={message} />;
}

/** What a buyer writes is text and nothing else: never markup, never a link that leads somewhere by itself. */
function Words({ message }: { message: MessageView }) {
	const { i18n } = useLingui();
	const { kind, text, imageUrl, externalOrderId, externalListingId } = message;
	if (kind === 'image' && imageUrl !== null) return <Shown url={imageUrl} />;
	if (text === null && message.attachments.length > 0) return null;
	const named = externalOrderId ?? externalListingId;
	return (
		<>
			{text === null || text === '' ? (
				<span className="kind">{i18n._(KIND_WORDS[kind])}</span>
			) : (
				<bdi className="words" dir="auto">
					<Searchable text={text} />
				</bdi>
			)}
			{/* The words of a purchase say nothing by naming it again and again. */}
			{named !== null && kind !== 'text' && <span className="num"> {named}</span>}
		</>
	);
}

/** A picture that was read before files were kept: it comes from the platform's own hosts and says nothing about who looks. */
function Shown({ url }: { url: string }) {
	const { t } = useLingui();
	const [gone, setGone] = useState(!url.startsWith('https://'));
	if (gone) return <span className="kind">{t`Picture that cannot be shown`}</span>;
	return <img src={url} alt={t`Picture of the buyer`} loading="lazy" referrerPolicy="no-referrer" onError={() => setGone(true)} />;
}
