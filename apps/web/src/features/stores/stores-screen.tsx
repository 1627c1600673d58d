import { PlusOutlined } from '@ant-design/icons';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { PlatformView, StoreView } from '@pangea/api';
import { PLATFORM_IDS } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { lazy, Suspense, useEffect } from 'react';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { sentence } from '../../problems.ts';
import { useMay, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Blocks, Empty } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { Limitations } from './limitations.tsx';
import { StoreCard } from './store-card.tsx';
import { StoresTabs } from './stores-tabs.tsx';
import './stores.css';

const BindWizard = lazy(async () => ({ default: (await import('./bind-wizard.tsx')).BindWizard }));
const Quarantine = lazy(async () => ({ default: (await import('./quarantine.tsx')).Quarantine }));
const Gaps = lazy(async () => ({ default: (await import('./gaps.tsx')).Gaps }));
const route = getRouteApi('/workbench/stores');

export function StoresScreen() {
	const { t, i18n } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const mayManage = useMay('stores.manage');
	const { stores, loading, error } = useStores();
	const platforms = useQuery(trpc.stores.platforms.queryOptions());
	const today = useQuery(trpc.today.summary.queryOptions());
	const late = new Set((today.data?.stores ?? []).filter((mark) => mark.late).map((mark) => mark.storeId));
	const go = (to: typeof search) => void navigate({ search: to });
	const present = PLATFORM_IDS.filter((id) => stores.some((store) => store.platform === id));
	const bound = search.bound ? stores.filter((store) => store.connectionId === search.bound) : [];

	useEffect(() => {
		if (search.store && !loading) document.getElementById(`store-${search.store}`)?.scrollIntoView({ block: 'center' });
	}, [search.store, loading]);

	return (
		<div className="stores">
			<HeaderSlot>
				<StoresTabs />
				<span className="grow" />
				{mayManage && (
					<Button
						type="primary"
						size="small"
						icon={<PlusOutlined aria-hidden />}
						aria-label={t`Bind a store`}
						onClick={() => go({ bind: 'choose' })}
					>
						<span className="wide">{t`Bind a store`}</span>
					</Button>
				)}
			</HeaderSlot>
			{search.problem && (
				<Alert
					type="error"
					showIcon
					closable={{ onClose: () => go({}) }}
					title={t`The store was not bound`}
					description={sentence(i18n, search.problem)}
				/>
			)}
			{search.bound && (
				<Alert
					type="success"
					showIcon
					closable={{ onClose: () => go({}) }}
					title={bound.length === 0 ? t`Bound` : t`Bound: ${bound.map(storeLabel).join(', ')}`}
					description={t`The newest orders are read first, then the history. Switch off the stores you do not want here.`}
				/>
			)}
			{error ? (
				<Broken error={error} />
			) : loading ? (
				<Blocks className="grid" count={9} height={214} />
			) : stores.length === 0 ? (
				<Empty
					title={t`No store is bound yet`}
					action={
						mayManage && (
							<Button type="primary" onClick={() => go({ bind: 'choose' })}>
								{t`Bind a store`}
							</Button>
						)
					}
				>
					{mayManage ? (
						<Trans>You need the store's main account and, once per platform, the credentials of your app there.</Trans>
					) : (
						<Trans>An owner or manager can bind one.</Trans>
					)}
				</Empty>
			) : (
				present.map((id) => (
					<PlatformGroup
						key={id}
						stores={stores.filter((store) => store.platform === id)}
						platform={platforms.data?.find((platform) => platform.id === id)}
						marked={search.store ?? null}
						late={late}
						onShow={(show, store) => go({ show, store })}
						onReconnect={(platform) => go({ bind: platform })}
					/>
				))
			)}
			<Suspense fallback={null}>
				{search.bind && platforms.data && mayManage && (
					<BindWizard platforms={platforms.data} chosen={search.bind} onChoose={(bind) => go({ bind })} onClose={() => go({})} />
				)}
				{search.show === 'quarantine' && <Quarantine storeId={search.store ?? null} onClose={() => go({})} />}
				{search.show === 'gaps' && <Gaps storeId={search.store ?? null} onClose={() => go({})} />}
			</Suspense>
		</div>
	);
}

interface PlatformGroupProps {
	stores: StoreView[];
	platform: PlatformView | undefined;
	marked: string | null;
	late: ReadonlySet<string>;
	onShow: (what: 'quarantine' | 'gaps', storeId: string) => void;
	onReconnect: (platform: string) => void;
}

function PlatformGroup({ stores, platform, marked, late, onShow, onReconnect }: PlatformGroupProps) {
	const id = stores[0]?.platform;
	if (!id) return null;
	const name = platform?.names[shownLanguage()] ?? platform?.name ?? id;
	return (
		<section className="platform" aria-label={name}>
			<header>
				<PlatformMark platform={id} size={22} />
				<h2>{name}</h2>
				<span className="soft num">
					<Plural value={stores.length} one="# store" other="# stores" />
				</span>
				<span className="grow" />
				{platform && <Limitations platform={platform} />}
			</header>
			<div className="grid">
				{stores.map((store) => (
					<StoreCard
						key={store.storeId}
						store={store}
						marked={store.storeId === marked}
						late={late.has(store.storeId)}
						siblings={stores.filter((s) => s.connectionId === store.connectionId)}
						onShow={onShow}
						onReconnect={onReconnect}
					/>
				))}
			</div>
		</section>
	);
}
