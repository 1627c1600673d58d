import { Plural, useLingui } from '@lingui/react/macro';
import type { MoneyView, OfferBatchView, OfferChangeView, OfferVerdictView } from '@pangea/api';
import { Button } from 'antd';
import { formatAmount, formatMoney, formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { sentence } from '../../problems.ts';
import { When } from '../../ui/figures.tsx';
import { Key } from '../../ui/key.tsx';
import { COLUMNS, MOST_EDITS, type OfferEdits } from './offer-edits.ts';
import { CHANGE_WORDS, FIELD_WORDS, REFUSAL_SENTENCES, WARNING_SENTENCES } from './offer-words.ts';

interface DryRunProps {
	edits: OfferEdits;
	verdicts: readonly OfferVerdictView[];
	/** Whether the verdicts are those of what is written now. */
	settled: boolean;
	applying: boolean;
	problem: string | null;
	onShow: (listingId: string, field: OfferVerdictView['field']) => void;
	onApply: () => void;
	onReset: () => void;
}

/** What would be sent, what would not and why, before anything is. */
export function DryRun({ edits, verdicts, settled, applying, problem, onShow, onApply, onReset }: DryRunProps) {
	const { t, i18n } = useLingui();
	const good = verdicts.filter(({ refusal }) => refusal === null);
	const bad = verdicts.filter(({ refusal }) => refusal !== null);
	const odd = good.filter(({ warnings }) => warnings.length > 0);
	const asked = [...edits.values()].reduce((sum, edit) => sum + COLUMNS.filter((column) => edit[column] !== undefined).length, 0);
	const count = good.length;
	return (
		<>
			<header>
				<h2>{t`Dry run`}</h2>
				<p className="soft" aria-live="polite">
					{settled ? (
						<>
							<Plural value={count} one="# change would be sent" other="# changes would be sent" />
							{bad.length > 0 && (
								<>
									{' · '}
									<span className="risk">
										<Plural value={bad.length} one="# would not" other="# would not" />
									</span>
								</>
							)}
						</>
					) : (
						<Plural value={asked} one="# change is looked at" other="# changes are looked at" />
					)}
				</p>
				{edits.size > MOST_EDITS && <p className="warn">{t`Only the first ${MOST_EDITS} listings go at once; the rest stays here.`}</p>}
				{problem !== null && (
					<p className="risk" role="alert">
						{problem}
					</p>
				)}
			</header>
			<ul className="verdicts">
				{[...bad, ...odd].map((verdict) => {
					const row = edits.get(verdict.listingId)?.row;
					return (
						<li key={`${verdict.listingId} ${verdict.field}`} className={verdict.refusal === null ? 'is-warned' : 'is-refused'}>
							<button type="button" onClick={() => onShow(verdict.listingId, verdict.field)}>
								<Changed name={row?.sellerSku ?? row?.title ?? verdict.listingId} of={verdict} />
								{verdict.refusal !== null && (
									<span>{i18n._({ ...REFUSAL_SENTENCES[verdict.refusal], values: { bound: verdict.bound ?? '' } })}</span>
								)}
								{verdict.warnings.map((warning) => (
									<span key={warning}>{i18n._(WARNING_SENTENCES[warning])}</span>
								))}
							</button>
						</li>
					);
				})}
			</ul>
			<footer>
				<Button type="primary" disabled={count === 0 || !settled} loading={applying} onClick={onApply}>
					<Plural value={count} one="Apply # change" other="Apply # changes" /> <Key of="Mod+Enter" />
				</Button>
				<Button onClick={onReset}>{t`Discard all`}</Button>
			</footer>
		</>
	);
}

interface ChangedProps {
	name: string;
	of: Pick<OfferVerdictView, 'field' | 'currency' | 'was' | 'shall'>;
}

/** `19.90 → 17.90`, or one title below the other. */
function Changed({ name, of }: ChangedProps) {
	const { i18n } = useLingui();
	const language = shownLanguage();
	const { field, was, shall } = of;
	const shown = (value: string | null, whole: boolean): string => {
		if (value === null) return '—';
		if (field === 'stock') return formatNumber(language, Number(value));
		const money: MoneyView = { amountMinor: value, currency: of.currency ?? '' };
		return whole ? formatMoney(language, money) : formatAmount(language, money);
	};
	return (
		<>
			<span className="line">
				<b className="cut">
					<bdi>{name}</bdi>
				</b>
				<span className="num diff">
					{i18n._(FIELD_WORDS[field])}
					{field !== 'title' && ` ${shown(was, false)} → ${shown(shall, true)}`}
				</span>
			</span>
			{field === 'title' && (
				<span className="titles">
					<s dir="auto">{was ?? '—'}</s>
					<span dir="auto">{shall ?? '—'}</span>
				</span>
			)}
		</>
	);
}

const OPEN = ['queued', 'sending', 'accepted'];

interface BatchProps {
	changes: readonly OfferChangeView[];
	/** How many listings have edits that were not sent. */
	kept: number;
	undoing: boolean;
	onUndo: () => void;
	onClose: () => void;
}

/** What became of changes that were sent together. */
export function Batch({ changes, kept, undoing, onUndo, onClose }: BatchProps) {
	const { t, i18n } = useLingui();
	const applied = changes.filter(({ state }) => state === 'applied').length;
	const open = changes.filter(({ state }) => OPEN.includes(state)).length;
	const broken = changes.filter(({ state }) => state === 'refused' || state === 'failed').length;
	const order = (change: OfferChangeView): number => (change.code === null ? (OPEN.includes(change.state) ? 1 : 2) : 0);
	return (
		<>
			<header>
				<h2>{t`Result`}</h2>
				<p className="soft" aria-live="polite">
					<Plural value={applied} one="# changed" other="# changed" />
					{open > 0 && (
						<>
							{' · '}
							<Plural value={open} one="# on its way" other="# on their way" />
						</>
					)}
					{broken > 0 && (
						<>
							{' · '}
							<span className="risk">
								<Plural value={broken} one="# not changed" other="# not changed" />
							</span>
						</>
					)}
				</p>
				{kept > 0 && (
					<p className="warn">
						<Plural value={kept} one="# listing was not sent; its edits stay" other="# listings were not sent; their edits stay" />
					</p>
				)}
			</header>
			<ul className="verdicts">
				{changes
					.toSorted((a, b) => order(a) - order(b))
					.map((change) => (
						<li key={change.changeId} className={`is-${change.state}`}>
							<Changed name={change.sellerSku ?? change.title} of={change} />
							<span className="word">{i18n._(CHANGE_WORDS[change.state])}</span>
							{change.code !== null && <span>{sentence(i18n, change.code)}</span>}
							{change.reasons.map((words) => (
								<q key={words}>{words}</q>
							))}
						</li>
					))}
			</ul>
			<footer>
				{applied > 0 && (
					<Button loading={undoing} onClick={onUndo}>
						<Plural value={applied} one="Put # change back" other="Put # changes back" /> <Key of="u" />
					</Button>
				)}
				<Button onClick={onClose}>{t`Close`}</Button>
			</footer>
		</>
	);
}

/** What was changed last, and how to begin. */
export function Recent({
	batches,
	mayEdit,
	onOpen,
}: {
	batches: readonly OfferBatchView[];
	mayEdit: boolean;
	onOpen: (batchId: string) => void;
}) {
	const { t, i18n } = useLingui();
	return (
		<>
			<header>
				<h2>{t`Titles, prices and stock`}</h2>
				<p className="soft">
					{mayEdit
						? t`Type into a cell, paste a block of cells from a spreadsheet, or select cells with Shift and the arrows and change them alike. Enter opens a title. Nothing is sent before you apply it.`
						: t`Your role sees titles, prices and stock and does not change them.`}
				</p>
			</header>
			{batches.length > 0 && (
				<>
					<h3>{t`Last changes`}</h3>
					<ul className="verdicts">
						{batches.map((batch) => (
							<li key={batch.batchId}>
								<button type="button" onClick={() => onOpen(batch.batchId)}>
									<span className="line">
										<b>{batch.isUndo ? t`Put back` : t`Changes`}</b>
										<span className="faint">
											<When at={batch.madeAt} relative />
										</span>
									</span>
									<span>
										{Object.entries(batch.states)
											.map(([state, count]) => `${i18n._(CHANGE_WORDS[state as OfferChangeView['state']])} ${count}`)
											.join(' · ')}
									</span>
								</button>
							</li>
						))}
					</ul>
				</>
			)}
		</>
	);
}
