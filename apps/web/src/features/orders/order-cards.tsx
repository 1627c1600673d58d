import { useLingui } from '@lingui/react/macro';
import type { StoreView } from '@pangea/api';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useImperativeHandle, useRef } from 'react';
import { useNow } from '../../clock.tsx';
import { STATE_WORDS } from '../../words.ts';
import { Amount, When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { FlagIcon, isFlag } from './flag.tsx';
import type { ListSnapshot } from './list-store.ts';
import type { TableHandle } from './order-table.tsx';
import { ShipBy } from './ship-by.tsx';
import { hasShipBy } from './ship-risk.ts';
import type { KeptList } from './use-order-list.ts';

const CARD = 92;
const AHEAD = 20;

interface OrderCardsProps {
	list: KeptList;
	snapshot: ListSnapshot;
	stores: ReadonlyMap<string, StoreView>;
	handle: RefObject<TableHandle | null>;
	onOpen: (orderId: string) => void;
	onScrolled: (atTop: boolean) => void;
}

/** The list on a phone. */
export function OrderCards({ list, snapshot, stores, handle, onOpen, onScrolled }: OrderCardsProps) {
	// The virtualizer changes under the same identity, which the compiler's caches would not see.
	'use no memo';
	const { t, i18n } = useLingui();
	const now = useNow();
	const scroller = useRef<HTMLElement>(null);
	// oxlint-disable-next-line react/incompatible-library
	const virtual = useVirtualizer({
		count: snapshot.ids.length,
		getScrollElement: () => scroller.current,
		estimateSize: () => CARD,
		overscan: 6,
		initialOffset: list.scrollTop,
		getItemKey: (index) => snapshot.ids[index] ?? index,
	});
	useEffect(() => {
		scroller.current?.scrollTo(0, list.scrollTop);
	}, [list]);
	useImperativeHandle(handle, () => ({
		reveal: (orderId) => virtual.scrollToIndex(Math.max(0, list.store.indexOf(orderId)), { align: 'auto' }),
		visible: () => virtual.getVirtualItems().flatMap((item) => snapshot.ids[item.index] ?? []),
		toTop: () => scroller.current?.scrollTo(0, 0),
		focus: () => scroller.current?.focus({ preventScroll: true }),
	}));
	const items = virtual.getVirtualItems();
	const last = items.at(-1)?.index ?? 0;
	useEffect(() => {
		if (snapshot.more && !snapshot.loadingMore && snapshot.error === null && last >= snapshot.ids.length - AHEAD)
			void list.store.loadMore();
	}, [list, snapshot, last]);
	return (
		<section
			ref={scroller}
			className="cards"
			// What scrolls has to be reachable by keys.
			// oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
			tabIndex={0}
			aria-label={t`Orders`}
			onScroll={(event) => {
				list.scrollTop = event.currentTarget.scrollTop;
				onScrolled(event.currentTarget.scrollTop <= 1);
			}}
		>
			<ul style={{ height: virtual.getTotalSize() }}>
				{items.map((item) => {
					const row = list.store.row(snapshot.ids[item.index] ?? '');
					if (!row) return null;
					const store = stores.get(row.storeId);
					return (
						<li key={row.orderId} style={{ transform: `translateY(${item.start}px)`, height: CARD }}>
							<button type="button" onClick={() => onOpen(row.orderId)}>
								<span className="line">
									<PlatformMark platform={row.platform} name={row.platform} size={16} />
									{store && <SiteMark country={store.country} />}
									<StoreBadge store={store} />
									<span className="num cut grow">{row.externalId}</span>
									{isFlag(row.flag) && <FlagIcon flag={row.flag} />}
									<Amount money={row.total} computed={row.totalComputed} />
								</span>
								<span className="line">
									<span className="cut grow">
										<bdi>{row.firstTitle ?? '—'}</bdi>
									</span>
									{row.unitCount > 1 && <small className="num">× {row.unitCount}</small>}
								</span>
								<span className="line soft">
									<span className={`state-word ${row.state}`}>{i18n._(STATE_WORDS[row.state])}</span>
									<span className="grow" />
									<small className="num">
										<When at={row.placedAt} storeZone={store?.zone} />
									</small>
									{hasShipBy(row, now) && <ShipBy row={row} storeZone={store?.zone} />}
								</span>
							</button>
						</li>
					);
				})}
			</ul>
		</section>
	);
}
