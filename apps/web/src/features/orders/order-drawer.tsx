import { PLATFORMS } from '@pangea/domain';
import { CloseOutlined, CopyOutlined, DownOutlined, UpOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { OrderDetailView, OrderRowView, StoreView } from '@pangea/api';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type ReactNode, useEffect, useRef } from 'react';
import { useNow } from '../../clock.tsx';
import { useMay } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { errorSentence } from '../../problems.ts';
import { STATE_WORDS } from '../../words.ts';
import { Amount } from '../../ui/figures.tsx';
import { Empty, Skeleton } from '../../ui/empty.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { say } from '../../ui/toast.tsx';
import { FlagChoice } from './batch-bar.tsx';
import { BuyerBox } from './drawer-buyer.tsx';
import { Evidence } from './drawer-evidence.tsx';
import { Fees, Money } from './drawer-money.tsx';
import { Lines, Parcels, Returns } from './drawer-goods.tsx';
import { Messages } from './drawer-messages.tsx';
import { Note } from './drawer-note.tsx';
import { Profit } from './drawer-profit.tsx';
import { Dates, History } from './drawer-times.tsx';
import './drawer.css';
import type { Flag } from './filter.ts';
import { FlagIcon, isFlag } from './flag.tsx';
import { ShipBy } from './ship-by.tsx';
import { hasShipBy } from './ship-risk.ts';

interface OrderDrawerProps {
	orderId: string;
	/** The row as the list holds it: shown at once while the rest is read. */
	row: OrderRowView | undefined;
	stores: ReadonlyMap<string, StoreView>;
	narrow: boolean;
	onClose: () => void;
	onMove: (by: number) => void;
	onFlag: (flag: Flag | null) => void;
}

export function OrderDrawer({ orderId, row, stores, narrow, onClose, onMove, onFlag }: OrderDrawerProps) {
	const { t, i18n } = useLingui();
	const detail = useQuery(trpc.orders.detail.queryOptions({ orderId }));
	const head = detail.data ?? row;
	const store = head ? stores.get(head.storeId) : undefined;
	const mayAnnotate = useMay('orders.annotate');
	const now = useNow();
	const title = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		// On a phone the page is new; beside a list the focus stays where the person moves through it.
		if (narrow) title.current?.focus();
	}, [narrow]);
	const copy = () => {
		if (!head) return;
		void navigator.clipboard.writeText(head.externalId).then(
			() => say(t`Order number copied`),
			() => say(t`The browser does not allow copying.`, { tone: 'problem' }),
		);
	};
	return (
		<aside className={`drawer ${narrow ? 'page' : ''}`} aria-label={t`Order`}>
			<header>
				<div className="bar">
					<Button
						size="small"
						type="text"
						icon={<UpOutlined aria-hidden />}
						onClick={() => onMove(-1)}
						aria-label={t`Previous order`}
						aria-keyshortcuts="["
						title="["
					/>
					<Button
						size="small"
						type="text"
						icon={<DownOutlined aria-hidden />}
						onClick={() => onMove(1)}
						aria-label={t`Next order`}
						aria-keyshortcuts="]"
						title="]"
					/>
					<span className="grow" />
					{head && isFlag(head.flag) && <FlagIcon flag={head.flag} />}
					{mayAnnotate && <FlagChoice onChoose={onFlag} />}
					<Button
						size="small"
						type="text"
						icon={<CloseOutlined aria-hidden />}
						onClick={onClose}
						aria-label={t`Close`}
						aria-keyshortcuts="Escape"
						title="Esc"
					/>
				</div>
				{head && (
					<>
						<h2 ref={title} tabIndex={-1} className="num">
							{head.externalId}
							<Button size="small" type="text" icon={<CopyOutlined aria-hidden />} onClick={copy} aria-label={t`Copy the order number`} />
						</h2>
						<p className="where">
							<PlatformMark platform={head.platform} size={16} /> {PLATFORMS[head.platform].name}{' '}
							{store && <SiteMark country={store.country} />} <StoreBadge store={store} /> <span className="cut">{store?.name}</span>
						</p>
						<div className="facts">
							<span>
								<span className={`state-word ${head.state}`}>{i18n._(STATE_WORDS[head.state])}</span>
								<small className="raw">{head.rawStatus}</small>
							</span>
							{hasShipBy(head, now) && (
								<span className="num">
									<small className="faint">{t`Ship within`}</small> <ShipBy row={head} storeZone={store?.zone} />
								</span>
							)}
							<strong>
								<Amount money={head.total} computed={head.totalComputed} />
							</strong>
						</div>
					</>
				)}
			</header>
			<div className="body">
				{detail.data ? (
					<Body order={detail.data} storeZone={store?.zone} />
				) : detail.error ? (
					<Empty title={t`The order could not be read`} action={<Button onClick={() => void detail.refetch()}>{t`Try again`}</Button>}>
						{errorSentence(i18n, detail.error)}
					</Empty>
				) : (
					<Skeleton rows={12} height={34} />
				)}
			</div>
		</aside>
	);
}

function Body({ order, storeZone }: { order: OrderDetailView; storeZone: string | undefined }) {
	const { t } = useLingui();
	const readsMessages = useMay('inbox.read');
	const seesBuyers = useMay('fields.buyer');
	return (
		<>
			{order.warnings.length > 0 && (
				<p className="warning">
					{t`The platform warns:`} <b>{order.warnings.join(' · ')}</b>
				</p>
			)}
			<Section title={t`Items`}>
				<Lines order={order} />
			</Section>
			<Section title={t`Money`}>
				<Money order={order} />
			</Section>
			<Section title={t`Buyer`}>
				<BuyerBox order={order} />
			</Section>
			<Section title={t`Parcels`}>
				<Parcels order={order} storeZone={storeZone} />
			</Section>
			{order.returns.length > 0 && (
				<Section title={t`Returns and claims`}>
					<Returns order={order} storeZone={storeZone} />
				</Section>
			)}
			{order.fees.length > 0 && (
				<Section title={t`Fees`}>
					<Fees order={order} />
				</Section>
			)}
			{order.profit !== null && (
				<Section title={t`Profit`}>
					<Profit order={order} profit={order.profit} />
				</Section>
			)}
			{order.takesMessages && readsMessages && seesBuyers && (
				<Section title={t`Messages about the order`}>
					<Messages key={order.orderId} order={order} storeZone={storeZone} />
				</Section>
			)}
			<Section title={t`Note`}>
				<Note key={order.note ?? ''} order={order} />
			</Section>
			<Section title={t`Times`}>
				<Dates order={order} storeZone={storeZone} />
			</Section>
			<Section title={t`History`}>
				<History order={order} storeZone={storeZone} />
			</Section>
			<Section title={t`Evidence`}>
				<Evidence order={order} />
			</Section>
		</>
	);
}

function Section({ title, children }: { title: string; children: ReactNode }) {
	return (
		<section>
			<h3>{title}</h3>
			{children}
		</section>
	);
}
