import { PlusOutlined, UploadOutlined } from '@ant-design/icons';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { CostView } from '@pangea/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { lazy, Suspense, useDeferredValue, useState } from 'react';
import { formatDay, formatNumber } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { useMay, useSession } from '../../session.tsx';
import { api, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { Amount } from '../../ui/figures.tsx';
import '../../ui/filters.css';
import { NumbersTabs } from '../numbers/numbers-tabs.tsx';
import './costs.css';

const route = getRouteApi('/workbench/numbers/costs');
const CostDrawer = lazy(async () => ({ default: (await import('./cost-drawer.tsx')).CostDrawer }));
const ImportDrawer = lazy(async () => ({ default: (await import('./import-drawer.tsx')).ImportDrawer }));
const PAGE = 100;
/** In the address: the drawer in which a SKU is still to be named. */
const NEW = '+';

/** What the goods cost, as people state it. */
export function CostsScreen() {
	const { t } = useLingui();
	const maySee = useMay('fields.cost');
	return (
		<div className="costs">
			<HeaderSlot>
				<NumbersTabs />
			</HeaderSlot>
			{maySee ? (
				<Costs />
			) : (
				<Empty title={t`Costs are not open to you`}>
					<Trans>An owner of the workspace decides who sees them.</Trans>
				</Empty>
			)}
		</div>
	);
}

function Costs() {
	const { t } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const mayChange = useMay('stores.manage');
	const [typed, setTyped] = useState('');
	const open = (sku: string | null) => void navigate({ search: sku === null ? {} : { sku }, replace: true });
	return (
		<>
			<search className="filters" aria-label={t`Costs of goods`}>
				<Input.Search
					size="small"
					className="search-field"
					allowClear
					aria-label={t`Part of a SKU`}
					placeholder={t`Part of a SKU`}
					value={typed}
					onChange={(event) => setTyped(event.target.value)}
				/>
				<span className="grow" />
				{mayChange && (
					<>
						<Button size="small" icon={<UploadOutlined aria-hidden />} onClick={() => void navigate({ search: { import: '1' } })}>
							{t`Import a file`}
						</Button>
						<Button size="small" type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => open(NEW)}>
							{t`State a cost`}
						</Button>
					</>
				)}
			</search>
			<div className="parts">
				<Stated typed={useDeferredValue(typed.trim())} onOpen={open} />
				<Missing onOpen={open} />
			</div>
			<Suspense fallback={null}>
				{search.sku !== undefined && (
					<CostDrawer key={search.sku} sku={search.sku === NEW ? null : search.sku} onOpen={open} onClose={() => open(null)} />
				)}
				{search.import !== undefined && mayChange && <ImportDrawer onClose={() => open(null)} />}
			</Suspense>
		</>
	);
}

function Stated({ typed, onOpen }: { typed: string; onOpen: (sku: string) => void }) {
	const { t } = useLingui();
	const { membership } = useSession();
	const list = useInfiniteQuery({
		queryKey: [...trpc.costs.list.pathKey(), membership.workspaceId, typed],
		queryFn: ({ pageParam }) => api.costs.list.query({ search: typed, after: pageParam, limit: PAGE }),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.next,
	});
	const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
	return (
		<section className="panel stated">
			<header>
				<h2>{t`SKUs with a cost`}</h2>
			</header>
			{list.error ? (
				<Broken error={list.error} reset={() => void list.refetch()} />
			) : list.isPending ? (
				<Skeleton rows={8} height={36} />
			) : rows.length === 0 ? (
				<p className="faint pad">
					{typed === '' ? t`No cost is stated yet. Import a file, or choose a SKU on the right.` : t`No SKU fits.`}
				</p>
			) : (
				// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
				<section className="scroll" tabIndex={0} aria-label={t`SKUs with a cost`}>
					<table>
						<thead>
							<tr>
								<th scope="col">{t`Seller SKU`}</th>
								<th scope="col" className="right">{t`Cost of one unit`}</th>
								<th scope="col" className="right">{t`Inbound shipping`}</th>
								<th scope="col">{t`Holds from`}</th>
							</tr>
						</thead>
						<tbody>
							{rows.map((row) => (
								<Row key={row.sellerSku} row={row} onOpen={onOpen} />
							))}
						</tbody>
					</table>
					{list.hasNextPage && (
						<Button className="more" type="link" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
							{t`Show more`}
						</Button>
					)}
				</section>
			)}
		</section>
	);
}

function Row({ row, onOpen }: { row: CostView; onOpen: (sku: string) => void }) {
	const days = row.days - 1;
	return (
		<tr>
			<th scope="row">
				<button type="button" className="as-link" onClick={() => onOpen(row.sellerSku)}>
					{row.sellerSku}
				</button>
			</th>
			<td className="num right">
				<Amount money={row.amount} />
			</td>
			<td className="num right">{row.inbound === null ? <span className="faint">—</span> : <Amount money={row.inbound} />}</td>
			<td className="num">
				{formatDay(shownLanguage(), `${row.validFrom}T12:00:00Z`, 'UTC')}
				{days > 0 && (
					<small className="faint">
						{' '}
						<Plural value={days} one="and on # other day" other="and on # other days" />
					</small>
				)}
			</td>
		</tr>
	);
}

function Missing({ onOpen }: { onOpen: (sku: string) => void }) {
	const { t } = useLingui();
	const missing = useQuery(trpc.costs.missing.queryOptions());
	return (
		<section className="panel missing">
			<header>
				<h2>{t`Sold in the last 30 days without a cost`}</h2>
			</header>
			{missing.error ? (
				<Broken error={missing.error} reset={() => void missing.refetch()} />
			) : missing.isPending ? (
				<Skeleton rows={8} height={36} />
			) : missing.data.length === 0 ? (
				<p className="faint pad">{t`Every SKU that was sold has a cost.`}</p>
			) : (
				<ul>
					{missing.data.map((row) => (
						<li key={row.sellerSku}>
							<button type="button" className="as-link" onClick={() => onOpen(row.sellerSku)}>
								{row.sellerSku}
							</button>
							<span className="num soft">
								<Plural
									value={row.units}
									one={`${formatNumber(shownLanguage(), row.units)} unit`}
									other={`${formatNumber(shownLanguage(), row.units)} units`}
								/>
							</span>
							<small className="faint cut" title={row.title}>
								<bdi>{row.title}</bdi>
							</small>
						</li>
					))}
				</ul>
			)}
		</section>
	);
}
