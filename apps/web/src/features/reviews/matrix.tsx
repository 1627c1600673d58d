import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { ReviewCellView } from '@pangea/api';
import { PLATFORMS } from '@pangea/domain';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { Picture } from '../catalogue/picture.tsx';
import { THEME_WORDS } from './words.ts';

const placeOf = ({ platform, siteId }: { platform: string; siteId: string }): string => `${platform} ${siteId}`;

/** SKUs by site: how many stars, of how many, and the top complaint; each cell opens the words behind it. */
export function Matrix({ stores: chosen }: { stores: string[] | undefined }) {
	const { t } = useLingui();
	const language = shownLanguage();
	const { stores } = useStores();
	const list = useInfiniteQuery(
		trpc.reviews.matrix.infiniteQueryOptions(chosen ? { stores: chosen } : {}, {
			getNextPageParam: (page) => page.next ?? undefined,
			initialCursor: undefined,
		}),
	);
	const { error, refetch } = list;
	const data = list.data?.pages.flatMap((page) => page.rows);
	if (error && !data) return <Broken error={error} reset={() => void refetch()} />;
	if (!data) return <Skeleton rows={10} height={52} />;
	if (data.length === 0)
		return (
			<Empty title={t`No ratings yet`}>{t`They come by themselves once the listings of a platform that shows reviews are read.`}</Empty>
		);
	const told = new Set(data.flatMap((row) => row.cells.map(placeOf)));
	const sites = [...new Map(stores.map((store) => [placeOf(store), store])).values()].filter((store) => told.has(placeOf(store)));
	return (
		<section
			className="review-matrix"
			// What scrolls has to be reachable by keys.
			// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
			tabIndex={0}
			aria-label={t`SKUs by site`}
		>
			<table>
				<thead>
					<tr>
						<th scope="col">{t`SKU`}</th>
						<th scope="col" className="right">{t`All sites`}</th>
						<th scope="col" className="right" title={t`Pieces sold in 30 days, all stores shown`}>{t`Sold, 30 days`}</th>
						{sites.map((store) => (
							<th key={placeOf(store)} scope="col">
								<span className="line">
									<PlatformMark platform={store.platform} name={PLATFORMS[store.platform].name} size={14} />
									<SiteMark country={store.country} />
								</span>
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{data.map((row) => (
						<tr key={row.skuId}>
							<th scope="row">
								<Link to="/catalogue" search={{ view: 'all', sku: row.skuId }} className="line">
									<Picture url={row.imageUrl} size={32} />
									<span className="cut">
										<b>{row.code}</b>
										<small className="soft cut" title={row.title}>
											{row.title}
										</small>
									</span>
								</Link>
							</th>
							<td className="right num">
								<b>{row.average === null ? '' : formatNumber(language, row.average)}</b>
								<small className="faint">
									<Rated of={row} />
								</small>
							</td>
							<td className="right num">{formatNumber(language, row.sold)}</td>
							{sites.map((store) => (
								<td key={placeOf(store)}>
									<Cell
										of={row.cells.find((cell) => placeOf(cell) === placeOf(store))}
										sku={row.skuId}
										platform={store.platform}
										country={store.country}
									/>
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
			{list.hasNextPage && (
				<Button className="review-more" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
					{t`Show more`}
				</Button>
			)}
		</section>
	);
}

/** How many stars an average is of, and whether the platform counted them or a file brought them. */
function Rated({ of: { ratings, source } }: { of: Pick<ReviewCellView, 'ratings' | 'source'> }) {
	if (source === 'file') return <Plural value={ratings} one="# imported" other="# imported" />;
	return <Plural value={ratings} one="# rating" other="# ratings" />;
}

interface CellProps {
	of: ReviewCellView | undefined;
	sku: string;
	platform: string;
	country: string;
}

function Cell({ of: cell, sku, platform, country }: CellProps) {
	const { t, i18n } = useLingui();
	if (!cell) return <span className="faint">–</span>;
	const { complaint, complaints } = cell;
	const sold = <small className="soft num">{t`sold ${formatNumber(shownLanguage(), cell.sold)}`}</small>;
	if (cell.average === null && cell.reviews === 0)
		return (
			<span className="review-cell">
				<small className="faint">{cell.read ? t`no rating` : t`reviews not read`}</small>
				{sold}
				{cell.topics && (
					<Link to="/reviews" search={{ sku, platform, country }}>
						{t`Topics`}
					</Link>
				)}
			</span>
		);
	const theme = complaint === null ? null : i18n._(THEME_WORDS[complaint]);
	return (
		<Link to="/reviews" search={{ sku, platform, country }} className="review-cell">
			<b className={`num ${cell.average !== null && cell.average < 3 ? 'risk' : ''}`}>
				{cell.average === null ? '' : `★ ${formatNumber(shownLanguage(), cell.average)}`}
			</b>
			<small className="soft">
				<Rated of={cell} />
			</small>
			{sold}
			{theme !== null && (
				<small className="warn">
					<Trans>
						{theme} × {complaints}
					</Trans>
				</small>
			)}
		</Link>
	);
}
