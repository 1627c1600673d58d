import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { NoticeView } from '@pangea/api';
import type { NoticeKind } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Drawer } from 'antd';
import { formatDay } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useMay, useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import { storeLabel } from '../../ui/site.tsx';
import './notices.css';
import { NOTICE_DEEDS, NOTICE_WORDS } from './words.ts';

/** Stores that are named; the rest are a number. */
const NAMED = 3;

/** What stands, then what was settled in the last days; each leads to where something can be done. */
export function NoticesDrawer({ onClose }: { onClose: () => void }) {
	const { t, i18n } = useLingui();
	const mayManage = useMay('notices.manage');
	const { data, isPending, error } = useQuery(trpc.notices.list.queryOptions());
	const all = data?.notices ?? [];
	const standing = all.filter((notice) => notice.resolvedAt === null);
	const settled = all.filter((notice) => notice.resolvedAt !== null);
	return (
		<Drawer open size={440} title={t`Notices`} onClose={onClose}>
			{isPending && <Skeleton rows={3} height={72} />}
			{error && <p className="risk">{errorSentence(i18n, error)}</p>}
			{data && standing.length === 0 && (
				<Empty title={t`Nothing needs you`}>
					<Trans>Permissions, syncing and completeness are watched; what needs a person is told here.</Trans>
				</Empty>
			)}
			<ul className="notices">
				{standing.map((notice) => (
					<Notice key={notice.noticeId} notice={notice} onGo={onClose} />
				))}
			</ul>
			{settled.length > 0 && (
				<>
					<h2 className="soft notices-settled">{t`Settled in the last 7 days`}</h2>
					<ul className="notices">
						{settled.map((notice) => (
							<Notice key={notice.noticeId} notice={notice} onGo={onClose} />
						))}
					</ul>
				</>
			)}
			{mayManage && (
				<p className="soft">
					<Link to="/settings" hash="channels" onClick={onClose}>
						<Trans>Send notices by e-mail or to a group chat</Trans>
					</Link>
				</p>
			)}
		</Drawer>
	);
}

function Notice({ notice, onGo }: { notice: NoticeView; onGo: () => void }) {
	const { t, i18n } = useLingui();
	const { byId } = useStores();
	const stores = notice.storeIds.flatMap((id) => byId.get(id) ?? []);
	const [first] = stores;
	const name = i18n._(NOTICE_WORDS[notice.kind]);
	const { detail } = notice;
	const { count } = detail;
	const at = notice.detail['endsAt'] ?? notice.detail['since'];
	const settled = notice.resolvedAt !== null;
	return (
		<li className={settled ? 'settled' : notice.level}>
			<i aria-hidden />
			<div>
				<b>
					{name}
					{typeof detail['stars'] === 'number' && ` · ${'★'.repeat(detail['stars'])}`}
					{typeof count === 'number' && count > 0 && (
						<>
							{' · '}
							{notice.kind === 'ordersLacking' ? (
								<Plural value={count} one="# order" other="# orders" />
							) : notice.kind === 'mentioned' ? (
								<Plural value={count} one="# note" other="# notes" />
							) : notice.kind === 'exportReady' || notice.kind === 'exportMissed' ? (
								<Plural value={count} one="# file" other="# files" />
							) : (
								<Plural value={count} one="# record" other="# records" />
							)}
						</>
					)}
				</b>
				<span className="soft">
					{stores.slice(0, NAMED).map(storeLabel).join(' · ')}
					{stores.length > NAMED && <> +{stores.length - NAMED}</>}
				</span>
				{!settled && <p>{i18n._(NOTICE_DEEDS[notice.kind])}</p>}
				<small className="faint num">
					{typeof detail['day'] === 'string' && !settled && <>{formatDay(shownLanguage(), `${detail['day']}T12:00:00Z`, 'UTC')} · </>}
					{typeof at === 'string' && !settled && !AT_SINCE.has(notice.kind) && (
						<>
							{notice.kind === 'grantEnding'
								? t`Ends`
								: OF_EXPORTS.has(notice.kind) || notice.kind === 'answerDue'
									? t`Due`
									: t`Complete up to`}{' '}
							<When at={at} storeZone={first?.zone} /> ·{' '}
						</>
					)}
					{settled ? t`Settled` : t`Since`} <When at={notice.resolvedAt ?? notice.since} storeZone={first?.zone} />
				</small>
			</div>
			{!settled && (
				<Link {...placeOf(notice, first?.storeId)} onClick={onGo} aria-label={t`Go there: ${name}`}>
					<Trans>Go there</Trans>
				</Link>
			)}
		</li>
	);
}

/** What they tell the time of is when they came about. */
const AT_SINCE: ReadonlySet<NoticeKind> = new Set(['mentioned', 'lowReview']);

const OF_EXPORTS: ReadonlySet<NoticeKind> = new Set(['exportReady', 'exportMissed']);

/** Where something can be done about it. */
function placeOf({ kind, detail }: NoticeView, storeId: string | undefined) {
	const { conversation } = detail;
	if ((kind === 'mentioned' || kind === 'answerDue') && typeof conversation === 'string')
		return { to: '/inbox', search: { view: 'all', conversation } } as const;
	if (OF_EXPORTS.has(kind)) return { to: '/exports', search: {} } as const;
	if (kind === 'paperEnded' || kind === 'paperEnding') return { to: '/stores/dossier', search: {} } as const;
	const search = storeId === undefined ? {} : { store: storeId };
	if (kind === 'lowReview') return { to: '/reviews', search: { ...search, stars: String(detail['stars']) } } as const;
	return kind === 'ordersLacking' ? ({ to: '/stores/sync', search } as const) : ({ to: '/stores', search } as const);
}
