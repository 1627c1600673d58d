import { useLingui } from '@lingui/react/macro';
import type { SyncView } from '@pangea/api';
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { storeLabel } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import type { SyncRow } from './completeness.ts';
import { JOB_WORDS } from './words.ts';

/** Jobs that failed for good, by kind and error. */
export function DeadJobs({ sync, mayOperate }: { sync: SyncView; mayOperate: boolean }) {
	const { t, i18n } = useLingui();
	const { byId } = useStores();
	const retry = useMutation(
		trpc.sync.retryDead.mutationOptions({
			onSuccess: ({ sent }) => {
				void queryClient.invalidateQueries(trpc.sync.overview.pathFilter());
				say(t`Sent again: ${sent}`);
			},
			onError: (error) => say(errorSentence(i18n, error), { tone: 'problem' }),
		}),
	);
	return (
		<section className="panel causes" aria-label={t`Jobs given up`}>
			<header>
				<h2>{t`Jobs given up`}</h2>
			</header>
			{sync.dead.length === 0 ? (
				<p className="soft none">{t`None: every job ended well or is still tried.`}</p>
			) : (
				<ul>
					{sync.dead.map((group) => {
						const words = JOB_WORDS[group.name];
						const stores = group.storeIds.flatMap((id) => byId.get(id) ?? []).map(storeLabel);
						return (
							<li key={`${group.name} ${group.error}`}>
								<span className="grow">
									<b>{words ? i18n._(words) : group.name}</b>
									<small className="soft cut" title={stores.join(', ')}>
										{[group.error, stores.join(', ')].filter(Boolean).join(' · ')}
									</small>
								</span>
								<small className="soft num">
									× {formatNumber(shownLanguage(), group.count)} · <When at={group.lastAt} relative />
								</small>
								{mayOperate && (
									<Button
										size="small"
										loading={retry.isPending && retry.variables.name === group.name && retry.variables.error === group.error}
										onClick={() => retry.mutate({ name: group.name, error: group.error })}
									>
										{t`Try again`}
									</Button>
								)}
							</li>
						);
					})}
				</ul>
			)}
		</section>
	);
}

/** Records that were not understood, by cause. */
export function SetAside({ sync, onOpen }: { sync: SyncView; onOpen: () => void }) {
	const { t } = useLingui();
	return (
		<section className="panel causes" aria-label={t`Set aside`}>
			<header>
				<h2>{t`Set aside`}</h2>
				{sync.setAside.length > 0 && (
					<Button size="small" onClick={onOpen}>
						{t`Look and try again`}
					</Button>
				)}
			</header>
			{sync.setAside.length === 0 ? (
				<p className="soft none">{t`Nothing is set aside`}</p>
			) : (
				<ul>
					{sync.setAside.slice(0, 8).map((cause) => (
						<li key={`${cause.platform} ${cause.cause}`}>
							<PlatformMark platform={cause.platform} name={cause.platform} size={16} />
							<span className="grow cut" title={cause.cause}>
								{cause.cause}
							</span>
							<small className="soft num">
								× {formatNumber(shownLanguage(), cause.count)} · <When at={cause.lastAt} relative />
							</small>
						</li>
					))}
				</ul>
			)}
		</section>
	);
}

/** Notifications of the last day, and what we learnt without one. */
export function Pushes({ sync, rows }: { sync: SyncView; rows: SyncRow[] }) {
	const { t } = useLingui();
	const n = (value: number) => formatNumber(shownLanguage(), value);
	const platforms = [...new Set(rows.filter((row) => row.store.intake !== 'none').map((row) => row.store.platform))];
	return (
		<section className="panel causes pushes" aria-label={t`Notifications, last 24 h`}>
			<header>
				<h2>{t`Notifications, last 24 h`}</h2>
			</header>
			{platforms.length === 0 ? (
				<p className="soft none">{t`These platforms do not notify; we ask.`}</p>
			) : (
				<table>
					<thead>
						<tr>
							<th scope="col">{t`Platform`}</th>
							<th scope="col">{t`received`}</th>
							<th scope="col">{t`waiting`}</th>
							<th scope="col">{t`failed`}</th>
							<th scope="col" title={t`Changes that we found by asking before any notification told of them: late or lost.`}>
								{t`not told`}
							</th>
							<th scope="col">{t`last`}</th>
						</tr>
					</thead>
					<tbody>
						{platforms.map((platform) => {
							const push = sync.pushes.find((p) => p.platform === platform);
							const asked = rows.reduce((sum, row) => sum + (row.store.platform === platform ? (row.sync.news?.asked ?? 0) : 0), 0);
							return (
								<tr key={platform}>
									<th scope="row">
										<PlatformMark platform={platform} name={platform} size={16} />
									</th>
									<td className="num">{n(push?.received ?? 0)}</td>
									<td className="num">{n(push?.waiting ?? 0)}</td>
									<td className={`num ${push && push.failed > 0 ? 'warn' : ''}`}>{n(push?.failed ?? 0)}</td>
									<td className="num">{n(asked)}</td>
									<td className="num soft">{push ? <When at={push.lastAt} relative /> : t`none`}</td>
								</tr>
							);
						})}
					</tbody>
				</table>
			)}
		</section>
	);
}
