import { PlusOutlined } from '@ant-design/icons';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { StoreView } from '@pangea/api';
import { PLATFORM_IDS } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Alert, Button, Select } from 'antd';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { sentence } from '../../problems.ts';
import { useLooksAtStores, useMay, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Blocks, Empty } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { type Grouping, grouped, GROUPINGS, isGrouping } from './grouping.ts';
import { TieHint } from '../openings/tie-hint.tsx';
import { Limitations } from './limitations.tsx';
import { Mailboxes } from './mailboxes.tsx';
import { StoreCard } from './store-card.tsx';
import { StoresTabs } from './stores-tabs.tsx';
import { GROUPING_WORDS } from './words.ts';
import './stores.css';

const BindWizard = lazy(async () => ({ default: (await import('./bind-wizard.tsx')).BindWizard }));
const AdoptDrawer = lazy(async () => ({ default: (await import('./adopt-drawer.tsx')).AdoptDrawer }));
const Quarantine = lazy(async () => ({ default: (await import('./quarantine.tsx')).Quarantine }));
const Gaps = lazy(async () => ({ default: (await import('./gaps.tsx')).Gaps }));
const route = getRouteApi('/workbench/stores');

/** How often the cards look how far their stores are read, in milliseconds; as the sync console does. */
const LOOK_MS = 10_000;

export function StoresScreen() {
	const { t, i18n } = useLingui();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const mayManage = useMay('stores.manage');
	const { stores, loading, error } = useStores();
	useLooksAtStores(LOOK_MS);
	const platforms = useQuery(trpc.stores.platforms.queryOptions());
	const today = useQuery(trpc.today.summary.queryOptions(undefined, { refetchInterval: 6 * LOOK_MS }));
	const late = new Set((today.data?.stores ?? []).filter((mark) => mark.late).map((mark) => mark.storeId));
	const by = isGrouping(search.by) ? search.by : 'platform';
	const go = (to: typeof search) => void navigate({ search: { ...(search.by && { by: search.by }), ...to } });
	const [adopting, setAdopting] = useState<StoreView[] | null>(null);
	const present = PLATFORM_IDS.filter((id) => stores.some((store) => store.platform === id));
	const bound = search.bound ? stores.filter((store) => store.connectionId === search.bound) : [];

	const shared: SharedProps = {
		all: stores,
		marked: search.store ?? null,
		late,
		onShow: (show, store) => go({ show, store }),
		onReconnect: (platform) => go({ bind: platform }),
	};

	useEffect(() => {
		if (search.store && !loading) document.getElementById(`store-${search.store}`)?.scrollIntoView({ block: 'center' });
	}, [search.store, loading]);

	return (
		<div className="stores">
			<HeaderSlot>
				<StoresTabs />
				<span className="grow" />
				{stores.length > 1 && (
					<Select
						size="small"
						className="group-by"
						popupMatchSelectWidth={false}
						aria-label={t`Put stores together by`}
						value={by}
						onChange={(next: Grouping) => {
							const { by: _, ...rest } = search;
							void navigate({ search: next === 'platform' ? rest : { ...rest, by: next } });
						}}
						options={GROUPINGS.map((value) => ({ value, label: i18n._(GROUPING_WORDS[value]) }))}
					/>
				)}
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
					description={
						<>
							<Trans>The newest orders are read first, then the history. Switch off the stores you do not want here.</Trans>{' '}
							{mayManage && <TieHint stores={bound} />}
						</>
					}
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
			) : by === 'platform' ? (
				present.map((id) => {
					const platform = platforms.data?.find((one) => one.id === id);
					const own = stores.filter((store) => store.platform === id);
					const name = platform?.names[shownLanguage()] ?? platform?.name ?? id;
					return (
						<Section key={id} name={name} stores={own} icon={<PlatformMark platform={id} size={22} />} {...shared}>
							<Mailboxes platform={id} />
							{platform && <Limitations platform={platform} />}
						</Section>
					);
				})
			) : (
				grouped(stores, by).map((section) => (
					<Section
						key={section.name ?? ''}
						name={section.name ?? (by === 'owner' ? t`Nobody in particular` : t`Not assigned yet`)}
						stores={section.stores}
						icon={null}
						{...shared}
					>
						{mayManage && (
							<Button size="small" onClick={() => setAdopting(section.stores)}>
								{t`Change for all …`}
							</Button>
						)}
					</Section>
				))
			)}
			<Suspense fallback={null}>
				{search.bind && platforms.data && mayManage && (
					<BindWizard platforms={platforms.data} chosen={search.bind} onChoose={(bind) => go({ bind })} onClose={() => go({})} />
				)}
				{adopting && <AdoptDrawer stores={adopting} onClose={() => setAdopting(null)} />}
				{search.show === 'quarantine' && <Quarantine storeId={search.store ?? null} onClose={() => go({})} />}
				{search.show === 'gaps' && <Gaps storeId={search.store ?? null} onClose={() => go({})} />}
			</Suspense>
		</div>
	);
}

interface SharedProps {
	all: StoreView[];
	marked: string | null;
	late: ReadonlySet<string>;
	onShow: (what: 'quarantine' | 'gaps', storeId: string) => void;
	onReconnect: (platform: string) => void;
}

interface SectionProps extends SharedProps {
	name: string;
	stores: StoreView[];
	icon: ReactNode;
	/** At the end of the head. */
	children: ReactNode;
}

function Section({ name, stores, icon, all, marked, late, onShow, onReconnect, children }: SectionProps) {
	return (
		<section className="platform" aria-label={name}>
			<header>
				{icon}
				<h2>{name}</h2>
				<span className="soft num">
					<Plural value={stores.length} one="# store" other="# stores" />
				</span>
				<span className="grow" />
				{children}
			</header>
			<div className="grid">
				{stores.map((store) => (
					<StoreCard
						key={store.storeId}
						store={store}
						marked={store.storeId === marked}
						late={late.has(store.storeId)}
						siblings={all.filter((s) => s.connectionId === store.connectionId)}
						onShow={onShow}
						onReconnect={onReconnect}
					/>
				))}
			</div>
		</section>
	);
}
