import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { trpc } from '../../trpc.ts';
import { Amount, When } from '../../ui/figures.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { STATE_WORDS } from '../../words.ts';
import { Lines, Parcels, Returns } from '../orders/drawer-goods.tsx';
import { Messages } from '../orders/drawer-messages.tsx';
import '../orders/drawer.css';
import { BuyerHistory } from './buyer-history.tsx';

/** What was bought, beside what is said about it. */
export function OrderContext({ conversationId }: { conversationId: string }) {
	const { t } = useLingui();
	const open = useQuery(trpc.inbox.open.queryOptions({ conversationId }));
	const orderId = open.data?.orderId ?? null;
	const named = open.data?.conversation.externalOrderId ?? null;
	const listing = open.data?.conversation.externalListingId ?? null;
	return (
		<aside className="context" aria-label={t`What was bought`}>
			{!open.data ? (
				<Skeleton rows={5} height={36} />
			) : orderId !== null ? (
				<OrderOf orderId={orderId} />
			) : listing !== null ? (
				<section>
					<h3>{t`What is asked about`}</h3>
					{open.data.conversation.subject !== null && (
						<p>
							<bdi>{open.data.conversation.subject}</bdi>
						</p>
					)}
					<p className="faint num">{listing}</p>
				</section>
			) : named !== null ? (
				<p className="faint pad">{t`Order ${named} is not here yet.`}</p>
			) : (
				<p className="faint pad">{t`No order was named in this conversation.`}</p>
			)}
			<BuyerHistory conversationId={conversationId} />
		</aside>
	);
}

function OrderOf({ orderId }: { orderId: string }) {
	const { t, i18n } = useLingui();
	const { data: order } = useQuery(trpc.orders.detail.queryOptions({ orderId }));
	if (!order) return <Skeleton rows={5} height={36} />;
	return (
		<>
			<section>
				<h3>
					<Link to="/orders" search={{ order: orderId }} className="num">
						{order.externalId}
					</Link>
				</h3>
				<p className="line">
					<span className={`state-word ${order.state}`}>{i18n._(STATE_WORDS[order.state])}</span>
					<span className="grow" />
					<Amount money={order.total} computed={order.totalComputed} />
				</p>
				<p className="faint">
					<When at={order.placedAt} />
				</p>
			</section>
			<section>
				<h3>{t`Items`}</h3>
				<Lines order={order} />
			</section>
			<section>
				<h3>{t`Parcels`}</h3>
				<Parcels order={order} storeZone={undefined} />
			</section>
			{order.returns.length > 0 && (
				<section>
					<h3>{t`Returns`}</h3>
					<Returns order={order} storeZone={undefined} />
				</section>
			)}
			{order.takesMessages && (
				<section>
					<h3>{t`Messages about the order`}</h3>
					<Messages key={order.orderId} order={order} storeZone={undefined} />
				</section>
			)}
		</>
	);
}
