import { useLingui } from '@lingui/react/macro';
import type { CopyDraftView } from '@pangea/api';
import {
	type DraftGap,
	type DraftRules,
	type DraftText,
	glossaryIn,
	glossaryMisses,
	type ListingDraft,
	primaryLanguage,
	type TextField,
} from '@pangea/domain';
import { Button, Input } from 'antd';
import { formatDay } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { Field } from './attribute-field.tsx';
import { TextHelp } from './text-help.tsx';
import { gapOf, languageName } from './words.ts';

interface TextsProps {
	skuId: string;
	storeId: string;
	draft: ListingDraft;
	told: CopyDraftView;
	gaps: readonly DraftGap[];
	rules: DraftRules;
	onChange: (part: Partial<ListingDraft>) => void;
}

/** Title and description in each language that the store asks for, with what helps to have them in it. */
export function Texts({ skuId, storeId, draft, told, gaps, rules, onChange }: TextsProps) {
	const { t } = useLingui();
	return (
		<section aria-label={t`Words`}>
			<h2>{t`Title and description`}</h2>
			{rules.languages.map((language) => {
				const text = draft.texts.find((one) => one.language === language) ?? { language, title: '', description: '' };
				return (
					<TextBlock
						key={language}
						{...{ skuId, storeId, told, rules, text }}
						titleGap={gapOf(gaps, 'title', language)}
						descriptionGap={gapOf(gaps, 'description', language)}
						onChange={(next) => onChange({ texts: [...draft.texts.filter((one) => one.language !== language), next] })}
					/>
				);
			})}
		</section>
	);
}

interface TextBlockProps {
	skuId: string;
	storeId: string;
	told: CopyDraftView;
	rules: DraftRules;
	text: DraftText;
	titleGap: DraftGap | undefined;
	descriptionGap: DraftGap | undefined;
	onChange: (text: DraftText) => void;
}

function TextBlock({ skuId, storeId, told, rules: { title, description }, text, titleGap, descriptionGap, onChange }: TextBlockProps) {
	const { t } = useLingui();
	const { language } = text;
	const name = languageName(shownLanguage(), language);
	const length = Array.from(text.title).length;
	const set = (field: TextField, words: string): void => {
		const { [field]: mark, ...others } = text.marks ?? {};
		onChange({ ...text, [field]: words, marks: words.trim() === '' || !mark ? others : { ...others, [field]: mark } });
	};
	return (
		<div className="copy-text">
			<Field
				label={t`Title, ${name}`}
				required
				gap={titleGap}
				id={`copy-title-${language}`}
				hint={t`${length} of ${title.most} characters`}
			>
				<Input id={`copy-title-${language}`} lang={language} value={text.title} onChange={(event) => set('title', event.target.value)} />
			</Field>
			<Marked field="title" {...{ text, told, onChange }} />
			<Field label={t`Description, ${name}`} required={description.required} gap={descriptionGap} id={`copy-description-${language}`}>
				<Input.TextArea
					id={`copy-description-${language}`}
					lang={language}
					autoSize={{ minRows: 2, maxRows: 10 }}
					value={text.description}
					onChange={(event) => set('description', event.target.value)}
				/>
			</Field>
			<Marked field="description" {...{ text, told, onChange }} />
			{told.sources.some((source) => primaryLanguage(source.language) !== primaryLanguage(language)) && (
				<TextHelp {...{ skuId, storeId, told, text, onChange }} />
			)}
		</div>
	);
}

interface MarkedProps {
	field: TextField;
	text: DraftText;
	told: CopyDraftView;
	onChange: (text: DraftText) => void;
}

/** Whether a machine wrote it and who answers for it, and which words of the glossary it lacks. */
function Marked({ field, text, told, onChange }: MarkedProps) {
	const { t } = useLingui();
	const shown = shownLanguage();
	const mark = text.marks?.[field];
	const { from } = text;
	const uses = from ? glossaryIn(told.glossary, from[field], { from: from.language, into: text.language }) : [];
	const misses = text[field].trim() === '' ? [] : glossaryMisses(uses, text[field]).map(({ becomes }) => becomes);
	const list = new Intl.ListFormat(shown, { type: 'conjunction' }).format(misses);
	if (!mark && misses.length === 0) return null;
	const confirmer = mark?.kind === 'confirmed' ? (told.confirmers[mark.by] ?? '') : '';
	const day = mark?.kind === 'confirmed' && mark.at !== '' ? formatDay(shown, mark.at, 'UTC') : '';
	return (
		<p className="copy-mark">
			{mark?.kind === 'machine' && (
				<>
					<span className="copy-machine">{t`Machine text`}</span>
					<Button
						size="small"
						onClick={() => onChange({ ...text, marks: { ...text.marks, [field]: { kind: 'confirmed', by: '', at: '' } } })}
					>
						{field === 'title' ? t`I have read the title: it is right` : t`I have read the description: it is right`}
					</Button>
				</>
			)}
			{mark?.kind === 'confirmed' && (
				<small className="faint">
					{confirmer === '' || day === '' ? t`Machine text, confirmed` : t`Machine text, confirmed by ${confirmer} on ${day}`}
				</small>
			)}
			{misses.length > 0 && <small className="copy-miss">{t`The glossary wants: ${list}`}</small>}
		</p>
	);
}
