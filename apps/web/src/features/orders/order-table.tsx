// Rows are placed by transform, which a real table's layout does not allow; the grid roles say the same.
/* oxlint-disable jsx-a11y/prefer-tag-over-role */
import { useLingui } from '@lingui/react/macro';
import type { StoreView } from '@pangea/api';
import type { OrderState } from '@pangea/domain';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, type RefObject, useEffect, useImperativeHandle, useRef } from 'react';
import type { Sort } from './filter.ts';
import type { ListSnapshot } from './list-store.ts';
import { OrderRow, rowElementId } from './order-row.tsx';
import type { Selection } from '../../ui/selection.ts';
import { usePointedAhead } from './use-ahead.ts';
import type { KeptList } from './use-order-list.ts';

/** Rows before the end at which the next page is asked for. */
const AHEAD = 60;

export interface TableHandle {
	reveal(orderId: string): void;
	visible(): string[];
	toTop(): void;
	focus(): void;
}

interface OrderTableProps {
	list: KeptList;
	snapshot: ListSnapshot;
	stores: ReadonlyMap<string, StoreView>;
	rowHeight: number;
	selection: Selection;
	cursor: string | null;
	shownState: OrderState | null;
	sort: Sort;
	onSort: (sort: Sort) => void;
	handle: RefObject<TableHandle | null>;
	onOpen: (orderId: string) => void;
	onPick: (orderId: string, range: boolean) => void;
	onPickAll: (all: boolean) => void;
	onFlag: (orderId: string) => void;
	onScrolled: (atTop: boolean) => void;
}

export function OrderTable(props: OrderTableProps) {
	// The virtualizer changes under the same identity, which the compiler's caches would not see.
	'use no memo';
	const { list, snapshot, stores, rowHeight, selection, cursor, shownState, sort, handle } = props;
	const { t } = useLingui();
	const scroller = useRef<HTMLDivElement>(null);
	const pointed = usePointedAhead();
	// oxlint-disable-next-line react/incompatible-library
	const virtual = useVirtualizer({
		count: snapshot.ids.length,
		getScrollElement: () => scroller.current,
		estimateSize: () => rowHeight,
		overscan: 12,
		paddingStart: HEADER,
		scrollPaddingStart: HEADER,
		initialOffset: list.scrollTop,
		getItemKey: (index) => snapshot.ids[index] ?? index,
	});
	useEffect(() => virtual.measure(), [virtual, rowHeight]);
	useEffect(() => {
		scroller.current?.scrollTo(0, list.scrollTop);
	}, [list]);

	useImperativeHandle(handle, () => ({
		reveal: (orderId) => {
			const index = list.store.indexOf(orderId);
			if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
		},
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

	const click = (event: MouseEvent<HTMLDivElement>) => {
		const target = event.target instanceof Element ? event.target : null;
		const orderId = target?.closest<HTMLElement>('[data-order]')?.dataset['order'];
		if (!orderId) return;
		const what = target?.closest<HTMLElement>('[data-do]')?.dataset['do'];
		if (what === 'pick') props.onPick(orderId, event.shiftKey);
		else if (what === 'flag') props.onFlag(orderId);
		else if (getSelection()?.isCollapsed !== false) props.onOpen(orderId);
	};

	const all = snapshot.ids.length > 0 && selection.ids.size >= snapshot.ids.length;
	return (
		// Keys are handled for the whole screen, see orders-screen.
		// oxlint-disable-next-line jsx-a11y/click-events-have-key-events
		<div
			ref={scroller}
			className={`table ${rowHeight > 34 ? 'roomy' : ''}`}
			role="grid"
			tabIndex={0}
			aria-label={t`Orders`}
			aria-rowcount={snapshot.more ? -1 : snapshot.ids.length + 1}
			aria-multiselectable
			aria-activedescendant={cursor && items.some((item) => snapshot.ids[item.index] === cursor) ? rowElementId(cursor) : undefined}
			onClick={click}
			onPointerOver={pointed}
			onScroll={(event) => {
				list.scrollTop = event.currentTarget.scrollTop;
				props.onScrolled(event.currentTarget.scrollTop <= 1);
			}}
		>
			<div role="rowgroup" className="thead">
				<div role="row" aria-rowindex={1} className="tr">
					<span role="columnheader" className="td pick">
						<input
							type="checkbox"
							checked={all}
							ref={(box) => {
								if (box) box.indeterminate = selection.ids.size > 0 && !all;
							}}
							onChange={(event) => props.onPickAll(event.currentTarget.checked)}
							aria-label={t`Select all loaded orders`}
						/>
					</span>
					<span role="columnheader" className="td flag">
						<span className="unseen">{t`Flag`}</span>
					</span>
					<span role="columnheader" className="td">{t`Store`}</span>
					<span role="columnheader" className="td">{t`Order`}</span>
					<span role="columnheader" className="td">{t`State`}</span>
					<span role="columnheader" className="td items">{t`Items`}</span>
					<span role="columnheader" className="td signs">
						<span className="unseen">{t`Signs`}</span>
					</span>
					<span role="columnheader" className="td country">{t`To`}</span>
					<span role="columnheader" className="td total">{t`Total`}</span>
					<span role="columnheader" className="td placed" aria-sort={sort === 'newest' ? 'descending' : undefined}>
						<button type="button" onClick={() => props.onSort('newest')} title={t`Newest first`}>
							{t`Placed`}
						</button>
					</span>
					<span role="columnheader" className="td ship" aria-sort={sort === 'shipBy' ? 'ascending' : undefined}>
						<button type="button" onClick={() => props.onSort('shipBy')} title={t`Ship-by first: the orders that still have to be shipped`}>
							{t`Ship within`}
						</button>
					</span>
				</div>
			</div>
			<div role="rowgroup" className="tbody" style={{ height: virtual.getTotalSize() - HEADER }}>
				{items.map((item) => {
					const row = list.store.row(snapshot.ids[item.index] ?? '');
					if (!row) return null;
					return (
						<OrderRow
							key={row.orderId}
							row={row}
							store={stores.get(row.storeId)}
							index={item.index}
							top={item.start - HEADER}
							selected={selection.ids.has(row.orderId)}
							active={cursor === row.orderId}
							moved={shownState !== null && row.state !== shownState}
						/>
					);
				})}
			</div>
		</div>
	);
}

const HEADER = 28;
