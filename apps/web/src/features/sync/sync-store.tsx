import { useLingui } from '@lingui/react/macro';
import type { GapView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Drawer } from 'antd';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence, sentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import { Backfill } from '../stores/backfill.tsx';
import { Budgets } from '../stores/budgets.tsx';
import { RefillGap } from '../stores/refill-gap.tsx';
import type { SyncRow } from './completeness.ts';
import { JOB_WORDS, SOURCE_WORDS } from './words.ts';
import { StoreWrites } from './write-stop.tsx';

/** Everything about one store's sync. */
export function SyncStore({ row: { store, sync }, onClose }: { row: SyncRow; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const mayOperate = useMay('sync.operate');
	const problem = (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' });
	const check = useMutation(
		trpc.stores.checkGaps.mutationOptions({
			onSuccess: () => {
				void queryClient.invalidateQueries(trpc.sync.overview.pathFilter());
				say(t`Comparing. What is missing is fetched by itself.`);
			},
			onError: problem,
		}),
	);
	const gaps = useQuery(trpc.stores.gaps.queryOptions({ storeId: store.storeId }));
	const n = (value: number) => formatNumber(shownLanguage(), value);
	const { recount } = sync;
	return (
		<Drawer
			open
			size={640}
			title={storeLabel(store)}
			onClose={onClose}
			extra={
				mayOperate && (
					<Button size="small" type="primary" loading={check.isPending} onClick={() => check.mutate({ storeId: store.storeId })}>
						{t`Compare now`}
					</Button>
				)
			}
		>
			<div className="sync-store">
				{store.problem && (
					<p className="warn" role="note">
						{sentence(i18n, store.problem.code, store.problem.params)}
					</p>
				)}
				<StoreWrites storeId={store.storeId} stoppedAt={sync.writesStoppedAt} mayOperate={mayOperate} />
				<section>
					<h3>{t`Ours and theirs`}</h3>
					<p className="soft">{i18n._(SOURCE_WORDS[recount.source])}</p>
					{recount.state === 'waiting' && <p>{t`The platform is making its report; this goes on by itself.`}</p>}
					{recount.state === 'refused' && <p className="warn">{sentence(i18n, recount.errorCode ?? 'unknown')}</p>}
					{recount.state === 'nothing' && recount.source === 'report' && (
						<p>{t`The platform gave no report this time. Nothing was compared.`}</p>
					)}
					{recount.windows.length === 0 ? (
						recount.state === 'none' && <p>{t`Not compared yet. It happens every night, or now at your word.`}</p>
					) : (
						<table className="ours-and-theirs">
							<thead>
								<tr>
									<th scope="col">{t`Changed from`}</th>
									<th scope="col">{t`Changed until`}</th>
									<th scope="col" className="right">{t`Ours`}</th>
									<th scope="col" className="right">{t`Theirs`}</th>
									<th scope="col" className="right">{t`Missing`}</th>
									<th scope="col">{t`Compared`}</th>
								</tr>
							</thead>
							<tbody>
								{recount.windows.map((w) => (
									<tr key={w.from}>
										<td>
											<When at={w.from} storeZone={store.zone} />
										</td>
										<td>
											<When at={w.until} storeZone={store.zone} />
										</td>
										<td className="right num">{n(w.ours)}</td>
										<td className="right num">{n(w.theirs)}</td>
										<td className={`right num ${w.theirs > w.ours ? 'warn' : 'faint'}`}>{n(Math.max(0, w.theirs - w.ours))}</td>
										<td className="soft">
											<When at={w.checkedAt} relative />
										</td>
									</tr>
								))}
							</tbody>
						</table>
					)}
				</section>
				{(gaps.data?.length ?? 0) > 0 && (
					<section>
						<h3>{t`Gaps found`}</h3>
						<ul className="gaps">
							{gaps.data?.map((gap) => (
								<li key={gap.gapId}>
									<GapLine gap={gap} zone={store.zone} />
									<RefillGap gap={gap} />
								</li>
							))}
						</ul>
					</section>
				)}
				{sync.jobs.length > 0 && (
					<section>
						<h3>{t`Work in the queue`}</h3>
						<ul className="jobs">
							{sync.jobs.map((job) => {
								const words = JOB_WORDS[job.name];
								return (
									<li key={job.name}>
										<span className="grow">{words ? i18n._(words) : job.name}</span>
										<small className="soft num">
											{job.running > 0 ? t`running` : job.nextAt ? <When at={job.nextAt} relative /> : null}
										</small>
									</li>
								);
							})}
						</ul>
					</section>
				)}
				{store.backfill && (
					<section className="flush">
						<h3>{t`Past orders`}</h3>
						<Backfill backfill={store.backfill} zone={store.zone} />
					</section>
				)}
				{store.budgets.length > 0 && (
					<section className="flush">
						<Budgets budgets={store.budgets} open />
					</section>
				)}
			</div>
		</Drawer>
	);
}

function GapLine({ gap, zone }: { gap: GapView; zone: string }) {
	const { t } = useLingui();
	const n = (value: number) => formatNumber(shownLanguage(), value);
	const left = Math.max(0, gap.theirs - gap.ours);
	return (
		<div>
			<b className="num">
				<When at={gap.from} storeZone={zone} /> – <When at={gap.until} storeZone={zone} />
			</b>
			<small className={gap.state === 'filled' ? 'soft' : 'warn'}>
				{gap.state === 'filled'
					? t`${n(gap.lacked)} were missing, all came`
					: gap.state === 'open'
						? t`${n(gap.lacked)} missing, being fetched`
						: t`${n(left)} missing, and the platform's list does not show them`}
				{' · '}
				<When at={gap.filledAt ?? gap.foundAt} />
			</small>
		</div>
	);
}
