import { Plural, useLingui } from '@lingui/react/macro';
import type { ListingProblemView, ProblemGroupView } from '@pangea/api';
import { PLATFORMS } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { useStores } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { useNarrow } from '../../ui/media.ts';
import { SiteMark } from '../../ui/site.tsx';
import { Picture } from './picture.tsx';
import { CELL_WORDS } from './words.ts';
import './problems.css';

/** A platform and one of its reasons. */
interface Cause {
	platform: string;
	cause: string;
}

interface ProblemsProps {
	open: Cause | null;
	/** The SKU of one of the listings, where it is looked at. */
	skuPane: ReactNode;
	onOpen: (group: Cause | null) => void;
	onSku: (skuId: string) => void;
}

/** What platforms keep from sale: reasons by what is at stake, and the listings behind one. */
export function Problems({ open, skuPane, onOpen, onSku }: ProblemsProps) {
	const { t } = useLingui();
	const narrow = useNarrow();
	const { data: groups, error, refetch } = useQuery(trpc.catalogue.problems.queryOptions({}));
	const chosen = groups?.find((group) => group.platform === open?.platform && group.cause === open.cause);
	// Without a choice of one's own the work begins at the top; a page of its own on a phone is opened.
	const current = chosen ?? (narrow ? undefined : groups?.[0]);
	const go = (by: number): void => {
		if (!groups || !current) return;
		const next = groups[Math.min(groups.length - 1, Math.max(0, groups.indexOf(current) + by))];
		if (next) onOpen({ platform: next.platform, cause: next.cause });
	};
	useKeys({ j: () => go(1), k: () => go(-1), ArrowDown: () => go(1), ArrowUp: () => go(-1), Escape: () => onOpen(skuPane ? open : null) });
	if (error && !groups) return <Broken error={error} reset={() => void refetch()} />;
	if (!groups) return <Skeleton rows={9} height={60} />;
	if (groups.length === 0)
		return <Empty title={t`Nothing is kept from sale`}>{t`No platform names a reason against a listing that we read.`}</Empty>;
	if (narrow && skuPane) return skuPane;
	return (
		<div className={`queue problems ${skuPane ? 'with-pane' : ''}`}>
			{(!narrow || !current) && <Groups groups={groups} current={current} onOpen={onOpen} />}
			{current && (
				<Behind key={`${current.platform} ${current.cause}`} of={current} narrow={narrow} onBack={() => onOpen(null)} onSku={onSku} />
			)}
			{skuPane}
		</div>
	);
}

interface GroupsProps {
	groups: readonly ProblemGroupView[];
	current: ProblemGroupView | undefined;
	onOpen: (group: Cause) => void;
}

function Groups({ groups, current, onOpen }: GroupsProps) {
	const { t } = useLingui();
	const language = shownLanguage();
	return (
		<section
			className="kept-reasons"
			// What scrolls has to be reachable by keys.
			// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
			tabIndex={0}
			aria-label={t`Reasons`}
		>
			<ul>
				{groups.map((group) => (
					<li key={`${group.platform} ${group.cause}`}>
						<button
							type="button"
							className={group === current ? 'current' : ''}
							aria-current={group === current ? 'true' : undefined}
							onClick={() => onOpen({ platform: group.platform, cause: group.cause })}
						>
							<PlatformMark platform={group.platform} name={PLATFORMS[group.platform].name} size={16} />
							<span className="grow">
								<bdi>{group.cause}</bdi>
								<small className="soft">
									<Plural value={group.listings} one="# listing" other="# listings" /> ·{' '}
									<Plural value={group.stores} one="# store" other="# stores" />
								</small>
							</span>
							<span className="stake num" title={t`Pieces that these SKUs sold in 30 days, all stores`}>
								{formatNumber(language, group.atStake)}
							</span>
						</button>
					</li>
				))}
			</ul>
		</section>
	);
}

interface BehindProps {
	of: ProblemGroupView;
	narrow: boolean;
	onBack: () => void;
	onSku: (skuId: string) => void;
}

/** The listings behind one reason. */
function Behind({ of, narrow, onBack, onSku }: BehindProps) {
	const { t } = useLingui();
	const { platform, cause } = of;
	const { data: listings, error, refetch } = useQuery(trpc.catalogue.problem.queryOptions({ platform, cause }));
	return (
		<article className="behind" aria-label={cause}>
			<header>
				{narrow && <Button onClick={onBack}>{t`Back to the list`}</Button>}
				<h2>
					<bdi>{cause}</bdi>
				</h2>
				<p className="soft">{t`In ${PLATFORMS[platform].name}'s own words. It is mended at the platform; what it then says is read again by itself.`}</p>
			</header>
			{error && !listings && <Broken error={error} reset={() => void refetch()} />}
			{!listings && !error && <Skeleton rows={6} height={60} />}
			<ul>
				{listings?.map((listing) => (
					<Row key={listing.listingId} of={listing} onSku={onSku} />
				))}
			</ul>
		</article>
	);
}

function Row({ of: listing, onSku }: { of: ListingProblemView; onSku: (skuId: string) => void }) {
	const { t, i18n } = useLingui();
	const { byId } = useStores();
	const store = byId.get(listing.storeId);
	const { skuId } = listing;
	return (
		<li>
			<Picture url={listing.imageUrl} size={36} />
			<div className="grow cut">
				<span className="line">
					{store && <SiteMark country={store.country} />}
					<b className="cut">{store?.name}</b>
					<span className={`state is-${listing.state}`} title={listing.rawStatus}>
						{i18n._(CELL_WORDS[listing.state])}
					</span>
				</span>
				<span className="cut" title={listing.title}>
					<bdi>{[listing.title, listing.variant].filter((part) => part !== null).join(' · ')}</bdi>
				</span>
				<small className="line soft">
					<bdi className="cut">{listing.sellerSku ?? t`No seller code`}</bdi>
					<span className="num">{t`${formatNumber(shownLanguage(), listing.atStake)} sold in 30 days`}</span>
				</small>
			</div>
			{listing.url !== null && (
				<Button size="small" href={listing.url} target="_blank" rel="noreferrer">
					{t`Open at the platform`}
				</Button>
			)}
			{skuId !== null && <Button size="small" onClick={() => onSku(skuId)}>{t`Its SKU`}</Button>}
		</li>
	);
}
