import { PlusOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { GlossaryTerm } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';
import { languageName } from '../copies/words.ts';
import './glossary.css';
import { TermForm } from './term-form.tsx';

/** Words that are the same in every text of the workspace's listings. */
export function GlossaryPanel() {
	const { t, i18n } = useLingui();
	const { data, error } = useQuery(trpc.glossary.list.queryOptions());
	const [open, setOpen] = useState<string | null>(null);
	const close = () => setOpen(null);
	return (
		<section className="panel glossary" id="glossary" aria-label={t`Glossary of listings`}>
			<div className="head">
				<h2>{t`Glossary of listings`}</h2>
				<small className="faint">
					{t`Brand words stay as they are in every language; terms have one translation a language. A machine that translates a listing keeps to them, and texts that do not are marked.`}
				</small>
			</div>
			{error && <p className="risk empty-line">{errorSentence(i18n, error)}</p>}
			{data && data.length > 0 && (
				<ul>
					{data.map((term) => (
						<li key={term.termId}>
							{open === term.termId ? <TermForm term={term} onClose={close} /> : <Term term={term} onOpen={() => setOpen(term.termId)} />}
						</li>
					))}
				</ul>
			)}
			{data &&
				(open === 'new' ? (
					<TermForm term={null} onClose={close} />
				) : (
					<Button icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
						{t`Add a word`}
					</Button>
				))}
		</section>
	);
}

function Term({ term: { termId, kind, word, language, translations }, onOpen }: { term: GlossaryTerm; onOpen: () => void }) {
	const { t, i18n } = useLingui();
	const shown = shownLanguage();
	const remove = useMutation(
		trpc.glossary.remove.mutationOptions({
			onSuccess: () => {
				void queryClient.invalidateQueries(trpc.glossary.pathFilter());
				say(t`The word was taken out of the glossary.`);
			},
			onError: (problem) => say(errorSentence(i18n, problem), { tone: 'problem' }),
		}),
	);
	return (
		<div className="glossary-term">
			<div className="grow">
				<b>
					<bdi>{word}</bdi>
				</b>{' '}
				<small className="faint">{kind === 'brand' ? t`Brand word` : languageName(shown, language ?? '')}</small>
				{kind === 'term' && (
					<dl>
						{Object.entries(translations).map(([tag, words]) => (
							<div key={tag}>
								<dt className="faint">{languageName(shown, tag)}</dt>
								<dd lang={tag}>
									<bdi>{words}</bdi>
								</dd>
							</div>
						))}
					</dl>
				)}
			</div>
			<Button size="small" onClick={onOpen} aria-label={t`Change ${word}`}>
				{t({ message: 'Change', context: 'to edit' })}
			</Button>
			<Popconfirm title={t`Take ${word} out?`} okText={t`Take out`} cancelText={t`Cancel`} onConfirm={() => remove.mutate({ termId })}>
				<Button size="small" type="text" danger loading={remove.isPending} aria-label={t`Take out ${word}`}>
					{t`Take out`}
				</Button>
			</Popconfirm>
		</div>
	);
}
