import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { StatementsView, StatementView, StoreView } from '@pangea/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { UploadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { formatAmount, formatDay, formatMoney, formatNumber } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { useMay, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { Amount } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, StoreName } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { NumbersTabs } from '../numbers/numbers-tabs.tsx';
import { PARTS, partOf, PAYOUT_WORDS } from './parts.ts';
import { StatementImport } from './statement-import.tsx';
import '../../ui/ledger.css';
import './statements.css';

const route = getRouteApi('/workbench/numbers/statements');
const FIRST = 60;
const MOST = 500;

/** What the platforms add up and pay out, store by store, and what does not add up. */
export function StatementsScreen() {
	const { t } = useLingui();
	const revenue = useMay('fields.revenue');
	const cost = useMay('fields.cost');
	return (
		<div className="statements">
			<HeaderSlot>
				<NumbersTabs />
			</HeaderSlot>
			{revenue && cost ? (
				<Statements />
			) : (
				<Empty title={t`Statements are not open to you`}>
					<Trans>An owner of the workspace decides who sees sums and fees.</Trans>
				</Empty>
			)}
		</div>
	);
}

function Statements() {
	const { t } = useLingui();
	const { store } = route.useSearch();
	const navigate = route.useNavigate();
	const [limit, setLimit] = useState(FIRST);
	const list = useQuery({
		...trpc.numbers.statements.queryOptions({ stores: store === undefined ? [] : [store], limit }),
		placeholderData: keepPreviousData,
	});
	const { stores: all, byId: stores } = useStores();
	const mayGive = useMay('stores.manage');
	const [importing, setImporting] = useState(false);
	const givable = mayGive ? all.filter(({ platform }) => list.data?.byFile.includes(platform)) : [];
	if (list.error && !list.data) return <Broken error={list.error} reset={() => void list.refetch()} />;
	if (!list.data) return <Skeleton rows={10} height={36} />;
	const { data } = list;
	const open = importing && <StatementImport stores={givable} onClose={() => setImporting(false)} />;
	const give = givable.length > 0 && (
		<Button size="small" icon={<UploadOutlined aria-hidden />} onClick={() => setImporting(true)}>
			{t`Import a file`}
		</Button>
	);
	if (data.stores.length === 0)
		return (
			<Empty title={t`No statement has been read yet`} action={give}>
				<Trans>
					They come by themselves from stores whose platform tells them: TikTok Shop and Amazon so far. Those of other platforms can be
					given as a file.
				</Trans>
				{open}
			</Empty>
		);
	return (
		<>
			<Stands view={data} stores={stores} chosen={store} onChoose={(id) => void navigate({ search: id === null ? {} : { store: id } })} />
			<section className="panel" aria-busy={list.isPlaceholderData}>
				<header>
					<h2>{t`Statements`}</h2>
					<p className="faint">
						<Trans>A statement is what its lines come to; what they leave open is shown and spread over nothing.</Trans>
					</p>
					{give}
				</header>
				{data.rows.length === 0 ? (
					<p className="faint pad">{t`No statement was cut in the time that is read.`}</p>
				) : (
					<Rows rows={data.rows} stores={stores} />
				)}
				{data.more && limit < MOST && (
					<Button
						className="statements-more"
						type="link"
						loading={list.isPlaceholderData}
						onClick={() => setLimit(Math.min(MOST, limit * 3))}
					>
						{t`Show more`}
					</Button>
				)}
			</section>
			{open}
		</>
	);
}

interface StandsProps {
	view: StatementsView;
	stores: ReadonlyMap<string, StoreView>;
	chosen: string | undefined;
	onChoose: (storeId: string | null) => void;
}

/** How far each store's bookings are read, and what its platform holds back. */
function Stands({ view, stores, chosen, onChoose }: StandsProps) {
	const { t } = useLingui();
	const language = shownLanguage();
	const day = (at: string): string => formatDay(language, at, 'UTC');
	return (
		<section className="panel" aria-label={t`Stores with statements`}>
			<ul className="statement-stores">
				{view.stores.map((stand) => (
					<li key={stand.storeId}>
						<button
							type="button"
							aria-pressed={chosen === stand.storeId}
							onClick={() => onChoose(chosen === stand.storeId ? null : stand.storeId)}
						>
							<Place store={stores.get(stand.storeId)} />
						</button>
						<span className="faint">
							{stand.state === 'scopeMissing' ? (
								<span className="warn">{t`The platform has not opened its statements to our app`}</span>
							) : stand.state === 'given' ? (
								t`from files that were given`
							) : stand.readFrom === null || stand.readUntil === null ? (
								t`waits until the store’s orders are read`
							) : (
								<Trans>
									read from {day(stand.readFrom)} to {day(stand.readUntil)}
								</Trans>
							)}
							{stand.unreadable > 0 && (
								<span className="warn">
									{' '}
									<Plural value={stand.unreadable} one="# booking could not be read" other="# bookings could not be read" />
								</span>
							)}
						</span>
						<span className="num">
							{stand.held.map(({ amount, settlements }) => (
								<Plural
									key={amount.currency}
									value={settlements}
									one={`${formatMoney(language, amount)} held back in # booking`}
									other={`${formatMoney(language, amount)} held back in # bookings`}
								/>
							))}
						</span>
					</li>
				))}
			</ul>
		</section>
	);
}

function Place({ store }: { store: StoreView | undefined }) {
	if (!store) return <span className="faint">—</span>;
	return (
		<>
			<PlatformMark platform={store.platform} name={store.platform} size={18} />
			<SiteMark country={store.country} />
			<StoreBadge store={store} />
			<StoreName name={store.name} />
		</>
	);
}

function Rows({ rows, stores }: { rows: readonly StatementView[]; stores: ReadonlyMap<string, StoreView> }) {
	const { t, i18n } = useLingui();
	return (
		// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
		<section className="scroll" tabIndex={0} aria-label={t`Statements`}>
			<table className="ledger">
				<thead>
					<tr>
						<th scope="col">{t`Cut`}</th>
						<th scope="col">{t`Store`}</th>
						{PARTS.map(({ id, name }) => (
							<th key={id} scope="col" className="right">
								{i18n._(name)}
							</th>
						))}
						<th scope="col" className="right">{t`Does not add up`}</th>
						<th scope="col" className="right">{t`Payout`}</th>
						<th scope="col">{t`State`}</th>
					</tr>
				</thead>
				<tbody>
					{rows.map((row) => (
						<Row key={`${row.storeId} ${row.externalId}`} row={row} store={stores.get(row.storeId)} />
					))}
				</tbody>
			</table>
		</section>
	);
}

function Row({ row, store }: { row: StatementView; store: StoreView | undefined }) {
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const amount = (amountMinor: string) =>
		amountMinor === '0' ? <span className="faint">—</span> : formatAmount(language, { amountMinor, currency: row.total.currency });
	const word = PAYOUT_WORDS[row.rawStatus];
	const open = row.remainder.amountMinor !== '0';
	return (
		<tr>
			<th scope="row" title={row.externalId}>
				{formatDay(language, row.closedAt, 'UTC')}
			</th>
			<td>
				<span className="statement-store">
					<Place store={store} />
				</span>
			</td>
			{PARTS.map(({ id, kinds }) => (
				<td key={id} className="num right">
					{amount(partOf(row, kinds))}
				</td>
			))}
			<td className={`num right ${open ? 'warn' : ''}`}>
				{amount(row.remainder.amountMinor)}
				{row.foreignLines > 0 && <small className="faint"> {t`${formatNumber(language, row.foreignLines)} in another currency`}</small>}
			</td>
			<td className="num right">
				<b>
					<Amount money={row.total} />
				</b>
			</td>
			<td title={row.payoutId ?? undefined}>{word ? i18n._(word) : <small className="raw">{row.rawStatus}</small>}</td>
		</tr>
	);
}
