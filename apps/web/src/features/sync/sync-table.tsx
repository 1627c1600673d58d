import { useLingui } from '@lingui/react/macro';
import { useNow } from '../../clock.tsx';
import { formatLength, formatNumber, formatPercent } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { sentence } from '../../problems.ts';
import { When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, StoreName } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { backfillShare } from '../stores/backfill.tsx';
import { completeness, isServed, type SyncRow } from './completeness.ts';
import { SOURCE_NAMES, SOURCE_WORDS } from './words.ts';

/** One row a store. What is wrong comes first. */
export function SyncTable({ rows, onOpen }: { rows: SyncRow[]; onOpen: (storeId: string) => void }) {
	const { t } = useLingui();
	const sorted = rows.toSorted((a, b) => weight(b) - weight(a));
	return (
		<section className="panel stores-in-sync" aria-label={t`Stores`}>
			<table>
				<thead>
					<tr>
						<th scope="col">{t`Store`}</th>
						<th scope="col">{t`Read up to`}</th>
						<th scope="col">{t`All orders here`}</th>
						<th scope="col">{t`Past orders`}</th>
						<th scope="col" className="wide">{t`Tightest budget`}</th>
						<th scope="col" className="wide right">{t`Waiting`}</th>
						<th scope="col" className="wide right">{t`Set aside`}</th>
						<th scope="col" className="wide">{t`Last problem`}</th>
					</tr>
				</thead>
				<tbody>
					{sorted.map((row) => (
						<Row key={row.store.storeId} row={row} onOpen={() => onOpen(row.store.storeId)} />
					))}
				</tbody>
			</table>
		</section>
	);
}

function weight({ store, sync, late }: SyncRow): number {
	const state = completeness(sync);
	return (
		(state.state === 'lacking' ? 100 : 0) +
		(late && store.enabled ? 50 : 0) +
		(store.problem && isServed(store) ? 20 : 0) +
		(store.quarantined > 0 ? 10 : 0) +
		(store.enabled && isServed(store) ? 1 : 0)
	);
}

function Row({ row: { store, sync, late }, onOpen }: { row: SyncRow; onOpen: () => void }) {
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const waiting = sync.jobs.reduce((sum, job) => sum + job.waiting + job.running, 0);
	const problem = store.problem && sentence(i18n, store.problem.code, store.problem.params);
	return (
		<tr>
			<th scope="row">
				<button type="button" onClick={onOpen}>
					<PlatformMark platform={store.platform} name={store.platform} size={18} />
					<SiteMark country={store.country} />
					<StoreBadge store={store} />
					<StoreName name={store.name} />
					{sync.writesStoppedAt && <span className="tag warn">{t`no changes`}</span>}
				</button>
			</th>
			<td className={late && store.enabled ? 'risk' : ''}>
				{!store.enabled ? (
					<span className="faint">{t`switched off`}</span>
				) : store.freshTo === null ? (
					t`not yet`
				) : (
					<When at={store.freshTo} storeZone={store.zone} relative />
				)}
			</td>
			<td>
				<Complete row={{ store, sync, late }} />
			</td>
			<td>
				<History row={{ store, sync, late }} />
			</td>
			<td className="wide">
				<Budget store={store} />
			</td>
			<td className={`wide right num ${waiting === 0 ? 'faint' : ''}`}>{formatNumber(language, waiting)}</td>
			<td className={`wide right num ${store.quarantined === 0 ? 'faint' : 'warn'}`}>{formatNumber(language, store.quarantined)}</td>
			<td className="wide">
				<span className={`cut problem ${!problem ? 'faint' : isServed(store) ? 'warn' : 'soft'}`} title={problem ?? undefined}>
					{problem ?? '—'}
				</span>
			</td>
		</tr>
	);
}

/** The newest windows as small bars, then the words. */
function Complete({ row: { store, sync } }: { row: SyncRow }) {
	const { t, i18n } = useLingui();
	if (!isServed(store)) return <span className="faint">—</span>;
	const { recount } = sync;
	const state = completeness(sync);
	const language = shownLanguage();
	const words =
		state.state === 'lacking'
			? t`${formatNumber(language, state.orders)} missing`
			: state.state === 'equal'
				? t`yes`
				: state.state === 'waiting'
					? t`report asked for`
					: state.state === 'refused'
						? t`refused`
						: recount.source === 'none'
							? t`cannot be proved`
							: t`not compared`;
	return (
		<span className="complete" title={i18n._(SOURCE_WORDS[recount.source])}>
			{recount.windows.length > 0 && (
				<span className="windows" aria-hidden>
					{recount.windows
						.slice(0, 7)
						.toReversed()
						.map((w) => (
							<i key={w.from} className={w.ours < w.theirs ? 'lacks' : ''} />
						))}
				</span>
			)}
			<span className={state.state === 'lacking' ? 'warn' : state.state === 'equal' ? '' : 'soft'}>{words}</span>
			{recount.windows.length > 0 && (
				<small className="faint">
					{i18n._(SOURCE_NAMES[recount.source])} · <When at={recount.checkedAt} relative />
				</small>
			)}
		</span>
	);
}

function History({ row: { store, sync } }: { row: SyncRow }) {
	const { t } = useLingui();
	const now = useNow();
	const language = shownLanguage();
	const { backfill } = store;
	if (!backfill) return <span className="faint">—</span>;
	if (backfill.state === 'done') return <span className="soft">{t`complete`}</span>;
	if (backfill.state === 'failed') return isServed(store) ? <span className="warn">{t`stopped`}</span> : <span className="faint">—</span>;
	const { ordersSeen, ordersExpected } = backfill;
	const share = formatPercent(
		language,
		ordersExpected ? Math.min(1, ordersSeen / ordersExpected) : backfillShare(backfill, Date.parse(backfill.updatedAt)),
	);
	const left = sync.historyEnds && formatLength(language, Math.max(60_000, Date.parse(sync.historyEnds.at) - now), 1);
	return (
		<span
			title={
				sync.historyEnds?.basis === 'orders'
					? t`Estimated by the orders read of those the platform counts`
					: sync.historyEnds
						? t`Estimated by the time walked; seasons differ`
						: t`Too early to tell the end, or the platform tells no number`
			}
		>
			<span className="num">{share}</span> <small className="soft">{left === null ? t`end not known yet` : t`about ${left} left`}</small>
		</span>
	);
}

function Budget({ store }: { store: SyncRow['store'] }) {
	const { t } = useLingui();
	const language = shownLanguage();
	const [tightest] = store.budgets.toSorted((a, b) => a.left / a.burst - b.left / b.burst);
	if (!tightest) return <span className="faint">—</span>;
	const left = formatNumber(language, Math.floor(tightest.left));
	const burst = formatNumber(language, tightest.burst);
	return (
		<span className="budget" title={t`${tightest.operation}: ${left} of ${burst} requests left`}>
			<span className="meter" aria-hidden>
				<i style={{ width: `${Math.min(100, (tightest.left / tightest.burst) * 100)}%` }} />
			</span>
			<small className="num soft">
				{left} / {burst}
			</small>
		</span>
	);
}
