import { Trans, useLingui } from '@lingui/react/macro';
import type { CountView, StoreView, TodayView } from '@pangea/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useNow, useZone } from '../../clock.tsx';
import { formatCount, formatInstantFull } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { useSession, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Blocks, Empty } from '../../ui/empty.tsx';
import { Freshness } from './freshness.tsx';
import { NextToShip } from './next-to-ship.tsx';
import { Sales } from './sales.tsx';
import type { OrdersSearch } from '../orders/filter.ts';
import './today.css';

const REFRESH_MS = 60_000;
const CLAIMS_DUE = { view: 'due' };

export function TodayScreen() {
	const { t } = useLingui();
	const today = useQuery({ ...trpc.today.summary.queryOptions(), refetchInterval: REFRESH_MS });
	const { stores, loading } = useStores();
	return (
		<div className="today">
			<HeaderSlot>
				<h1 className="title">{t`Today`}</h1>
				<TodayDate />
			</HeaderSlot>
			{today.error ? (
				<Broken error={today.error} reset={() => void today.refetch()} />
			) : !today.data || loading ? (
				<>
					<Blocks className="counters" count={4} height={102} />
					<Blocks className="columns" count={2} height={320} />
				</>
			) : stores.length === 0 ? (
				<FirstSteps />
			) : (
				<Work today={today.data} stores={stores} />
			)}
		</div>
	);
}

function TodayDate() {
	const { membership } = useSession();
	const now = useNow();
	const zone = useZone();
	const text = new Intl.DateTimeFormat(shownLanguage(), { weekday: 'long', day: 'numeric', month: 'long', timeZone: zone }).format(now);
	return (
		<span className="soft date" title={formatInstantFull(shownLanguage(), new Date(now).toISOString(), zone)}>
			{text} · {membership.name}
		</span>
	);
}

function Work({ today, stores }: { today: TodayView; stores: StoreView[] }) {
	const { t } = useLingui();
	const navigate = useNavigate();
	const mayClaims = today.claimsDue !== null;
	useKeys({ d: () => void navigate({ to: '/inbox', search: CLAIMS_DUE }) }, mayClaims);
	const plain = (count: number): CountView => ({ count, capped: false });
	return (
		<>
			<div className="counters">
				<Counter
					count={today.lateToShip}
					label={t`Late to ship`}
					hint={t`The ship-by time has passed`}
					tone="risk"
					orders={{ attention: 'late', sort: 'shipBy' }}
				/>
				<Counter
					count={today.shipWithin24h}
					label={t`Ship within 24 h`}
					hint={t`Still in time, if they leave today`}
					tone="warn"
					orders={{ attention: 'soon', sort: 'shipBy' }}
				/>
				<Counter
					count={today.returnsToAnswer}
					label={t`Returns to answer`}
					hint={t`A buyer waits for an answer`}
					tone="warn"
					orders={{ attention: 'returns' }}
				/>
				{today.claimsDue && (
					<Link
						to="/inbox"
						search={CLAIMS_DUE}
						aria-keyshortcuts="d"
						title={`${t`Claims due`} (D)`}
						className={`counter ${today.claimsDue.count > 0 ? 'risk' : 'calm'}`}
					>
						<Figure count={today.claimsDue} label={t`Claims due`} hint={t`The platform wants them today, or wanted them before`} />
					</Link>
				)}
				<Counter
					count={plain(today.storesInTrouble)}
					label={t`Stores in trouble`}
					hint={t`Not read until somebody acts`}
					tone="risk"
					orders={null}
				/>
			</div>
			{today.quarantined > 0 && (
				<p className="notice">
					<Link to="/stores" search={{ show: 'quarantine' }}>
						<Trans>Records set aside because we could not understand them: {today.quarantined}</Trans>
					</Link>
				</p>
			)}
			<div className="columns">
				<div className="column">
					<NextToShip stores={stores} />
					{today.sales && <Sales sales={today.sales} stores={stores} />}
				</div>
				<Freshness stores={stores} marks={today.stores} />
			</div>
		</>
	);
}

interface CounterProps {
	count: CountView;
	label: string;
	hint: string;
	tone: 'risk' | 'warn';
	/** Null: the stores. */
	orders: OrdersSearch | null;
}

function Counter({ count, label, hint, tone, orders }: CounterProps) {
	const any = count.count > 0;
	return (
		<Link to={orders ? '/orders' : '/stores'} search={orders ?? {}} className={`counter ${any ? tone : 'calm'}`}>
			<Figure count={count} label={label} hint={hint} />
		</Link>
	);
}

function Figure({ count, label, hint }: Pick<CounterProps, 'count' | 'label' | 'hint'>) {
	return (
		<>
			<span className="figure num">{formatCount(shownLanguage(), count)}</span>
			<span className="label">{label}</span>
			<small>{hint}</small>
		</>
	);
}

function FirstSteps() {
	const { t } = useLingui();
	return (
		<Empty
			title={t`No store is bound yet`}
			action={<Link to="/stores" search={{ bind: 'choose' }} className="as-button">{t`Bind the first store`}</Link>}
		>
			<Trans>
				Bind a store of Amazon, Temu, Mercado Libre or TikTok Shop. Its newest orders are here within a minute; the history follows by
				itself.
			</Trans>
		</Empty>
	);
}
