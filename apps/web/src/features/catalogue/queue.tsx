import { useLingui } from '@lingui/react/macro';
import type { ProposalView, StoreView, WaitingListingView } from '@pangea/api';
import { PLATFORMS } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { formatNumber, formatPercent } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { useKeys } from '../../keys.ts';
import { errorSentence } from '../../problems.ts';
import { useMay, useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { Empty } from '../../ui/empty.tsx';
import { Key } from '../../ui/key.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import { useWindowed } from '../../ui/windowed.ts';
import { Picture } from './picture.tsx';
import { Reasons } from './reasons.tsx';

const ROW = 60;

interface QueueProps {
	rows: readonly WaitingListingView[];
	open: string | null;
	narrow: boolean;
	more: boolean;
	onMore: () => void;
	onOpen: (listingId: string | null) => void;
}

/** Listings of which a person has to say what they are, one after the other. */
export function Queue({ rows, open, narrow, more, onMore, onOpen }: QueueProps) {
	const { t, i18n } = useLingui();
	const mayPair = useMay('catalogue.pair');
	const { byId } = useStores();
	const [chosen, setChosen] = useState(0);
	// Without a choice of one's own the work begins at the top; a page of its own on a phone is opened.
	const current = rows.find((row) => row.listingId === open) ?? (narrow ? undefined : rows[0]);
	const place = current ? rows.indexOf(current) : -1;
	const show = (listingId: string | null): void => {
		setChosen(0);
		onOpen(listingId);
	};
	const go = (by: number): void => {
		const next = rows[Math.min(rows.length - 1, Math.max(0, place + by))];
		if (next) show(next.listingId);
	};
	const settled = {
		onSuccess: () => queryClient.invalidateQueries(trpc.catalogue.pathFilter()),
		onError: (problem: unknown) => say(errorSentence(i18n, problem), { tone: 'problem' }),
	};
	const pair = useMutation(trpc.catalogue.pair.mutationOptions(settled));
	const refuse = useMutation(trpc.catalogue.refuse.mutationOptions(settled));
	const decide = (skuId: string | null): void => {
		if (!mayPair || !current || pair.isPending) return;
		pair.mutate({ listingId: current.listingId, skuId });
		// The next one in line comes up, so that the queue is worked off without the mouse.
		show((rows[place + 1] ?? rows[place - 1])?.listingId ?? null);
	};
	const accept = (): void => {
		const skuId = current?.proposals[chosen]?.sku.skuId;
		if (skuId !== undefined) decide(skuId);
	};
	const refuseChosen = (): void => {
		const skuId = current?.proposals[chosen]?.sku.skuId;
		if (!mayPair || !current || skuId === undefined || refuse.isPending) return;
		refuse.mutate({ listingId: current.listingId, skuIds: [skuId] });
		setChosen(0);
	};
	useKeys({
		j: () => go(1),
		k: () => go(-1),
		ArrowDown: () => go(1),
		ArrowUp: () => go(-1),
		a: accept,
		x: refuseChosen,
		n: () => decide(null),
		...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [String(n), () => setChosen(n - 1)])),
	});
	const list = <Waiting rows={rows} current={current?.listingId ?? null} stores={byId} more={more} onMore={onMore} onOpen={show} />;
	if (narrow && !current) return <div className="queue">{list}</div>;
	return (
		<div className="queue">
			{!narrow && list}
			{current ? (
				<article className="compare" aria-label={current.title}>
					{narrow && <Button onClick={() => show(null)}>{t`Back to the list`}</Button>}
					<div className="sides">
						<Side title={t`Listing`} imageUrl={current.imageUrl} store={byId.get(current.storeId)} of={current} code={current.sellerSku} />
						<section aria-label={t`SKUs it may be`}>
							<h2>{t`SKUs it may be`}</h2>
							{current.proposals.length === 0 && <p className="soft">{t`None that we hold is close. It can be a SKU of its own.`}</p>}
							{current.proposals.map((proposal, place) => (
								<Proposal
									key={proposal.sku.skuId}
									of={proposal}
									number={place + 1}
									chosen={place === chosen}
									onChoose={() => setChosen(place)}
								/>
							))}
						</section>
					</div>
					{mayPair && (
						<footer>
							<Button type="primary" disabled={current.proposals.length === 0 || pair.isPending} onClick={accept}>
								{t`It is this SKU`} <Key of="a" />
							</Button>
							<Button disabled={current.proposals.length === 0 || refuse.isPending} onClick={refuseChosen}>
								{t`It is not this SKU`} <Key of="x" />
							</Button>
							<Button disabled={pair.isPending} onClick={() => decide(null)}>
								{t`A SKU of its own`} <Key of="n" />
							</Button>
						</footer>
					)}
				</article>
			) : (
				<Empty title={t`Choose a listing`} />
			)}
		</div>
	);
}

interface WaitingProps {
	rows: readonly WaitingListingView[];
	current: string | null;
	stores: ReadonlyMap<string, StoreView>;
	more: boolean;
	onMore: () => void;
	onOpen: (listingId: string) => void;
}

function Waiting({ rows, current, stores, more, onMore, onOpen }: WaitingProps) {
	// The virtualizer changes under the same identity, which the compiler's caches would not see.
	'use no memo';
	const { t } = useLingui();
	const language = shownLanguage();
	const { scroller, items, size } = useWindowed({
		count: rows.length,
		height: ROW,
		overscan: 8,
		keyOf: (index) => rows[index]?.listingId ?? index,
		place: rows.findIndex((row) => row.listingId === current),
		open: current,
		more,
		onMore,
	});
	return (
		<section
			ref={scroller}
			className="waiting"
			// What scrolls has to be reachable by keys.
			// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
			tabIndex={0}
			aria-label={t`Listings to pair`}
		>
			<ul style={{ height: size }}>
				{items.map((item) => {
					const row = rows[item.index];
					if (!row) return null;
					const store = stores.get(row.storeId);
					const is = row.listingId === current;
					return (
						<li key={row.listingId} style={{ transform: `translateY(${item.start}px)`, height: ROW }}>
							<button
								type="button"
								className={is ? 'current' : ''}
								aria-current={is ? 'true' : undefined}
								onClick={() => onOpen(row.listingId)}
							>
								<Picture url={row.imageUrl} size={36} />
								<span className="cut grow">
									<span className="line">
										{store && <PlatformMark platform={store.platform} name={PLATFORMS[store.platform].name} size={16} />}
										{store && <SiteMark country={store.country} />}
										<b className="cut grow">
											<bdi>{row.title}</bdi>
										</b>
									</span>
									<small className="line soft">
										<bdi className="cut grow">{row.variant ?? row.sellerSku}</bdi>
										<span className="num">{t`${formatNumber(language, row.sold)} sold`}</span>
									</small>
								</span>
							</button>
						</li>
					);
				})}
			</ul>
		</section>
	);
}

interface SideProps {
	title: string;
	imageUrl: string | null;
	store: StoreView | undefined;
	of: Pick<WaitingListingView, 'title' | 'variant' | 'gtins'>;
	code: string | null;
}

function Side({ title, imageUrl, store, of, code }: SideProps) {
	const { t } = useLingui();
	return (
		<section aria-label={title}>
			<h2>{title}</h2>
			<Picture url={imageUrl} size={180} />
			<p>
				<bdi>{of.title}</bdi>
			</p>
			<dl>
				<dt>{t`Variant`}</dt>
				<dd>
					<bdi>{of.variant ?? '—'}</bdi>
				</dd>
				<dt>{t`Seller code`}</dt>
				<dd>
					<bdi>{code ?? '—'}</bdi>
				</dd>
				<dt>{t`Barcode`}</dt>
				<dd className="num">{of.gtins.length > 0 ? of.gtins.join(', ') : '—'}</dd>
				<dt>{t`Store`}</dt>
				<dd className="line">
					{store && <PlatformMark platform={store.platform} name={PLATFORMS[store.platform].name} size={16} />}
					<span className="cut">{store?.name ?? '—'}</span>
				</dd>
			</dl>
		</section>
	);
}

function Proposal({ of, number, chosen, onChoose }: { of: ProposalView; number: number; chosen: boolean; onChoose: () => void }) {
	const { t } = useLingui();
	const { sku, confidence, reasons } = of;
	return (
		<button type="button" className={`proposal ${chosen ? 'current' : ''}`} aria-pressed={chosen} onClick={onChoose}>
			<Picture url={sku.imageUrl} size={84} />
			<span className="grow cut">
				<span className="line">
					<b className="cut grow">
						<bdi>{sku.code}</bdi>
					</b>
					<small className="num soft">{t`${formatPercent(shownLanguage(), confidence)} sure`}</small>
					<Key of={String(number)} />
				</span>
				<span className="cut soft">
					<bdi>{[sku.title, sku.variant].filter((part) => part !== null).join(' · ')}</bdi>
				</span>
				{sku.gtins.length > 0 && <small className="faint num">{sku.gtins.join(', ')}</small>}
				<Reasons of={reasons} />
			</span>
		</button>
	);
}
