import { useLingui } from '@lingui/react/macro';
import type { CopyDraftView, MachineTextsView, MemoryHitView, TextSourceView } from '@pangea/api';
import { type DraftText, LONGEST_ALIKE, primaryLanguage, TEXT_FIELDS, type TextField, textDifference } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { formatDay } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { errorSentence, sentence } from '../../problems.ts';
import { useMay, useStores } from '../../session.tsx';
import { api, trpc } from '../../trpc.ts';
import { Key } from '../../ui/key.tsx';
import { say } from '../../ui/toast.tsx';
import { languageName } from './words.ts';

const TRANSLATE_KEY = 'Mod+.';

interface TextHelpProps {
	skuId: string;
	storeId: string;
	told: CopyDraftView;
	text: DraftText;
	onChange: (text: DraftText) => void;
}

/** A text in the store's language out of one in another: what was translated before, else a machine's text, on a press and never by itself. */
export function TextHelp({ skuId, storeId, told, text, onChange }: TextHelpProps) {
	const { t, i18n } = useLingui();
	const { byId } = useStores();
	const mayName = useMay('inbox.manage');
	const shown = shownLanguage();
	const into = text.language;
	const sources = told.sources.filter(({ language }) => primaryLanguage(language) !== primaryLanguage(into));
	const [chosen, setChosen] = useState(sources[0]?.language ?? '');
	const source = sources.find(({ language }) => language === chosen);
	const asked = { skuId, storeId, into, sourceLanguage: chosen };
	const memory = useQuery({ ...trpc.copies.memory.queryOptions({ skuId, storeId, into }), staleTime: 60_000 });
	// What a person wrote is never written over.
	const open = TEXT_FIELDS.filter(
		(field) => (source?.[field] ?? '').trim() !== '' && (text[field].trim() === '' || text.marks?.[field]?.kind === 'machine'),
	);
	const take = (field: TextField, words: string, of: TextSourceView): void => {
		const { [field]: _, ...marks } = text.marks ?? {};
		onChange({ ...text, [field]: words, from: snapshot(of), marks });
	};
	const translate = useMutation({
		mutationFn: () => api.copies.translate.mutate({ ...asked, fields: [...open] }),
		onSuccess: (made) => {
			if (open.some((field) => made[field] !== null && 'fault' in made[field]))
				say(sentence(i18n, 'translationRefused'), { tone: 'problem' });
			onChange(withMachine(text, made));
		},
		onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
	});
	useKeys(
		{ [TRANSLATE_KEY]: () => translate.mutate() },
		told.translates && open.length > 0 && !translate.isPending,
		// Of several languages it is for the one that somebody writes in.
		() => document.activeElement?.id.endsWith(`-${into}`) !== true,
	);
	if (!source) return null;
	const name = languageName(shown, source.language);
	return (
		<div className="copy-help">
			<div className="copy-help-row">
				{sources.length > 1 ? (
					<Select
						size="small"
						aria-label={t`Text to translate from`}
						value={chosen}
						popupMatchSelectWidth={false}
						options={sources.map(({ language, storeId: of }) => ({
							value: language,
							label: `${languageName(shown, language)} · ${byId.get(of)?.name ?? ''}`,
						}))}
						onChange={(next: string) => setChosen(next)}
					/>
				) : (
					<small className="soft">{`${name} · ${byId.get(source.storeId)?.name ?? ''}`}</small>
				)}
				{told.translates && open.length === 0 ? (
					<small className="faint">{t`What a person wrote is kept: empty a field to have it translated`}</small>
				) : told.translates ? (
					<Button size="small" loading={translate.isPending} onClick={() => translate.mutate()}>
						{t`Translate by machine`} <Key of={TRANSLATE_KEY} />
					</Button>
				) : (
					<small className="faint">
						{mayName ? (
							<Link to="/settings" hash="translator">{t`Name a translator to have it translated`}</Link>
						) : (
							t`No translator is named`
						)}
					</small>
				)}
			</div>
			<p className="copy-source soft" lang={source.language}>
				<bdi>{source.title}</bdi>
			</p>
			{memory.data?.flatMap((found) =>
				TEXT_FIELDS.flatMap((field) => {
					const hit = found[field];
					return hit
						? [
								<Remembered
									key={`${found.source.language} ${field}`}
									hit={hit}
									now={found.source[field]}
									isTaken={text[field].trim() === hit.target}
									language={into}
									onTake={() => take(field, hit.target, found.source)}
								/>,
							]
						: [];
				}),
			)}
		</div>
	);
}

function snapshot({ language, title, description }: TextSourceView): NonNullable<DraftText['from']> {
	return { language, title, description };
}

function withMachine(text: DraftText, made: MachineTextsView): DraftText {
	const next: DraftText = { ...text, from: snapshot(made.source), marks: { ...text.marks } };
	for (const field of TEXT_FIELDS) {
		const one = made[field];
		if (!one || !('text' in one)) continue;
		next[field] = one.text;
		next.marks = { ...next.marks, [field]: { kind: 'machine' } };
	}
	return next;
}

interface RememberedProps {
	hit: MemoryHitView;
	/** The text that is to be translated now. */
	now: string;
	isTaken: boolean;
	language: string;
	onTake: () => void;
}

/** What was said before of the same text, or of one like it with what differs. */
function Remembered({ hit, now, isTaken, language, onTake }: RememberedProps) {
	const { t } = useLingui();
	const shown = shownLanguage();
	const who = hit.savedBy;
	const day = formatDay(shown, hit.savedAt, 'UTC');
	const other = languageName(shown, hit.targetLanguage);
	const differs = hit.source.length <= LONGEST_ALIKE && now.length <= LONGEST_ALIKE ? textDifference(hit.source, now).pieces : [];
	return (
		<div className="copy-memory">
			<small className="soft">
				{hit.isSame
					? t`Translated before, by ${who} on ${day}`
					: hit.targetLanguage === language
						? t`A text like it was translated before, by ${who} on ${day}; what differs:`
						: t`In ${other} it was, by ${who} on ${day}:`}
			</small>
			{!hit.isSame && differs.some(({ kind }) => kind !== 'same') && (
				<p className="copy-differs">
					{differs.map(({ kind, text }, place) => {
						// Pieces are told apart by where they stand alone.
						const key = `${place} ${kind}`;
						if (kind === 'gone') return <del key={key}>{text}</del>;
						return kind === 'new' ? <ins key={key}>{text}</ins> : <span key={key}>{text}</span>;
					})}
				</p>
			)}
			<p lang={hit.targetLanguage}>
				<bdi>{hit.target}</bdi>
			</p>
			<Button size="small" disabled={isTaken} onClick={onTake}>
				{isTaken ? t`Taken` : hit.isSame ? t`Take it` : t`Take it, then adjust it`}
			</Button>
		</div>
	);
}
