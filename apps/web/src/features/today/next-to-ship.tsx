import { useLingui } from '@lingui/react/macro';
import type { OrderRowView, StoreView } from '@pangea/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { trpc } from '../../trpc.ts';
import { Skeleton } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { ShipBy } from '../orders/ship-by.tsx';

const SHOWN = 8;

/** The orders whose ship-by time ends first, those already late before them. */
export function NextToShip({ stores }: { stores: StoreView[] }) {
	const { t } = useLingui();
	const next = useQuery(trpc.orders.list.queryOptions({ sort: 'shipBy', fulfilment: 'seller', limit: SHOWN }));
	const rows = next.data?.rows ?? [];
	const byId = new Map(stores.map((store) => [store.storeId, store]));
	return (
		<section className="panel next">
			<header>
				<h2>{t`Next to ship`}</h2>
				{rows.length > 0 && <Link to="/orders" search={{ sort: 'shipBy', fulfilment: 'seller' }}>{t`All, in this order`}</Link>}
			</header>
			{rows.length > 0 ? (
				<ul>
					{rows.map((row) => (
						<Next key={row.orderId} row={row} store={byId.get(row.storeId)} />
					))}
				</ul>
			) : next.isPending ? (
				<Skeleton rows={SHOWN} height={32} />
			) : (
				<p className="faint pad">{t`No order waits to be shipped by you.`}</p>
			)}
		</section>
	);
}

function Next({ row, store }: { row: OrderRowView; store: StoreView | undefined }) {
	return (
		<li>
			<Link to="/orders" search={{ sort: 'shipBy', fulfilment: 'seller', order: row.orderId }}>
				<PlatformMark platform={row.platform} name={row.platform} size={16} />
				{store && <SiteMark country={store.country} />}
				<span className="num number">{row.externalId}</span>
				<span className="cut grow soft">
					<bdi>{row.firstTitle ?? '—'}</bdi>
				</span>
				{row.unitCount > 1 && <small className="num soft">× {row.unitCount}</small>}
				<span className="num due">
					<ShipBy row={row} storeZone={store?.zone} />
				</span>
			</Link>
		</li>
	);
}
