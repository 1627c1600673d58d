import { FileDoneOutlined, SendOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import type { BuyerLanguageView, CiteView, PolicyFindingView } from '@pangea/api';
import { type MacroVariable, unfilledVariables } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, type GetRef, Input } from 'antd';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { isComposing, keyName } from '../../keys.ts';
import { Key } from '../../ui/key.tsx';
import { api, persistent } from '../../trpc.ts';
import { errorSentence } from '../../problems.ts';
import { Cites } from './cites.tsx';
import { Findings } from './findings.tsx';
import { MacroPalette } from './macro-palette.tsx';
import { OwnWords } from './own-words.tsx';
import { closedWords, MACRO_VARIABLE_WORDS } from './words.ts';

/** What is typed is kept at the server when it has rested for so long, and when the field is left. */
const REST_MS = 800;
const MACRO_KEY = 'Mod+/';
const FACTS_KEY = 'Mod+.';

export type AnswerField = GetRef<typeof Input.TextArea>;

interface ComposerProps {
	conversationId: string;
	draft: string;
	/** What was begun in the member's own words. */
	ownDraft: string;
	/** Whether both came back from a reply, so that the draft surely is a translation of the own words. */
	returned: boolean;
	/** In which language the buyer is answered, where the member writes in their own; null where they write the answer itself. */
	buyer: BuyerLanguageView | null;
	/** Whether an answer can be drafted from the order. */
	drafts: boolean;
	/** What is shown as the newest of the buyer, and as the newest answer of somebody else; undefined while there is none. */
	newest: { message: string | undefined; answer: string | undefined };
	longest: number;
	/** Of the buyer, as the store's country speaks: a BCP 47 tag. */
	language: string;
	/** The platform lets nobody write here now, for the reason that it names. */
	closed: { by: string | null } | null;
	fieldRef: RefObject<AnswerField | null>;
	/** Whether this member may send what a rule of the platform blocks. */
	mayOverride: boolean;
	/** What stands in the field after each change. */
	onType: (text: string) => void;
	/** @param own the writer's own words, of which the text is a translation */
	onSend: (text: string, override: boolean, own: string | null) => void;
	/** Leads to a note. */
	onNote: () => void;
}

/** What a person writes in one conversation goes one after the other: no draft comes after its answer, none is taken back while it may be repeated. */
export const wordsScope = (conversationId: string): { id: string } => ({ id: `draft ${conversationId}` });

/** Where an answer is written. Enter sends, but never the Enter with which an input method ends a word. */
export function Composer(props: ComposerProps) {
	const {
		conversationId,
		draft,
		ownDraft,
		returned,
		buyer,
		drafts,
		newest: shown,
		longest,
		language,
		closed,
		fieldRef,
		mayOverride,
	} = props;
	const { onType, onSend, onNote } = props;
	const { t, i18n } = useLingui();
	const [choosing, setChoosing] = useState(false);
	const [unfilled, setUnfilled] = useState<MacroVariable[]>([]);
	const [text, setText] = useState(draft);
	const [findings, setFindings] = useState<PolicyFindingView[]>([]);
	/** What was the newest when this answer was begun: what came later may change it. */
	const answered = useRef(shown);
	const [overtaken, setOvertaken] = useState<'buyer' | 'colleague' | null>(null);
	const [own, setOwn] = useState(ownDraft);
	/** The own words of which the answer is a translation. */
	const [madeFrom, setMadeFrom] = useState(returned && ownDraft !== '' ? ownDraft : null);
	const [cites, setCites] = useState<CiteView[]>([]);
	const kept = useRef({ text: draft, own: ownDraft });
	const newest = useRef(draft);
	const newestOwn = useRef(ownDraft);
	const { mutate } = useMutation({
		...persistent,
		mutationFn: (words: { text: string; own: string }) => api.inbox.saveDraft.mutate({ conversationId, ...words }),
		scope: wordsScope(conversationId),
	});
	const keep = (): void => {
		const words = { text: newest.current, own: newestOwn.current };
		if (words.text === kept.current.text && words.own === kept.current.own) return;
		kept.current = words;
		mutate(words);
	};
	useEffect(() => {
		const timer = setTimeout(keep, REST_MS);
		return () => clearTimeout(timer);
		// oxlint-disable-next-line react-hooks/exhaustive-deps
	}, [text, own]);
	// Leaving the conversation keeps what stands there.
	// oxlint-disable-next-line react-hooks/exhaustive-deps
	useEffect(() => keep, []);
	/** Whoever begins has read what is shown. */
	const begin = (): void => {
		if (newest.current.trim() !== '' || newestOwn.current.trim() !== '') return;
		answered.current = shown;
		setOvertaken(null);
	};
	const change = (words: string): void => {
		begin();
		newest.current = words;
		onType(words);
		setText(words);
		if (words.trim() === '') {
			setMadeFrom(null);
			setCites([]);
		}
		setFindings([]);
		setUnfilled([]);
	};
	const changeOwn = (words: string): void => {
		begin();
		newestOwn.current = words;
		onType(words === '' ? newest.current : words);
		setOwn(words);
	};
	/** An answer in the buyer's language, with the own words that say the same. The next Enter, which sends, is of whoever has read it. */
	const fill = (answer: string, ownText: string): void => {
		change(answer);
		changeOwn(ownText);
		setMadeFrom(ownText);
		fieldRef.current?.focus();
	};
	const facts = useMutation({
		mutationFn: async () => {
			const made = await api.inbox.draftFromFacts.mutate({ conversationId });
			// Whoever does not read the buyer's language reads it in their own.
			const into = shownLanguage();
			const back = buyer && (await api.inbox.translateAnswer.mutate({ conversationId, text: made.text, into }).catch(() => null));
			return { ...made, own: back?.text ?? null };
		},
		onSuccess: (made) => {
			const begun = newest.current.trim();
			if (made.own !== null && begun === '') fill(made.text, made.own);
			else change(begun === '' ? made.text : `${begun}\n${made.text}`);
			setCites(made.cites);
			fieldRef.current?.focus();
		},
	});
	const askFacts = (): void => {
		if (drafts && !facts.isPending) facts.mutate();
	};
	const leavePalette = (): void => {
		setChoosing(false);
		fieldRef.current?.focus();
	};
	/** Where the cursor stands, in place of what is marked. */
	const insert = (words: string): void => {
		const field = fieldRef.current?.resizableTextArea?.textArea;
		const begun = newest.current;
		const from = field?.selectionStart ?? begun.length;
		change(begun.slice(0, from) + words + begun.slice(field?.selectionEnd ?? from));
		leavePalette();
	};
	const { length } = text;
	const tooLong = length > longest;
	const asking = useRef(false);
	const blocked = findings.some((finding) => finding.severity === 'blocks');
	const go = (words: string, override: boolean): void => {
		kept.current = { text: '', own: '' };
		change('');
		changeOwn('');
		setOvertaken(null);
		onSend(words, override, madeFrom);
	};
	const send = async (): Promise<void> => {
		const words = text.trim();
		if (words === '' || tooLong || closed !== null || asking.current) return;
		const empty = unfilledVariables(words);
		if (empty.length > 0) {
			setUnfilled(empty);
			return;
		}
		const { message, answer } = answered.current;
		if (shown.message !== message || shown.answer !== answer) {
			// Asked once: whoever sends again has read it.
			answered.current = shown;
			setOvertaken(shown.answer === answer ? 'buyer' : 'colleague');
			return;
		}
		asking.current = true;
		try {
			const found = await api.inbox.check.mutate({ conversationId, text: words });
			// What only warns is shown once; whoever sends again has read it.
			const read = found.every((one) => one.severity === 'warns' && findings.some((known) => known.rule === one.rule));
			if (found.length > 0 && !read) {
				change(words);
				setFindings(found);
				return;
			}
			go(words, false);
		} catch {
			// The send itself says what is the matter.
			go(words, false);
		} finally {
			asking.current = false;
		}
	};
	if (closed !== null)
		return (
			<Closed by={closed.by}>
				<Button size="small" type="text" aria-keyshortcuts="n" title={`${t`Write a note`} (N)`} onClick={onNote}>
					{t`Write a note`}
				</Button>
			</Closed>
		);
	return (
		<>
			{buyer && (
				<OwnWords
					key={buyer.language}
					conversationId={conversationId}
					text={own}
					buyer={buyer}
					stale={madeFrom !== null && madeFrom !== own.trim()}
					onChange={changeOwn}
					onKeep={keep}
					onTranslated={fill}
				/>
			)}
			{choosing && <MacroPalette conversationId={conversationId} language={language} onInsert={insert} onClose={leavePalette} />}
			<form
				className="composer"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				{overtaken !== null && (
					<p className="overtaken" role="alert">
						{overtaken === 'buyer' ? (
							<Trans>The buyer has written since you began. Read it, then send again.</Trans>
						) : (
							<Trans>Somebody else has answered since you began. Read it, then send again.</Trans>
						)}
					</p>
				)}
				{unfilled.length > 0 && (
					<p className="overtaken" role="alert">
						<Trans>
							Nothing is known yet for: {unfilled.map((one) => i18n._(MACRO_VARIABLE_WORDS[one])).join(', ')}. Write it, or take it out.
						</Trans>
					</p>
				)}
				{facts.error && (
					<p className="overtaken" role="alert">
						{errorSentence(i18n, facts.error)}
					</p>
				)}
				{findings.length > 0 && <Findings text={text} findings={findings} onRewrite={change} />}
				<Input.TextArea
					ref={fieldRef}
					aria-label={t`Answer`}
					placeholder={t`Answer the buyer`}
					autoSize={{ minRows: 2, maxRows: 8 }}
					value={text}
					status={tooLong ? 'error' : ''}
					onChange={(event) => change(event.target.value)}
					onBlur={keep}
					onKeyDown={(event) => {
						if (isComposing(event.nativeEvent)) return;
						if (event.key === 'Enter' && !event.shiftKey) {
							event.preventDefault();
							void send();
						}
						if (event.key === 'Escape') event.currentTarget.blur();
						if (keyName(event.nativeEvent) === MACRO_KEY) {
							event.preventDefault();
							setChoosing(true);
						}
						if (keyName(event.nativeEvent) === FACTS_KEY) {
							event.preventDefault();
							askFacts();
						}
					}}
				/>
				<Cites cites={cites} text={text} />
				<div className="line">
					<small className="faint">
						<Key of="Enter" /> {t`sends`} · <Key of="Shift+Enter" /> {t`new line`}
					</small>
					<span className="grow" />
					{drafts && (
						<Button
							size="small"
							type="text"
							loading={facts.isPending}
							icon={<FileDoneOutlined aria-hidden />}
							aria-label={t`Draft from the order`}
							aria-keyshortcuts="Control+."
							title={`${t`Draft from the order`} (Ctrl .)`}
							onClick={askFacts}
						/>
					)}
					<Button
						size="small"
						type="text"
						aria-keyshortcuts="Control+/"
						title={`${t`Macros`} (Ctrl /)`}
						onClick={() => setChoosing(!choosing)}
					>
						{t`Macros`}
					</Button>
					<Button size="small" type="text" aria-keyshortcuts="n" title={`${t`Write a note`} (N)`} onClick={onNote}>
						{t`Write a note`}
					</Button>
					<small className={tooLong ? 'risk' : 'faint'}>
						{formatNumber(shownLanguage(), length)} / {formatNumber(shownLanguage(), longest)}
					</small>
					{blocked && mayOverride && (
						<Button size="small" danger onClick={() => go(text.trim(), true)}>
							{t`Send all the same`}
						</Button>
					)}
					<Button
						type="primary"
						size="small"
						htmlType="submit"
						icon={<SendOutlined aria-hidden />}
						disabled={text.trim() === '' || tooLong}
					>
						{t`Send`}
					</Button>
				</div>
			</form>
		</>
	);
}

/** Why nobody may write. */
function Closed({ by, children }: { by: string | null; children: ReactNode }) {
	const { i18n } = useLingui();
	const { sentence, word } = closedWords(by);
	return (
		<p className="composer closed soft">
			{i18n._(sentence)}
			{word !== null && <code className="faint"> {word}</code>} {children}
		</p>
	);
}
