import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { BuyerDataView, PurgeRunView } from '@pangea/api';
import { useQuery } from '@tanstack/react-query';
import { formatNumber } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { useMay, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { SettingsTabs } from '../settings/settings-tabs.tsx';
import '../settings/settings.css';
import './buyer-data.css';
import { RulesPanel } from './rules-panel.tsx';

/** How long buyers' data are kept, what is held now, and the proof of what was deleted. */
export function BuyerDataScreen() {
	const { t } = useLingui();
	const mayRead = useMay('audit.read');
	return (
		<div className="settings buyer-data">
			<HeaderSlot>
				<SettingsTabs />
			</HeaderSlot>
			{mayRead ? (
				<Inside />
			) : (
				<Empty title={t`This page is not open to your role`}>
					<Trans>Owners and managers of the workspace can read it.</Trans>
				</Empty>
			)}
		</div>
	);
}

function Inside() {
	const overview = useQuery(trpc.buyerData.overview.queryOptions());
	if (overview.error) return <Broken error={overview.error} reset={() => void overview.refetch()} />;
	if (!overview.data) return <Skeleton rows={6} height={56} />;
	return (
		<>
			<RulesPanel rules={overview.data.rules} />
			<HeldPanel held={overview.data.held} />
			<RunsPanel runs={overview.data.runs} />
		</>
	);
}

function useStoreName(): (storeId: string) => string {
	const { t } = useLingui();
	const { byId } = useStores();
	return (storeId) => {
		const store = byId.get(storeId);
		return store ? storeLabel(store) : t`a store that is gone`;
	};
}

function HeldPanel({ held }: { held: BuyerDataView['held'] }) {
	const { t } = useLingui();
	const nameOf = useStoreName();
	return (
		<section className="panel">
			<header>
				<h2>{t`Held now`}</h2>
			</header>
			{held.length === 0 ? (
				<p className="soft pad">{t`No buyer's data are held.`}</p>
			) : (
				<ul className="lines held">
					{held.map((store) => (
						<li key={store.storeId}>
							<b className="cut">{nameOf(store.storeId)}</b>
							<span className="num">
								<Plural value={store.buyers} one="# buyer" other="# buyers" />
							</span>
							<small className="soft">
								{t`next deletion`} <When at={store.nextAt} />
							</small>
						</li>
					))}
				</ul>
			)}
		</section>
	);
}

function RunsPanel({ runs }: { runs: readonly PurgeRunView[] }) {
	const { t } = useLingui();
	return (
		<section className="panel">
			<header>
				<h2>{t`What was deleted`}</h2>
				<small className="faint">{t`Every night, and when a store is disconnected. After each run the tables themselves are looked through.`}</small>
			</header>
			{runs.length === 0 ? (
				<p className="soft pad">{t`There has been no run yet. The first comes tonight.`}</p>
			) : (
				<ul className="runs">
					{runs.map((run) => (
						<Run key={run.runId} run={run} />
					))}
				</ul>
			)}
		</section>
	);
}

function Run({ run }: { run: PurgeRunView }) {
	const { t } = useLingui();
	const nameOf = useStoreName();
	const n = (value: number) => formatNumber(shownLanguage(), value);
	const nothing = run.buyers + run.replies + run.setAside + run.messages + run.deliveries === 0;
	return (
		<li>
			<div className="run-head">
				<b>
					<When at={run.at} />
				</b>
				<span className="soft">{run.cause === 'rule' ? t`nightly run` : t`store disconnected`}</span>
				<span className="grow" />
				{run.overdue === 0 ? (
					<span className="clean">{t`nothing past its date is left`}</span>
				) : (
					<b className="risk">
						<Plural value={run.overdue} one="# record past its date is left" other="# records past their date are left" />
					</b>
				)}
			</div>
			{nothing ? (
				<small className="faint">{t`Nothing was due.`}</small>
			) : (
				<small className="soft">
					{t`${n(run.buyers)} buyers, ${n(run.replies)} kept replies, ${n(run.setAside)} set-aside records, ${n(run.messages)} messages, ${n(run.deliveries)} bodies of pushes`}
				</small>
			)}
			{run.stores.length > 0 && (
				<details>
					<summary>{t`By store`}</summary>
					<ul>
						{run.stores.map((store) => (
							<li key={store.storeId}>
								<span className="cut">{nameOf(store.storeId)}</span>
								<span className="soft">
									{t`${n(store.buyers)} buyers, ${n(store.replies)} kept replies, ${n(store.setAside)} set-aside records, ${n(store.messages)} messages`}
								</span>
							</li>
						))}
					</ul>
				</details>
			)}
		</li>
	);
}
