import { useLingui } from '@lingui/react/macro';
import type { CoverageCellView, CoverageRowView, StoreView } from '@pangea/api';
import { PLATFORMS, type Readiness, READINESS_STEPS } from '@pangea/domain';
import { Link } from '@tanstack/react-router';
import { formatMoney, formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { useMay } from '../../session.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, storeLabel } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { useWindowed } from '../../ui/windowed.ts';
import { Picture } from './picture.tsx';
import './readiness.css';
import { STEP_WORDS } from './readiness-words.ts';
import type { ReadinessIn } from './use-readiness.ts';
import { CELL_WORDS } from './words.ts';

const ROW = 48;
const HEAD = 48;

interface CoverageProps {
	rows: readonly CoverageRowView[];
	/** Columns, in order: stores whose listings are read. */
	stores: readonly StoreView[];
	readiness: ReadinessIn;
	open: string | null;
	more: boolean;
	onMore: () => void;
	onOpen: (skuId: string) => void;
}

/** SKUs by store, windowed. What can be bought stands as how many pieces are left; the rest in words. */
export function Coverage({ rows, stores, readiness, open, more, onMore, onOpen }: CoverageProps) {
	// The virtualizer changes under the same identity, which the compiler's caches would not see.
	'use no memo';
	const { t } = useLingui();
	const language = shownLanguage();
	const { scroller, items, size } = useWindowed({
		count: rows.length,
		height: ROW,
		overscan: 10,
		keyOf: (index) => rows[index]?.skuId ?? index,
		place: rows.findIndex((row) => row.skuId === open),
		open: open,
		head: HEAD,
		more,
		onMore,
	});
	return (
		<section
			ref={scroller}
			className="coverage"
			// What scrolls has to be reachable by keys.
			// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
			tabIndex={0}
			aria-label={t`SKUs by store`}
		>
			<table aria-rowcount={rows.length + 1} style={{ height: size + HEAD }}>
				<thead>
					<tr>
						<th scope="col" className="sku">{t`SKU`}</th>
						<th scope="col" className="figure" title={t`Pieces sold in 30 days, all stores shown`}>{t`Sold, 30 days`}</th>
						{stores.map((store) => (
							<th key={store.storeId} scope="col" className="cell" title={storeLabel(store)}>
								<span>
									<PlatformMark platform={store.platform} size={16} />
									<SiteMark country={store.country} />
									<StoreBadge store={store} />
									<span className="unseen">
										{PLATFORMS[store.platform].name} {store.name}
									</span>
								</span>
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{items.map((item) => {
						const row = rows[item.index];
						if (!row) return null;
						return (
							<tr
								key={row.skuId}
								className={row.skuId === open ? 'current' : ''}
								style={{ transform: `translateY(${item.start - HEAD}px)`, height: ROW }}
							>
								<th scope="row" className="sku">
									<button type="button" aria-current={row.skuId === open ? 'true' : undefined} onClick={() => onOpen(row.skuId)}>
										<Picture url={row.imageUrl} size={32} />
										<span className="cut">
											<b className="cut">
												<bdi>{row.code}</bdi>
											</b>
											<small className="soft cut">
												<bdi>{[row.title, row.variant].filter((part) => part !== null).join(' · ')}</bdi>
											</small>
										</span>
									</button>
								</th>
								<td className="figure num">{formatNumber(language, row.sold)}</td>
								{stores.map((store) => {
									const cell = row.cells.find(({ storeId }) => storeId === store.storeId);
									return cell ? (
										<Cell key={store.storeId} cell={cell} />
									) : (
										<EmptyCell
											key={store.storeId}
											skuId={row.skuId}
											storeId={store.storeId}
											sells={row.sold > 0}
											readiness={readiness(row.skuId, store.storeId)}
										/>
									);
								})}
							</tr>
						);
					})}
				</tbody>
			</table>
		</section>
	);
}

interface EmptyCellProps {
	skuId: string;
	storeId: string;
	sells: boolean;
	readiness: Readiness | null;
}

function EmptyCell({ skuId, storeId, sells, readiness }: EmptyCellProps) {
	const mayPublish = useMay('catalogue.publish');
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const score = readiness && t`${readiness.done} of ${readiness.of} steps ready`;
	const lacks = readiness
		? READINESS_STEPS.filter((step) => readiness.steps[step].state === 'missing' || readiness.steps[step].state === 'unknown').map((step) =>
				i18n._(STEP_WORDS[step]),
			)
		: [];
	const told = [
		t`Not listed here`,
		...(score === null ? [] : [score]),
		...(lacks.length > 0 ? [t`open: ${formatList(language, lacks)}`] : []),
	];
	const mark = readiness && (
		<small className="ready-mark num">
			{readiness.done}/{readiness.of}
		</small>
	);
	return (
		<td className={`cell ${sells ? 'is-missing' : 'faint'}`} title={told.join(' · ')}>
			{mayPublish ? (
				<Link className="copy-here" to="/catalogue/copy" search={{ sku: skuId, store: storeId }}>
					<span aria-hidden>{mark} +</span>
					<span className="unseen">{[t`Not listed here: put it on sale`, ...told.slice(1)].join(', ')}</span>
				</Link>
			) : (
				<>
					<span aria-hidden>{mark ?? '—'}</span>
					<span className="unseen">{told.join(', ')}</span>
				</>
			)}
		</td>
	);
}

function formatList(language: string, words: readonly string[]): string {
	return new Intl.ListFormat(language, { type: 'conjunction' }).format(words);
}

function Cell({ cell }: { cell: CoverageCellView }) {
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const word = i18n._(CELL_WORDS[cell.state]);
	const told = [word, ...cell.issues, ...(cell.price ? [formatMoney(language, cell.price)] : []), t`Sold in 30 days: ${cell.sold}`];
	const { stock } = cell;
	return (
		<td className={`cell is-${cell.state}`} title={told.join(' · ')}>
			{cell.state === 'live' && stock !== null ? (
				<>
					<span className="num">{formatNumber(language, stock)}</span>
					<span className="unseen">{t`${word}, pieces left`}</span>
				</>
			) : (
				word
			)}
		</td>
	);
}
