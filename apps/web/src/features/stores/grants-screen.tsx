import { Trans, useLingui } from '@lingui/react/macro';
import type { GrantView, StoreView } from '@pangea/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useNow } from '../../clock.tsx';
import { formatNumber } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { useMay, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { CONNECTION_WORDS } from '../../words.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, StoreName, storeLabel } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { StoresTabs } from './stores-tabs.tsx';
import './grants.css';

const ReconnectLinks = lazy(async () => ({ default: (await import('./reconnect-links.tsx')).ReconnectLinks }));

const DAY = 86_400_000;
/** Days before the end from which a person should act. */
const SOON = 14;

/** When each platform's consent ends, the first to end first. */
export function GrantsScreen() {
	const { t } = useLingui();
	const grants = useQuery(trpc.stores.grants.queryOptions());
	const { byId, loading } = useStores();
	const [linking, setLinking] = useState<StoreView | null>(null);
	const sorted = grants.data?.toSorted((a, b) => rank(a) - rank(b));
	return (
		<div className="grants">
			<HeaderSlot>
				<StoresTabs />
			</HeaderSlot>
			{grants.error ? (
				<Broken error={grants.error} reset={() => void grants.refetch()} />
			) : !sorted || loading ? (
				<Skeleton rows={10} height={52} />
			) : sorted.length === 0 ? (
				<Empty title={t`No store is bound yet`}>
					<Trans>Permissions appear here as soon as a store is bound.</Trans>
				</Empty>
			) : (
				<section className="panel">
					<table>
						<thead>
							<tr>
								<th scope="col">{t`Stores`}</th>
								<th scope="col">{t`Ends`}</th>
								<th scope="col">{t`What the date rests on`}</th>
								<th scope="col">{t`Account at the platform`}</th>
								<th scope="col">{t`Last consent`}</th>
								<th scope="col">
									<span className="unseen">{t`Actions`}</span>
								</th>
							</tr>
						</thead>
						<tbody>
							{sorted.map((grant) => (
								<Row
									key={grant.connectionId}
									grant={grant}
									stores={grant.storeIds.flatMap((id) => byId.get(id) ?? [])}
									onLink={setLinking}
								/>
							))}
						</tbody>
					</table>
				</section>
			)}
			<Suspense fallback={null}>{linking && <ReconnectLinks store={linking} onClose={() => setLinking(null)} />}</Suspense>
		</div>
	);
}

/** What is broken comes first, what has no date last. */
function rank(grant: GrantView): number {
	if (grant.state === 'needsReconnect') return Number.NEGATIVE_INFINITY;
	return grant.endsAt === null ? Number.POSITIVE_INFINITY : Date.parse(grant.endsAt);
}

function Row({ grant, stores, onLink }: { grant: GrantView; stores: StoreView[]; onLink: (store: StoreView) => void }) {
	const { t } = useLingui();
	const mayManage = useMay('stores.manage');
	const [first] = stores;
	return (
		<tr>
			<th scope="row">
				<span className="row">
					<PlatformMark platform={grant.platform} size={20} />
					<span className="of">
						{stores.map((store) => (
							<span key={store.storeId} className="row">
								<SiteMark country={store.country} /> <StoreBadge store={store} /> <StoreName name={store.name} />
							</span>
						))}
					</span>
				</span>
			</th>
			<td className="ends">
				<Ends grant={grant} />
			</td>
			<td className="soft rests">
				<Basis grant={grant} />
			</td>
			<td className="account">
				<bdi>{grant.account}</bdi>
			</td>
			<td className="soft consent">
				{grant.grantedAt === null ? (
					<span className="faint">{t`not recorded`}</span>
				) : (
					<>
						<When at={grant.grantedAt} /> <bdi>{grant.grantedBy ?? t`Somebody with a link`}</bdi>
					</>
				)}
			</td>
			<td className="acts">
				{mayManage && first && (
					<>
						<Link to="/stores" search={{ bind: grant.platform }} aria-label={t`Reconnect ${storeLabel(first)}`}>
							{t`Reconnect`}
						</Link>
						<Button size="small" onClick={() => onLink(first)} aria-label={t`Reconnect link for ${storeLabel(first)}`}>
							{t`Link …`}
						</Button>
					</>
				)}
			</td>
		</tr>
	);
}

function Ends({ grant }: { grant: GrantView }) {
	const { t, i18n } = useLingui();
	const now = useNow();
	if (grant.state === 'needsReconnect') return <b className="risk">{i18n._(CONNECTION_WORDS.needsReconnect)}</b>;
	if (grant.endsAt === null) return <span className="soft">{t`no date known`}</span>;
	const days = Math.floor((Date.parse(grant.endsAt) - now) / DAY);
	const left = formatNumber(shownLanguage(), Math.max(0, days));
	return (
		<span className={days < 0 ? 'risk' : days <= SOON ? 'warn' : ''}>
			<b className="num">{days < 0 ? t`over` : days === 0 ? t`less than a day` : t`${left} days left`}</b>
			<small>
				<When at={grant.endsAt} />
			</small>
		</span>
	);
}

function Basis({ grant }: { grant: GrantView }) {
	if (grant.endsAt === null) return <Trans>The platform does not tell when this permission was granted or when it ends.</Trans>;
	if (grant.moves) return <Trans>The platform's published term; every renewal by us moves it on.</Trans>;
	if (grant.basis === 'published') return <Trans>The platform's published term, counted from the consent.</Trans>;
	return <Trans>The platform named the date.</Trans>;
}
