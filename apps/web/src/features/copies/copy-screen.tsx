import { useLingui } from '@lingui/react/macro';
import type { CopyTargetsView, CopyTargetView } from '@pangea/api';
import { PLATFORMS } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { useKeys } from '../../keys.ts';
import { errorSentence, sentence } from '../../problems.ts';
import { useMay, useStores } from '../../session.tsx';
import { api, queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { useNarrow } from '../../ui/media.ts';
import { SiteMark, StoreName } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import { Picture } from '../catalogue/picture.tsx';
import { CELL_WORDS } from '../catalogue/words.ts';
import './copies.css';
import { CopyForm } from './copy-form.tsx';
import { COPY_WORDS, OUTCOME_WORDS, TARGET_WORDS } from './words.ts';

const route = getRouteApi('/workbench/catalogue/copy');

/** Puts one SKU on sale in stores that do not list it. */
export function CopyScreen() {
	const { t } = useLingui();
	const mayPublish = useMay('catalogue.publish');
	const { sku } = route.useSearch();
	if (!mayPublish) return <Empty alone title={t`Putting goods on sale is not open to your role`} />;
	if (sku === undefined) return <Empty alone title={t`No SKU is chosen`} action={<Link to="/catalogue">{t`To the catalogue`}</Link>} />;
	return <Copies skuId={sku} />;
}

function Copies({ skuId }: { skuId: string }) {
	const { t } = useLingui();
	const { store } = route.useSearch();
	const navigate = route.useNavigate();
	const { byId } = useStores();
	const narrow = useNarrow();
	const { data, error, refetch } = useQuery(trpc.copies.targets.queryOptions({ skuId }));
	// What can be done stands first.
	const targets = data?.targets.toSorted((a, b) => rankOf(a) - rankOf(b)) ?? [];
	const open = targets.find(({ storeId }) => storeId === store) ?? (narrow ? undefined : targets[0]);
	const show = (storeId: string): void => void navigate({ search: { sku: skuId, store: storeId }, replace: true });
	const go = (by: number): void => {
		const next = targets[targets.findIndex(({ storeId }) => storeId === open?.storeId) + by];
		if (next) show(next.storeId);
	};
	useKeys({ j: () => go(1), k: () => go(-1) });
	if (error && !data) return <Broken error={error} reset={() => void refetch()} />;
	if (!data) return <Skeleton rows={8} height={56} />;
	const { sku } = data;
	const shown = open ? (byId.get(open.storeId) ?? null) : null;
	return (
		<div className="copies">
			<HeaderSlot>
				{narrow && open ? (
					<Link to="/catalogue/copy" search={{ sku: skuId }} className="copy-back">
						‹ {t`Stores`}
					</Link>
				) : (
					<Link to="/catalogue" search={{ sku: skuId, view: 'all' }} className="copy-back">
						‹ {t`Catalogue`}
					</Link>
				)}
				<h1 className="copy-heading cut">{t`Put on sale elsewhere`}</h1>
			</HeaderSlot>
			{(!narrow || !open) && (
				<nav className="copy-targets" aria-label={t`Stores`}>
					<div className="copy-sku">
						<Picture url={sku.imageUrl} size={48} />
						<span className="cut">
							<b className="cut">
								<bdi>{sku.code}</bdi>
							</b>
							<small className="soft cut">
								<bdi>{[sku.title, sku.variant].filter((part) => part !== null).join(' · ')}</bdi>
							</small>
						</span>
					</div>
					<ul>
						{targets.map((target) => {
							const known = byId.get(target.storeId);
							return (
								<li key={target.storeId}>
									<button
										type="button"
										aria-current={target.storeId === open?.storeId ? 'true' : undefined}
										onClick={() => show(target.storeId)}
									>
										<PlatformMark platform={target.platform} size={16} name={PLATFORMS[target.platform].name} />
										{known && <SiteMark country={known.country} />}
										<span className="grow copy-store">
											<StoreName name={known?.name ?? ''} />
										</span>
										<State target={target} />
									</button>
								</li>
							);
						})}
					</ul>
					<PublishAll skuId={skuId} targets={targets} />
				</nav>
			)}
			{open && (
				<section className="copy-target" aria-label={shown?.name ?? ''}>
					{narrow && shown && (
						<p className="copy-shown">
							<PlatformMark platform={open.platform} size={16} name={PLATFORMS[open.platform].name} />
							<SiteMark country={shown.country} />
							<b className="cut">{shown.name}</b>
						</p>
					)}
					<Target key={open.storeId} skuId={skuId} sku={sku} target={open} name={shown?.name ?? ''} />
				</section>
			)}
		</div>
	);
}

function rankOf({ state, copy }: CopyTargetView): number {
	if (state === 'open') return copy ? 0 : 1;
	return state === 'listed' ? 2 : 3;
}

/** Drafts that can be sent as they stand. */
function isReady({ state, copy }: CopyTargetView): boolean {
	return state === 'open' && (copy?.state === 'draft' || copy?.state === 'refused' || copy?.state === 'failed');
}

function State({ target: { state, copy, listing } }: { target: CopyTargetView }) {
	const { i18n } = useLingui();
	if (listing) return <span className={`copy-state is-${listing.state}`}>{i18n._(CELL_WORDS[listing.state])}</span>;
	if (state === 'open' && copy) return <span className={`copy-state is-${copy.state}`}>{i18n._(COPY_WORDS[copy.state])}</span>;
	return <span className="copy-state">{i18n._(state === 'open' ? TARGET_WORDS.open : TARGET_WORDS[state])}</span>;
}

function PublishAll({ skuId, targets }: { skuId: string; targets: readonly CopyTargetView[] }) {
	const { t, i18n } = useLingui();
	const { byId } = useStores();
	const ready = targets.filter(isReady);
	const send = useMutation({
		mutationFn: () => api.copies.publish.mutate({ skuId, storeIds: ready.map(({ storeId }) => storeId) }),
		onSuccess: () => queryClient.invalidateQueries(trpc.copies.targets.pathFilter()),
		onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
	});
	if (ready.length < 2 && !send.data) return null;
	return (
		<div className="copy-all">
			{ready.length > 1 && (
				<Button block loading={send.isPending} onClick={() => send.mutate()}>
					{t`Publish all ${ready.length} drafts`}
				</Button>
			)}
			{send.data && (
				<ul aria-live="polite">
					{send.data.map(({ storeId, outcome, gaps, code }) => (
						<li key={storeId} className={outcome === 'queued' ? '' : 'warn'}>
							{byId.get(storeId)?.name}: {code === null ? i18n._(OUTCOME_WORDS[outcome]) : sentence(i18n, code)}
							{gaps.length > 0 && ` (${gaps.length})`}
						</li>
					))}
				</ul>
			)}
		</div>
	);
}

function Target({ skuId, sku, target, name }: { skuId: string; sku: CopyTargetsView['sku']; target: CopyTargetView; name: string }) {
	const { t, i18n } = useLingui();
	const { state, listing, copy } = target;
	if (state === 'open') return <CopyForm skuId={skuId} sku={sku} target={target} storeName={name} />;
	if (listing) {
		return (
			<div className="copy-done">
				<h2>{copy?.state === 'published' ? t`Published` : t`Listed here`}</h2>
				<p>
					<span className={`copy-state is-${listing.state}`}>{i18n._(CELL_WORDS[listing.state])}</span>{' '}
					<small className="faint">{listing.rawStatus}</small>
				</p>
				{copy?.externalListingId && (
					<p className="soft">
						{t`The platform's number:`} <span className="num">{copy.externalListingId}</span>
					</p>
				)}
				{listing.issues.length > 0 && (
					<p className="warn">
						<bdi>{listing.issues.join(' · ')}</bdi>
					</p>
				)}
				<Link to="/catalogue" search={{ sku: skuId, view: 'all' }}>
					{t`Show all listings of this SKU`}
				</Link>
			</div>
		);
	}
	return <Empty title={i18n._(TARGET_WORDS[state])} />;
}
