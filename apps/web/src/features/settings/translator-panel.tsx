import { Trans, useLingui } from '@lingui/react/macro';
import type { TranslatorView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input, Popconfirm } from 'antd';
import { useId, useState } from 'react';
import { formatDay, formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence, sentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';

/** Who translates what buyers write. */
export function TranslatorPanel() {
	const { t, i18n } = useLingui();
	const { data, error } = useQuery(trpc.translator.settings.queryOptions());
	return (
		<section className="panel translator" id="translator" aria-label={t`Translator`}>
			<div className="head">
				<h2>{t`Translator`}</h2>
				<small className="faint">
					{t`A model behind any address that speaks OpenAI's chat completions. What buyers write and texts of listings go there only when somebody asks for a translation, without figures, codes, links and telephone numbers; buyers' words also without names and addresses, as far as we know them.`}
				</small>
			</div>
			{error && <p className="risk empty-line">{errorSentence(i18n, error)}</p>}
			{data && <TranslatorForm key={data.model?.savedAt ?? 'none'} settings={data} />}
		</section>
	);
}

function TranslatorForm({ settings: { model, bookDay } }: { settings: TranslatorView }) {
	const { t, i18n } = useLingui();
	const id = useId();
	const [values, setValues] = useState({ baseUrl: model?.baseUrl ?? '', model: model?.model ?? '', key: '' });
	const refresh = (words: string): void => {
		void queryClient.invalidateQueries(trpc.translator.settings.pathFilter());
		void queryClient.invalidateQueries(trpc.inbox.open.pathFilter());
		say(words);
	};
	const save = useMutation(trpc.translator.save.mutationOptions({ onSuccess: () => refresh(t`The translator is kept.`) }));
	const remove = useMutation(trpc.translator.remove.mutationOptions({ onSuccess: () => refresh(t`The translator was forgotten.`) }));
	const trial = useMutation(trpc.translator.try.mutationOptions());
	const day = formatDay(shownLanguage(), `${bookDay}T00:00:00Z`, 'UTC');
	const ready = values.baseUrl !== '' && values.model !== '';
	// Left empty the kept one stays, for the address it was given for.
	const sent = { baseUrl: values.baseUrl, model: values.model, ...(values.key === '' && model?.hasKey ? {} : { key: values.key }) };
	const field = (key: 'baseUrl' | 'model', label: string, hint: string) => (
		<div className="field">
			<label htmlFor={id + key}>{label}</label>
			<Input
				id={id + key}
				value={values[key]}
				autoComplete="off"
				spellCheck={false}
				maxLength={500}
				onChange={(event) => setValues({ ...values, [key]: event.target.value.trim() })}
			/>
			<small className="soft">{hint}</small>
		</div>
	);
	const millis = trial.data?.worked ? formatNumber(shownLanguage(), trial.data.millis) : '';
	return (
		<form
			onSubmit={(event) => {
				event.preventDefault();
				if (ready && !save.isPending) save.mutate(sent);
			}}
		>
			{model === null && (
				<p className="soft">
					<Trans>None is named. The inbox then tells the gist by a phrase book of {day}, and translates nothing.</Trans>
				</p>
			)}
			{field(
				'baseUrl',
				t`Address`,
				t`Such as https://api.example.com/v1. One inside your own network only works where the administrator names it in PANGEA_MODEL_ORIGINS.`,
			)}
			{field('model', t`Model`, t`As the provider calls it.`)}
			<div className="field">
				<label htmlFor={`${id}key`}>{t`Key`}</label>
				<Input.Password
					id={`${id}key`}
					value={values.key}
					autoComplete="new-password"
					maxLength={500}
					placeholder={model?.hasKey ? t`stays as it is` : ''}
					onChange={(event) => setValues({ ...values, key: event.target.value.trim() })}
				/>
				<small className="soft">{t`Kept encrypted and never shown again.`}</small>
			</div>
			{trial.data?.worked && (
				<output>
					{t`It works, in ${millis} ms:`} <q>{trial.data.text}</q>
				</output>
			)}
			{trial.data?.worked === false && (
				<p className="risk" role="alert">
					{sentence(i18n, trial.data.code, { host: trial.data.host })} {trial.data.words}
				</p>
			)}
			{(save.error ?? remove.error ?? trial.error) && (
				<p className="risk" role="alert">
					{errorSentence(i18n, save.error ?? remove.error ?? trial.error)}
				</p>
			)}
			<div className="row">
				<Button type="primary" htmlType="submit" disabled={!ready} loading={save.isPending}>
					{t`Save`}
				</Button>
				<Button disabled={!ready} loading={trial.isPending} onClick={() => trial.mutate({ ...sent, into: shownLanguage() })}>
					{t`Try it`}
				</Button>
				<span className="grow" />
				{model !== null && (
					<Popconfirm
						title={t`Forget this translator? What was translated stays.`}
						okText={t`Forget`}
						cancelText={t`Cancel`}
						onConfirm={() => remove.mutate()}
					>
						<Button danger type="text" loading={remove.isPending}>
							{t`Forget`}
						</Button>
					</Popconfirm>
				)}
			</div>
		</form>
	);
}
