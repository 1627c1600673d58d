import { Trans, useLingui } from '@lingui/react/macro';
import type { OpeningView, PlatformView } from '@pangea/api';
import { isPlatformId, OPENING_WAYS, type OpeningTrack, openingTracks, type OpeningWay } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, Segmented, Select } from 'antd';
import { lazy, Suspense, useId } from 'react';
import { useNow } from '../../clock.tsx';
import { NO_ONE_COUNTRY } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, siteName } from '../../ui/site.tsx';
import { StoresTabs } from '../stores/stores-tabs.tsx';
import { Binding } from './binding.tsx';
import { Track } from './track.tsx';
import { NO_TRACK_WORDS, OPENING_WAY_WORDS } from './words.ts';
import './openings.css';

const BindWizard = lazy(async () => ({ default: (await import('../stores/bind-wizard.tsx')).BindWizard }));
const route = getRouteApi('/workbench/stores/next');

/** Where the next store is opened: what is under way, and for every site what it takes. */
export function NextStoreScreen() {
	const { t } = useLingui();
	const mayManage = useMay('stores.manage');
	return (
		<div className="openings">
			<HeaderSlot>
				<StoresTabs />
			</HeaderSlot>
			{mayManage ? (
				<NextStore />
			) : (
				<Empty title={t`Opening stores is not open to you`}>
					<Trans>An owner or manager can bind one.</Trans>
				</Empty>
			)}
		</div>
	);
}

function NextStore() {
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const openings = useQuery(trpc.openings.list.queryOptions());
	const platforms = useQuery(trpc.stores.platforms.queryOptions());
	const dossier = useQuery(trpc.dossier.list.queryOptions());
	const failed = openings.error ?? platforms.error ?? dossier.error;
	const today = new Date(useNow()).toISOString().slice(0, 10);
	if (failed) return <Broken error={failed} />;
	if (!openings.data || !platforms.data || !dossier.data) return <Skeleton rows={10} height={52} />;
	const opening = openings.data.find((one) => one.openingId === search.opening) ?? null;
	const chosen = opening ?? { platform: search.platform, siteId: search.site, way: search.way, entity: search.entity ?? null };
	const platform = platforms.data.find((one) => one.id === chosen.platform);
	const site = platform?.sites.find((one) => one.id === chosen.siteId);
	const tracks = platform && site ? openingTracks(platform.id, site) : null;
	const track = tracks?.tracks.find((one) => one.way === chosen.way) ?? (opening ? undefined : tracks?.tracks[0]);
	const held = chosen.entity === null ? null : dossier.data.papers.filter((paper) => paper.entity === chosen.entity);
	return (
		<>
			<aside>
				<UnderWay openings={openings.data} shown={opening} platforms={platforms.data} />
			</aside>
			<section className="panel opening-main" aria-label={site ? siteName(site.country) : undefined}>
				{opening ? (
					<OpeningHead opening={opening} entities={dossier.data.entities} />
				) : (
					<Choice platforms={platforms.data} entities={dossier.data.entities} ways={tracks} track={track} />
				)}
				{track && (
					<Track
						track={track}
						opening={opening}
						held={held}
						today={today}
						binding={
							opening && (
								<Binding
									opening={opening}
									taken={openings.data.flatMap((one) => (one.openingId === opening.openingId ? [] : (one.storeId ?? [])))}
									onBind={() => void navigate({ search: { ...search, bind: '1' } })}
								/>
							)
						}
					/>
				)}
				{opening?.endedAt === null && <GiveUp opening={opening} />}
			</section>
			<Suspense fallback={null}>
				{opening && search.bind !== undefined && (
					<BindWizard
						platforms={platforms.data}
						chosen={opening.platform}
						site={opening.siteId}
						onChoose={() => void navigate({ search: { opening: opening.openingId } })}
						onClose={() => void navigate({ search: { opening: opening.openingId } })}
					/>
				)}
			</Suspense>
		</>
	);
}

function Line({ opening }: { opening: Pick<OpeningView, 'platform' | 'country' | 'way'> }) {
	const { i18n } = useLingui();
	return (
		<span className="opening-line">
			<PlatformMark platform={opening.platform} size={20} />
			{opening.country !== NO_ONE_COUNTRY && <SiteMark country={opening.country} />}
			<b>{siteName(opening.country)}</b>
			<small className="soft">{i18n._(OPENING_WAY_WORDS[opening.way])}</small>
		</span>
	);
}

function UnderWay({ openings, shown, platforms }: { openings: OpeningView[]; shown: OpeningView | null; platforms: PlatformView[] }) {
	const { t } = useLingui();
	const steps = (opening: OpeningView): number => {
		const site = platforms.find((one) => one.id === opening.platform)?.sites.find((one) => one.id === opening.siteId);
		return (site && openingTracks(opening.platform, site).tracks.find((one) => one.way === opening.way)?.steps.length) ?? 0;
	};
	return (
		<section className="panel opening-list">
			<header>
				<h2>{t`Openings`}</h2>
				<Link to="/stores/next" search={{}} className={shown === null ? 'on' : ''}>
					{t`Open another`}
				</Link>
			</header>
			{openings.length === 0 ? (
				<p className="faint opening-none">{t`None has been begun yet. Choose a platform and a site to see what it takes.`}</p>
			) : (
				<ul>
					{openings.map((opening) => {
						const [done, all] = [opening.steps.filter((step) => step.doneAt !== null).length, steps(opening)];
						return (
							<li key={opening.openingId} className={opening.endedAt === null ? '' : 'ended'}>
								<Link
									to="/stores/next"
									search={{ opening: opening.openingId }}
									aria-current={opening.openingId === shown?.openingId ? 'true' : undefined}
								>
									<Line opening={opening} />
									<small className="soft">
										{opening.entity !== null && <bdi className="cut">{opening.entity}</bdi>}
										<span className="num">
											{opening.storeId !== null ? t`bound` : opening.endedAt === null ? t`${done} of ${all} done` : t`given up`}
										</span>
									</small>
									<span className="opening-bar" aria-hidden>
										<i style={{ width: `${all === 0 ? 0 : (100 * done) / all}%` }} />
									</span>
								</Link>
							</li>
						);
					})}
				</ul>
			)}
		</section>
	);
}

interface ChoiceProps {
	platforms: PlatformView[];
	entities: string[];
	ways: ReturnType<typeof openingTracks> | null;
	track: OpeningTrack | undefined;
}

function Choice({ platforms, entities, ways, track }: ChoiceProps) {
	const { t, i18n } = useLingui();
	const id = useId();
	const search = route.useSearch();
	const navigate = route.useNavigate();
	const platform = platforms.find((one) => one.id === search.platform);
	const go = (change: typeof search) => void navigate({ search: { ...search, ...change }, replace: true });
	const begin = useMutation(
		trpc.openings.begin.mutationOptions({
			onSuccess: async ({ openingId }) => {
				await queryClient.invalidateQueries(trpc.openings.list.pathFilter());
				void navigate({ search: { opening: openingId } });
			},
		}),
	);
	const way = track?.way ?? (search.way as OpeningWay | undefined);
	const none = track ? undefined : (ways?.without.find((one) => one.way === search.way) ?? ways?.without[0]);
	return (
		<form
			className="opening-choice"
			onSubmit={(event) => {
				event.preventDefault();
				if (!track) return;
				begin.mutate({
					openingId: crypto.randomUUID(),
					platform: track.platform,
					siteId: track.siteId,
					way: track.way,
					entity: search.entity ?? null,
				});
			}}
		>
			<h2>{t`Open the next store`}</h2>
			<div className="opening-fields">
				<div className="field">
					<label htmlFor={`${id}platform`}>{t`Platform`}</label>
					<Select
						id={`${id}platform`}
						value={platform?.id}
						placeholder={t`Choose`}
						options={platforms.map((one) => ({ value: one.id, label: one.names[shownLanguage()] ?? one.name }))}
						onChange={(next) => isPlatformId(next) && void navigate({ search: { platform: next, ...kept(search) }, replace: true })}
					/>
				</div>
				<div className="field">
					<label htmlFor={`${id}site`}>{t`Site`}</label>
					<Select
						id={`${id}site`}
						value={platform ? search.site : undefined}
						disabled={!platform}
						placeholder={t`Choose`}
						showSearch={{ optionFilterProp: 'label' }}
						options={(platform?.sites ?? [])
							.map((site) => ({
								value: site.id,
								label: site.country === NO_ONE_COUNTRY ? t`Account above all sites` : `${siteName(site.country)} (${site.country})`,
							}))
							.toSorted((a, b) => a.label.localeCompare(b.label, shownLanguage()))}
						onChange={(site: string) => go({ site })}
					/>
				</div>
				<div className="field">
					<label htmlFor={`${id}entity`}>{t`Company that opens it`}</label>
					<Select
						id={`${id}entity`}
						value={search.entity}
						allowClear
						placeholder={entities.length === 0 ? t`none in the dossier yet` : t`Choose`}
						options={entities.map((value) => ({ value, label: value }))}
						onChange={(entity?: string) => {
							const { entity: _, ...rest } = search;
							void navigate({ search: entity === undefined ? rest : { ...rest, entity }, replace: true });
						}}
					/>
				</div>
			</div>
			{ways && (
				<Segmented
					aria-label={t`Way of selling`}
					value={way ?? 'local'}
					onChange={(next) => go({ way: next })}
					options={OPENING_WAYS.map((value) => ({ value, label: i18n._(OPENING_WAY_WORDS[value]) }))}
				/>
			)}
			{none && <p className="soft">{i18n._(NO_TRACK_WORDS[none.id])}</p>}
			{track && (
				<span className="row">
					<Button type="primary" htmlType="submit" loading={begin.isPending}>
						{t`Begin this opening`}
					</Button>
					<Link to="/stores/dossier">
						<Trans>Company dossier</Trans>
					</Link>
				</span>
			)}
			{begin.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, begin.error)}
				</p>
			)}
		</form>
	);
}

function kept({ entity, way }: { entity?: string; way?: string }) {
	return { ...(entity !== undefined && { entity }), ...(way !== undefined && { way }) };
}

function OpeningHead({ opening, entities }: { opening: OpeningView; entities: string[] }) {
	const { t, i18n } = useLingui();
	const id = useId();
	const change = useMutation(
		trpc.openings.change.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.openings.list.pathFilter()) }),
	);
	const names = opening.entity === null || entities.includes(opening.entity) ? entities : [...entities, opening.entity];
	return (
		<header className="opening-head">
			<h2>
				<Line opening={opening} />
			</h2>
			<small className="soft">
				{t`Begun`} <When at={opening.begunAt} /> · <bdi>{opening.begunBy ?? t`Somebody who has left`}</bdi>
			</small>
			<div className="field">
				<label htmlFor={id}>{t`Company that opens it`}</label>
				<Select
					id={id}
					className={opening.storeId === null ? '' : 'opening-over'}
					value={opening.entity ?? undefined}
					allowClear
					disabled={opening.storeId !== null || change.isPending}
					placeholder={names.length === 0 ? t`none in the dossier yet` : t`Choose`}
					options={names.map((value) => ({ value, label: value }))}
					onChange={(entity?: string) => change.mutate({ openingId: opening.openingId, entity: entity ?? null })}
				/>
			</div>
			{opening.endedAt !== null && opening.storeId === null && (
				<Button size="small" loading={change.isPending} onClick={() => change.mutate({ openingId: opening.openingId, givenUp: false })}>
					{t`Take it up again`}
				</Button>
			)}
			{change.error && (
				<p className="risk" role="alert">
					{errorSentence(i18n, change.error)}
				</p>
			)}
		</header>
	);
}

function GiveUp({ opening }: { opening: OpeningView }) {
	const { t } = useLingui();
	const change = useMutation(
		trpc.openings.change.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.openings.list.pathFilter()) }),
	);
	return (
		<footer className="opening-foot">
			<Button
				size="small"
				type="text"
				loading={change.isPending}
				onClick={() => change.mutate({ openingId: opening.openingId, givenUp: true })}
			>
				{t`Give this opening up`}
			</Button>
		</footer>
	);
}
