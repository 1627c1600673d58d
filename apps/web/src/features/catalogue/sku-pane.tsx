import { Plural, useLingui } from '@lingui/react/macro';
import type { SkuView } from '@pangea/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { PLATFORMS } from '@pangea/domain';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useMay, useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { Broken } from '../../ui/broken.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { Amount, When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { say } from '../../ui/toast.tsx';
import { CarryButton } from '../reviews/carry-button.tsx';
import { ForMachines } from './for-machines.tsx';
import { MasterSection } from './master-section.tsx';
import { Picture } from './picture.tsx';
import { ReadyElsewhere } from './readiness.tsx';
import { Reasons } from './reasons.tsx';
import { CELL_WORDS } from './words.ts';

/** One SKU with its listings, and how each came to be one. */
export function SkuPane({ skuId, onClose }: { skuId: string; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const mayPair = useMay('catalogue.pair');
	const mayPublish = useMay('catalogue.publish');
	const { byId } = useStores();
	const [editing, setEditing] = useState(false);
	const language = shownLanguage();
	const { data, error, refetch } = useQuery(trpc.catalogue.sku.queryOptions({ skuId }));
	const offers = useQuery(trpc.catalogue.forMachines.queryOptions({ skuId }));
	const unpair = useMutation(
		trpc.catalogue.unpair.mutationOptions({
			onSuccess: () => {
				say(t`Taken out. It waits under “To pair”; what was sold until now stays counted here.`);
				if (data?.listings.length === 1) onClose();
				return queryClient.invalidateQueries(trpc.catalogue.pathFilter());
			},
			onError: (problem) => say(errorSentence(i18n, problem), { tone: 'problem' }),
		}),
	);
	if (error && !data) return <Broken error={error} reset={() => void refetch()} />;
	if (!data) return <Skeleton rows={6} height={72} />;
	const { sku, listings } = data;
	return (
		<article className="sku-pane" aria-label={sku.code}>
			<header>
				<Picture url={sku.imageUrl} size={44} />
				<div className="grow cut">
					<h2 className="cut">
						<bdi>{sku.code}</bdi>
					</h2>
					<p className="soft cut">
						<bdi>{[sku.title, sku.variant].filter((part) => part !== null).join(' · ')}</bdi>
					</p>
					{sku.gtins.length > 0 && <small className="faint num">{sku.gtins.join(' · ')}</small>}
				</div>
				{mayPublish && (
					<Link to="/catalogue/copy" search={{ sku: skuId }}>
						{t`Sell elsewhere`}
					</Link>
				)}
				<Button size="small" onClick={onClose}>{t`Close`}</Button>
			</header>
			<Whole of={data.whole}>{data.takesReviews && <CarryButton skuId={skuId} size="small" />}</Whole>
			<ReadyElsewhere of={data} onMaster={() => setEditing(true)} />
			<MasterSection skuId={skuId} editing={editing} onEditing={setEditing} />
			<ul>
				{listings.map((listing) => {
					const store = byId.get(listing.storeId);
					const offer = offers.data?.find(({ listingId }) => listingId === listing.listingId);
					return (
						<li key={listing.listingId}>
							<div className="line">
								{store && <PlatformMark platform={store.platform} name={PLATFORMS[store.platform].name} size={16} />}
								<b className="cut grow">{store?.name}</b>
								{listing.url?.startsWith('https://') && (
									<a href={listing.url} target="_blank" rel="noreferrer noopener">
										{t`Page`}
									</a>
								)}
								<span className={`state is-${listing.state}`} title={listing.rawStatus}>
									{i18n._(CELL_WORDS[listing.state])}
								</span>
							</div>
							<p className="cut" title={listing.title}>
								<bdi>{[listing.title, listing.variant].filter((part) => part !== null).join(' · ')}</bdi>
							</p>
							<div className="line soft">
								<small className="cut grow">
									<bdi>{listing.sellerSku ?? t`No seller code`}</bdi>
								</small>
								{listing.stock !== null && <small className="num">{t`${formatNumber(language, listing.stock)} left`}</small>}
								<small className="num">{t`${formatNumber(language, listing.sold)} sold`}</small>
								<Rating of={listing.rating} />
								{listing.price && (
									<small>
										<Amount money={listing.price} />
									</small>
								)}
							</div>
							{listing.issues.length > 0 && (
								<p className="warn">
									<bdi>{listing.issues.join(' · ')}</bdi>
								</p>
							)}
							<div className="line">
								<small className="faint grow">
									{listing.pairedBy !== null
										? t`Paired by a member`
										: listing.reasons.length > 0
											? t`Paired by itself`
											: t`First listing of this SKU`}{' '}
									· <When at={listing.pairedAt} relative />
								</small>
								{mayPair && listings.length > 1 && (
									<Button size="small" disabled={unpair.isPending} onClick={() => unpair.mutate({ listingId: listing.listingId })}>
										{t`Take out`}
									</Button>
								)}
							</div>
							<Reasons of={listing.reasons} />
							{offer && <ForMachines offer={offer} />}
						</li>
					);
				})}
			</ul>
		</article>
	);
}

/** The same goods in all countries together. */
function Whole({ of: { sold, stores, rating }, children }: { of: SkuView['whole']; children: ReactNode }) {
	const { t } = useLingui();
	const language = shownLanguage();
	return (
		<div className="sku-whole">
			<b className="num">{t`${formatNumber(language, sold)} sold`}</b>
			<small className="soft grow">
				<Plural value={stores} one="in # store in 30 days" other="in # stores in 30 days" />
			</small>
			<Rating of={rating} />
			{children}
		</div>
	);
}

function Rating({ of: { average, ratings } }: { of: SkuView['whole']['rating'] }) {
	const { t } = useLingui();
	if (average === null) return null;
	const language = shownLanguage();
	const mean = formatNumber(language, average);
	return (
		<small className="num" title={t`${mean} of 5 stars, ${formatNumber(language, ratings)} ratings`}>
			<span aria-hidden>
				★ {mean} ({formatNumber(language, ratings)})
			</span>
			<span className="unseen">{t`${mean} of 5 stars, ${formatNumber(language, ratings)} ratings`}</span>
		</small>
	);
}
