import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { SkusView, StoreView } from '@pangea/api';
import { PLATFORMS } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { alone, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Blocks } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, siteName } from '../../ui/site.tsx';
import { ordersOf } from './drill.ts';
import type { NumbersFilter } from './filter.ts';

interface SkusProps {
	filter: NumbersFilter;
	stores: ReadonlyMap<string, StoreView>;
}

/** What sells most and where: a row a SKU, a column a site, darker where more pieces were sold. Asked apart, so that the chart does not wait for it. */
export function Skus({ filter, stores }: SkusProps) {
	const { t } = useLingui();
	const { from, until, clock, platforms } = filter;
	const skus = useQuery({
		...trpc.numbers.skus.queryOptions({ from, until, clock, platforms, stores: filter.stores, compare: 'none' }, alone),
		placeholderData: (before) => before,
	});
	return (
		<section className="panel skus" aria-label={t`SKUs by site`} aria-busy={skus.isPlaceholderData}>
			<header>
				<h2>{t`SKUs by site`}</h2>
				{skus.data && <Share view={skus.data} />}
			</header>
			{skus.error && !skus.data ? (
				<Broken error={skus.error} reset={() => void skus.refetch()} />
			) : !skus.data ? (
				<Blocks className="columns" count={1} height={160} />
			) : skus.data.rows.length === 0 ? (
				<p className="faint pad">{t`No piece with a SKU was sold on these days.`}</p>
			) : (
				<Heat view={skus.data} filter={filter} stores={stores} />
			)}
		</section>
	);
}

/** Of how much this is a part. */
function Share({ view }: { view: SkusView }) {
	const language = shownLanguage();
	const shown = formatNumber(language, view.rows.length);
	const unnamed = Number(view.unnamed);
	return (
		<span className="faint">
			<Plural value={view.skus} one="# SKU sold" other={`${shown} of # SKUs sold, most pieces first`} />
			{unnamed > 0 && (
				<>
					{' · '}
					<Plural value={unnamed} one="# piece without a SKU" other="# pieces without a SKU" />
				</>
			)}
		</span>
	);
}

function Heat({ view, filter, stores }: SkusProps & { view: SkusView }) {
	const { t } = useLingui();
	const language = shownLanguage();
	const most = Math.max(...view.rows.flatMap((row) => Object.values(row.sites).map(Number)));
	const storesOn = (site: string): StoreView[] => [...stores.values()].filter((s) => `${s.platform}/${s.siteId}` === site);
	const chosen = (site: string): string[] =>
		storesOn(site)
			.map((s) => s.storeId)
			.filter((id) => filter.stores.length === 0 || filter.stores.includes(id));
	return (
		// What scrolls has to be reachable by keys.
		// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
		<section className="scroll" tabIndex={0} aria-label={t`Pieces by SKU and site`}>
			<table>
				<thead>
					<tr>
						<th scope="col">{t`SKU`}</th>
						<th scope="col" className="right">{t`Units`}</th>
						{view.sites.map((site) => {
							const [first] = storesOn(site);
							return (
								<th key={site} scope="col" className="right">
									{first ? (
										<span title={`${PLATFORMS[first.platform].name} · ${siteName(first.country)}`}>
											<PlatformMark platform={first.platform} name={PLATFORMS[first.platform].name} size={16} />{' '}
											<SiteMark country={first.country} />
										</span>
									) : (
										<Trans>Other</Trans>
									)}
								</th>
							);
						})}
					</tr>
				</thead>
				<tbody>
					{view.rows.map((row) => (
						<tr key={row.sellerSku}>
							<th scope="row">
								<Sku row={row} filter={filter} />
							</th>
							<td className="num right">{formatNumber(language, Number(row.units))}</td>
							{view.sites.map((site) => {
								const pieces = Number(row.sites[site] ?? 0);
								return (
									<td key={site} className="num right heat" style={warmth(pieces, most)}>
										{pieces > 0 && (
											<Link to="/orders" search={{ ...ordersOf(filter, { stores: chosen(site) }), q: row.sellerSku }}>
												{formatNumber(language, pieces)}
											</Link>
										)}
									</td>
								);
							})}
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}

/** A SKU, leading to its orders. */
export function Sku({ row, filter }: { row: Pick<SkusView['rows'][number], 'sellerSku' | 'title'>; filter: NumbersFilter }) {
	return (
		<Link className="of-sku" to="/orders" search={{ ...ordersOf(filter), q: row.sellerSku }} title={row.title}>
			<b>{row.sellerSku}</b> <small className="faint">{row.title}</small>
		</Link>
	);
}

/** By the root, so that small figures still differ. */
function warmth(pieces: number, most: number): CSSProperties {
	const share = most === 0 ? 0 : Math.round(Math.sqrt(pieces / most) * 36);
	return { background: `color-mix(in srgb, var(--accent-text) ${share}%, transparent)` };
}
