import { DiffOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import type { SyncView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense } from 'react';
import { formatNumber } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useMay, useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { say } from '../../ui/toast.tsx';
import { StoresTabs } from '../stores/stores-tabs.tsx';
import '../stores/stores.css';
import { completeness, isServed, type SyncRow } from './completeness.ts';
import { DeadJobs, Pushes, SetAside } from './sync-panels.tsx';
import { SyncTable } from './sync-table.tsx';
import { AllStopped, StopAll } from './write-stop.tsx';
import './sync.css';

const Quarantine = lazy(async () => ({ default: (await import('../stores/quarantine.tsx')).Quarantine }));
const SyncStore = lazy(async () => ({ default: (await import('./sync-store.tsx')).SyncStore }));
const route = getRouteApi('/workbench/stores/sync');
/** What waits and runs changes without an event of its own. */
const LOOK_MS = 10_000;

/** Whether everything arrives: how far each store is read, whether anything lacks, and what stands in the way. */
export function SyncScreen() {
	const { t, i18n } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const mayOperate = useMay('sync.operate');
	const { stores, loading } = useStores();
	const sync = useQuery(trpc.sync.overview.queryOptions(undefined, { refetchInterval: LOOK_MS }));
	const today = useQuery(trpc.today.summary.queryOptions());
	const checkAll = useMutation(
		trpc.sync.checkAll.mutationOptions({
			onSuccess: ({ requested }) => {
				void queryClient.invalidateQueries(trpc.sync.overview.pathFilter());
				say(t`Comparing ${requested} stores. What is missing is fetched by itself.`);
			},
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	const go = (to: typeof search) => void navigate({ search: to });
	const late = new Set((today.data?.stores ?? []).filter((mark) => mark.late).map((mark) => mark.storeId));
	const byId = new Map((sync.data?.stores ?? []).map((one) => [one.storeId, one]));
	const rows = stores.flatMap((store) => {
		const own = byId.get(store.storeId);
		return own && store.connectionState !== 'disconnected' ? [{ store, sync: own, late: late.has(store.storeId) }] : [];
	});
	const shown = rows.find((row) => row.store.storeId === search.store);
	return (
		<div className="sync">
			<HeaderSlot>
				<StoresTabs />
				<span className="grow" />
				{mayOperate && rows.length > 0 && sync.data?.writesStoppedAt === null && <StopAll />}
				{mayOperate && rows.length > 0 && (
					<Button
						type="primary"
						size="small"
						icon={<DiffOutlined aria-hidden />}
						aria-label={t`Compare all now`}
						loading={checkAll.isPending}
						onClick={() => checkAll.mutate({})}
					>
						<span className="wide">{t`Compare all now`}</span>
					</Button>
				)}
			</HeaderSlot>
			{sync.data?.writesStoppedAt && <AllStopped since={sync.data.writesStoppedAt} mayOperate={mayOperate} />}
			{sync.error ? (
				<Broken error={sync.error} reset={() => void sync.refetch()} />
			) : !sync.data || loading ? (
				<Skeleton rows={10} height={44} />
			) : rows.length === 0 ? (
				<Empty title={t`No store is bound yet`}>
					<Trans>Once one is, this shows how far it is read and whether all its orders are here.</Trans>
				</Empty>
			) : (
				<>
					<Figures rows={rows.filter((row) => isServed(row.store))} sync={sync.data} />
					<SyncTable rows={rows} onOpen={(store) => go({ store })} />
					<div className="panels">
						<DeadJobs sync={sync.data} mayOperate={mayOperate} />
						<SetAside sync={sync.data} onOpen={() => go({ show: 'quarantine' })} />
						<Pushes sync={sync.data} rows={rows} />
					</div>
				</>
			)}
			<Suspense fallback={null}>
				{shown && <SyncStore row={shown} onClose={() => go({})} />}
				{search.show === 'quarantine' && <Quarantine storeId={null} onClose={() => go({})} />}
			</Suspense>
		</div>
	);
}

function Figures({ rows, sync }: { rows: SyncRow[]; sync: SyncView }) {
	const { t } = useLingui();
	const n = (value: number) => formatNumber(shownLanguage(), value);
	const states = rows.map((row) => completeness(row.sync));
	const equal = states.filter((s) => s.state === 'equal').length;
	const lacks = states.reduce((sum, s) => sum + (s.state === 'lacking' ? s.orders : 0), 0);
	const unproved = states.filter((s) => s.state === 'unproved' || s.state === 'refused').length;
	const read = rows.filter((row) => row.store.enabled);
	const fresh = read.filter((row) => !row.late).length;
	const jobs = [...sync.jobs, ...sync.stores.flatMap((s) => s.jobs)];
	const waiting = jobs.reduce((sum, job) => sum + job.waiting, 0);
	const running = jobs.reduce((sum, job) => sum + job.running, 0);
	const dead = sync.dead.reduce((sum, job) => sum + job.count, 0);
	const setAside = sync.setAside.reduce((sum, cause) => sum + cause.count, 0);
	return (
		<dl className="figures panel">
			<div>
				<dt>{t`Stores with all orders`}</dt>
				<dd className={lacks > 0 ? 'warn' : ''}>
					<b className="num">{t`${n(equal)} of ${n(rows.length)}`}</b>
					<small>{lacks > 0 ? t`${n(lacks)} orders missing` : unproved > 0 ? t`${n(unproved)} not compared` : t`nothing missing`}</small>
				</dd>
			</div>
			<div>
				<dt>{t`Stores up to date`}</dt>
				<dd className={fresh < read.length ? 'risk' : ''}>
					<b className="num">{t`${n(fresh)} of ${n(read.length)}`}</b>
					<small>{fresh < read.length ? t`${n(read.length - fresh)} late` : t`none late`}</small>
				</dd>
			</div>
			<div>
				<dt>{t`Work in the queue`}</dt>
				<dd>
					<b className="num">{n(waiting + running)}</b>
					<small>{t`${n(running)} running`}</small>
				</dd>
			</div>
			<div>
				<dt>{t`Given up`}</dt>
				<dd className={dead > 0 ? 'warn' : ''}>
					<b className="num">{n(dead)}</b>
					<small>{t`jobs`}</small>
				</dd>
			</div>
			<div>
				<dt>{t`Set aside`}</dt>
				<dd className={setAside > 0 ? 'warn' : ''}>
					<b className="num">{n(setAside)}</b>
					<small>{t`records`}</small>
				</dd>
			</div>
		</dl>
	);
}
