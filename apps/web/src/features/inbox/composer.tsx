import { FileDoneOutlined, SendOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import type { BuyerLanguageView, ChosenFileView, CiteView, PolicyFindingView } from '@pangea/api';
import { type FileRules, type MacroVariable, unfilledVariables } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, type GetRef, Input } from 'antd';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { isComposing, keyName } from '../../keys.ts';
import { Key } from '../../ui/key.tsx';
import { api, persistent } from '../../trpc.ts';
import { errorSentence } from '../../problems.ts';
import { ChooseFiles, ChosenFiles, useAnswerFiles } from './answer-files.tsx';
import { Cites } from './cites.tsx';
import { Findings, mended } from './findings.tsx';
import { MacroPalette } from './macro-palette.tsx';
import { OwnWords } from './own-words.tsx';
import { closedWords, MACRO_VARIABLE_WORDS } from './words.ts';

/** What is typed is kept at the server when it has rested for so long, and when the field is left. */
const REST_MS = 800;
const MACRO_KEY = 'Mod+/';
const FACTS_KEY = 'Mod+.';
const REWRITE_KEY = 'Mod+Enter';
/** With Shift. */
const ATTACH_KEY = 'Mod+u';

export type AnswerField = GetRef<typeof Input.TextArea>;

/** What its writer sends. */
export interface WrittenAnswer {
	text: string;
	override: boolean;
	/** The writer's own words, of which the text is a translation; null where it is none. */
	own: string | null;
	/** Rules that only warn, of which the writer was told. */
	readRules: string[];
	fileIds: string[];
}

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
	/** What the rules found in the draft when it was sent; empty where it was not, or passed. */
	findings: readonly PolicyFindingView[];
	/** What is shown as the newest of the buyer, and as the newest answer of somebody else; undefined while there is none. */
	newest: { message: string | undefined; answer: string | undefined };
	longest: number;
	/** What the platform takes as files here; null where it takes none. */
	fileRules: FileRules | null;
	/** Chosen for this answer and kept by the server. */
	files: readonly ChosenFileView[];
	/** Of the buyer, as the store's country speaks: a BCP 47 tag. */
	language: string;
	/** The platform lets nobody write here now, for the reason that it names. */
	closed: { by: string | null } | null;
	fieldRef: RefObject<AnswerField | null>;
	/** Whether this member may send what a rule of the platform blocks. */
	mayOverride: boolean;
	/** What stands in the field after each change. */
	onType: (text: string) => void;
	onSend: (written: WrittenAnswer) => void;
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
	const { fileRules, files, onType, onSend, onNote } = props;
	const coming = useAnswerFiles(conversationId, fileRules, files);
	const [dropping, setDropping] = useState(false);
	const { t, i18n } = useLingui();
	const [choosing, setChoosing] = useState(false);
	const [unfilled, setUnfilled] = useState<MacroVariable[]>([]);
	const [text, setText] = useState(draft);
	const [findings, setFindings] = useState(props.findings);
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
		// Own words that are not shown, for the member reads without translation again, are nothing they go on with.
		if (newest.current.trim() !== '' || (buyer !== null && newestOwn.current.trim() !== '')) return;
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
	const isEmpty = text.trim() === '' && (files.length === 0 || fileRules?.needsText !== false);
	const tooLong = length > longest;
	const blocked = findings.some((finding) => finding.severity === 'blocks');
	const go = (words: string, override: boolean): void => {
		kept.current = { text: '', own: '' };
		change('');
		changeOwn('');
		setOvertaken(null);
		const readRules = findings.flatMap(({ rule, severity }) => (severity === 'warns' ? [rule] : []));
		const fileIds = files.map(({ fileId }) => fileId);
		const written = { text: words, override, own: madeFrom, readRules };
		if (!fileRules?.alone) {
			onSend({ ...written, fileIds });
			return;
		}
		// Each is a message of its own at such a platform.
		for (const fileId of fileIds) onSend({ text: '', override: false, own: null, readRules: [], fileIds: [fileId] });
		if (words !== '') onSend({ ...written, fileIds: [] });
	};
	const send = (): void => {
		const words = text.trim();
		if (isEmpty || coming.busy || tooLong || closed !== null) return;
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
		// The platform's rules are asked by the sending itself: what they find comes back with the words.
		go(words, false);
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
			{/* To drop a file is one way of three: a button and a key are the others. */}
			{/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
			<form
				className={`composer ${dropping ? 'dropping' : ''}`}
				onDragOver={(event) => {
					if (!fileRules || !event.dataTransfer.types.includes('Files')) return;
					event.preventDefault();
					setDropping(true);
				}}
				onDragLeave={() => setDropping(false)}
				onDrop={(event) => {
					setDropping(false);
					if (event.dataTransfer.files.length === 0) return;
					event.preventDefault();
					coming.add(event.dataTransfer.files);
				}}
				onSubmit={(event) => {
					event.preventDefault();
					send();
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
				<ChosenFiles conversationId={conversationId} files={files} of={coming} />
				<Input.TextArea
					ref={fieldRef}
					aria-label={t`Answer`}
					placeholder={t`Answer the buyer`}
					autoSize={{ minRows: 2, maxRows: 8 }}
					value={text}
					status={tooLong ? 'error' : ''}
					onChange={(event) => change(event.target.value)}
					onBlur={keep}
					onPaste={(event) => {
						// What is copied from a page or a table brings a picture of itself beside its words.
						if (event.clipboardData.files.length === 0 || event.clipboardData.types.includes('text/plain')) return;
						event.preventDefault();
						coming.add(event.clipboardData.files);
					}}
					onKeyDown={(event) => {
						if (isComposing(event.nativeEvent)) return;
						const better = keyName(event.nativeEvent) === REWRITE_KEY ? mended(text, findings) : null;
						if (better !== null) {
							event.preventDefault();
							change(better);
						} else if (event.key === 'Enter' && !event.shiftKey) {
							event.preventDefault();
							send();
						}
						if (event.key === 'Escape') event.currentTarget.blur();
						if (keyName(event.nativeEvent) === ATTACH_KEY && event.shiftKey) {
							event.preventDefault();
							event.currentTarget.form?.querySelector<HTMLButtonElement>('[data-attach]')?.click();
						}
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
					{fileRules && <ChooseFiles rules={fileRules} onChoose={coming.add} />}
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
						disabled={isEmpty || tooLong || coming.busy}
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
