import { useLingui } from '@lingui/react/macro';
import type { GlossaryTerm } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, Input, Segmented, Select } from 'antd';
import { useId, useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';
import { languageName } from '../copies/words.ts';

/** Languages of the sites that there are, and of those who write for them; one with a region counts more where it is named. */
const LANGUAGES = ['zh', 'en', 'es', 'es-MX', 'pt', 'de', 'fr', 'it', 'nl', 'pl', 'sv', 'tr', 'ja', 'ko', 'th', 'vi', 'id', 'ms', 'ar'];
const LONGEST = 100;

/** One word of the glossary, new or to be changed. */
export function TermForm({ term, onClose }: { term: GlossaryTerm | null; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const id = useId();
	const shown = shownLanguage();
	const [kind, setKind] = useState<GlossaryTerm['kind']>(term?.kind ?? 'brand');
	const [word, setWord] = useState(term?.word ?? '');
	const [language, setLanguage] = useState(term?.language ?? 'en');
	const [translations, setTranslations] = useState<Record<string, string>>(term?.translations ?? {});
	const [termId] = useState(() => term?.termId ?? crypto.randomUUID());
	const filled = Object.entries(translations).flatMap(([tag, words]) => (words.trim() === '' ? [] : [{ language: tag, words }]));
	const ready = word.trim() !== '' && (kind === 'brand' || filled.length > 0);
	const save = useMutation(
		trpc.glossary.save.mutationOptions({
			onSuccess: () => {
				void queryClient.invalidateQueries(trpc.glossary.pathFilter());
				say(t`The word is in the glossary.`);
				onClose();
			},
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const options = LANGUAGES.map((tag) => ({ value: tag, label: languageName(shown, tag) }));
	return (
		<form
			className="glossary-form"
			onSubmit={(event) => {
				event.preventDefault();
				if (!ready || save.isPending) return;
				save.mutate(kind === 'brand' ? { termId, kind, word } : { termId, kind, word, language, translations: filled });
			}}
		>
			<Segmented<GlossaryTerm['kind']>
				aria-label={t`Kind of word`}
				value={kind}
				onChange={setKind}
				options={[
					{ value: 'brand', label: t`Brand word` },
					{ value: 'term', label: t`Term` },
				]}
			/>
			<div className="glossary-pair">
				<label htmlFor={`${id}word`} className="unseen">{t`Word`}</label>
				<Input id={`${id}word`} value={word} maxLength={LONGEST} placeholder={t`Word`} onChange={(event) => setWord(event.target.value)} />
				{kind === 'term' && <Select aria-label={t`Language of the word`} value={language} options={options} onChange={setLanguage} />}
			</div>
			{kind === 'term' &&
				Object.entries(translations).map(([tag, words]) => (
					<div key={tag} className="glossary-pair">
						<Input
							aria-label={t`In ${languageName(shown, tag)}`}
							lang={tag}
							value={words}
							maxLength={LONGEST}
							onChange={(event) => setTranslations({ ...translations, [tag]: event.target.value })}
						/>
						<span className="soft">{languageName(shown, tag)}</span>
					</div>
				))}
			{kind === 'term' && (
				<Select
					aria-label={t`Add a translation`}
					placeholder={t`Add a translation`}
					value={null}
					options={options.filter(({ value }) => value !== language && !(value in translations))}
					onChange={(tag: string | null) => tag !== null && setTranslations({ ...translations, [tag]: '' })}
				/>
			)}
			<div className="glossary-deeds">
				<Button type="primary" htmlType="submit" disabled={!ready} loading={save.isPending}>
					{t`Keep the word`}
				</Button>
				<Button onClick={onClose}>{t`Cancel`}</Button>
			</div>
		</form>
	);
}
