import { LinkOutlined } from '@ant-design/icons';
import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import type { OpeningView } from '@pangea/api';
import type { OpeningFact, OpeningStep, OpeningTrack, StepId } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, Input } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { formatDay } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { type Held, Need, needsOf, needState } from './need.tsx';
import { FEE_WORDS, STEP_WORDS, WAIT_WORDS } from './words.ts';

interface TrackProps {
	track: OpeningTrack;
	/** Null: only looked at. */
	opening: OpeningView | null;
	held: Held;
	/** ISO day. */
	today: string;
	/** What is done at the last step. */
	binding: ReactNode;
}

/** What it takes, step by step: what of it is held, where to go, and what nobody confirmed. */
export function Track({ track, opening, held, today, binding }: TrackProps) {
	const { t } = useLingui();
	return (
		<>
			<Summary track={track} held={held} today={today} />
			<ol className="opening-steps">
				{track.steps.map((step) => (
					<Step key={step.id} step={step} opening={opening} held={held} country={track.country} today={today}>
						{step.id === 'bind' && binding}
					</Step>
				))}
			</ol>
			<div className="opening-costs">
				<Facts title={t`What it costs`} facts={track.fees} words={FEE_WORDS} />
				<Facts title={t`How long it takes`} facts={track.waits} words={WAIT_WORDS} />
			</div>
		</>
	);
}

function Summary({ track, held, today }: Pick<TrackProps, 'track' | 'held' | 'today'>) {
	if (held === null) return null;
	const states = needsOf(track).map((need) => needState(need, held, track.country, today));
	const count = (state: string): number => states.filter((one) => one === state).length;
	const [has, missing, ending, optional] = [count('held'), count('missing'), count('ending'), count('optional')];
	return (
		<p className="opening-summary">
			<span className="held">
				<Trans>Held: {has}</Trans>
			</span>
			<span className={missing > 0 ? 'missing' : 'faint'}>
				<Trans>Missing: {missing}</Trans>
			</span>
			<span className={ending > 0 ? 'ending' : 'faint'}>
				<Trans>Ending soon: {ending}</Trans>
			</span>
			<span className="faint">
				<Trans>Perhaps needed: {optional}</Trans>
			</span>
		</p>
	);
}

function Source({ fact }: { fact: OpeningFact<string> }) {
	const { t } = useLingui();
	const { document, read, link } = fact.source;
	const day = formatDay(shownLanguage(), `${read}T12:00:00Z`, 'UTC');
	return (
		<small className="opening-source faint">
			{fact.unconfirmed && <b className="opening-unconfirmed">{t`not confirmed`}</b>}{' '}
			{document === '—' ? (
				<Trans>Nothing found on {day}</Trans>
			) : link === null ? (
				<bdi>{document}</bdi>
			) : (
				<a href={link} target="_blank" rel="noreferrer">
					<bdi>{document}</bdi>
				</a>
			)}
			{document !== '—' && <> · {t`read ${day}`}</>}
		</small>
	);
}

function Facts<Id extends string>({
	title,
	facts,
	words,
}: {
	title: string;
	facts: readonly OpeningFact<Id>[];
	words: Record<Id, MessageDescriptor>;
}) {
	const { i18n } = useLingui();
	return (
		<section>
			<h3>{title}</h3>
			<ul>
				{facts.map((fact) => (
					<li key={fact.id}>
						{i18n._(words[fact.id])} <Source fact={fact} />
					</li>
				))}
			</ul>
		</section>
	);
}

interface StepProps {
	step: OpeningStep;
	opening: OpeningView | null;
	held: Held;
	country: string;
	today: string;
	children: ReactNode;
}

function Step({ step, opening, held, country, today, children }: StepProps) {
	const { t, i18n } = useLingui();
	const noted = opening?.steps.find((one) => one.step === step.id);
	const words = STEP_WORDS[step.id];
	const title = i18n._(words.title);
	const tick = useMutation(
		trpc.openings.tick.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.openings.list.pathFilter()) }),
	);
	const done = noted?.doneAt != null;
	return (
		<li className={done ? 'done' : ''} data-step={step.id}>
			{opening && opening.endedAt === null ? (
				<Checkbox
					checked={done}
					disabled={tick.isPending}
					aria-label={t`Done: ${title}`}
					onChange={({ target }) => tick.mutate({ openingId: opening.openingId, step: step.id, done: target.checked })}
				/>
			) : (
				<i className="opening-dot" aria-hidden />
			)}
			<div>
				<h3>
					{title}
					{step.link !== null && step.id !== 'bind' && (
						<a href={step.link} target="_blank" rel="noreferrer" title={step.link}>
							<LinkOutlined aria-hidden /> {new URL(step.link).hostname}
						</a>
					)}
				</h3>
				<p className="soft">{i18n._(words.hint)}</p>
				{step.needs.length > 0 && (
					<ul className="opening-needs">
						{step.needs.map((need) => (
							<Need key={`${need.kind} ${need.place}`} need={need} held={held} country={country} today={today} />
						))}
					</ul>
				)}
				{children}
				{step.id !== 'bind' && <Source fact={step} />}
				{done && (
					<small className="opening-who soft">
						✓ <bdi>{noted.doneBy ?? t`Somebody who has left`}</bdi> · <When at={noted.doneAt} />
					</small>
				)}
				{tick.error && (
					<p className="risk" role="alert">
						{errorSentence(i18n, tick.error)}
					</p>
				)}
				{opening && <Note opening={opening} step={step.id} title={title} />}
			</div>
		</li>
	);
}

function Note({ opening, step, title }: { opening: OpeningView; step: StepId; title: string }) {
	const { t, i18n } = useLingui();
	const id = useId();
	const noted = opening.steps.find((one) => one.step === step);
	const [text, setText] = useState<string | null>(null);
	const save = useMutation(
		trpc.openings.note.mutationOptions({
			onSuccess: () => {
				setText(null);
				void queryClient.invalidateQueries(trpc.openings.list.pathFilter());
			},
		}),
	);
	const said = noted?.note ?? '';
	if (text === null)
		return (
			<p className="opening-note">
				{said !== '' && (
					<>
						<span>{said}</span>{' '}
						<small className="faint">
							<bdi>{noted?.notedBy ?? t`Somebody who has left`}</bdi> · <When at={noted?.notedAt ?? null} />
						</small>{' '}
					</>
				)}
				{opening.endedAt === null && (
					<Button
						type="link"
						size="small"
						aria-label={said === '' ? t`Note: ${title}` : `${t({ message: 'Change', context: 'to edit' })}: ${title}`}
						onClick={() => setText(said)}
					>
						{said === '' ? t`Note …` : t({ message: 'Change', context: 'to edit' })}
					</Button>
				)}
			</p>
		);
	return (
		<form
			className="opening-note"
			onSubmit={(event) => {
				event.preventDefault();
				save.mutate({ openingId: opening.openingId, step, note: text });
			}}
		>
			<label htmlFor={id} className="unseen">
				{t`Note: ${title}`}
			</label>
			<Input.TextArea
				id={id}
				ref={(area) => area?.focus({ cursor: 'end' })}
				autoSize={{ minRows: 2, maxRows: 8 }}
				maxLength={2000}
				value={text}
				onChange={(event) => setText(event.target.value)}
				onKeyDown={(event) => {
					if (event.key === 'Escape') setText(null);
				}}
			/>
			<span className="row">
				<Button size="small" htmlType="submit" type="primary" loading={save.isPending}>
					{t`Save`}
				</Button>
				<Button size="small" type="text" onClick={() => setText(null)}>
					{t`Cancel`}
				</Button>
			</span>
			{save.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, save.error)}
				</p>
			)}
		</form>
	);
}
