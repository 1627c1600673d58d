import { PictureOutlined } from '@ant-design/icons';
import { Trans, useLingui } from '@lingui/react/macro';
import type { OrderDetailView, OrderReturnView, ParcelView } from '@pangea/api';
import { useState } from 'react';
import { useNow } from '../../clock.tsx';
import { PARCEL_WORDS, RETURN_KIND_WORDS, RETURN_STATE_WORDS } from '../../words.ts';
import { Amount, When } from '../../ui/figures.tsx';

const DAY_MS = 86_400_000;

/** A picture that has gone leaves a quiet frame, not a broken sign. */
function Picture({ url }: { url: string | null }) {
	const [gone, setGone] = useState(false);
	if (url === null || gone) return <PictureOutlined className="no-image" aria-hidden />;
	return <img src={url} alt="" width={40} height={40} loading="lazy" referrerPolicy="no-referrer" onError={() => setGone(true)} />;
}

export function Lines({ order }: { order: OrderDetailView }) {
	const { t } = useLingui();
	return (
		<ul className="lines">
			{order.lines.map((line) => (
				<li key={line.externalId}>
					<Picture url={line.imageUrl} />
					<div>
						<bdi className="title">{line.title}</bdi>
						<small>
							{line.sellerSku && <span className="num">{line.sellerSku}</span>}
							{line.variant && <bdi>{line.variant}</bdi>}
							{line.rawStatus && <span className="raw">{line.rawStatus}</span>}
						</small>
						{line.quantityCancelled > 0 && <small className="warn">{t`${line.quantityCancelled} cancelled`}</small>}
					</div>
					<span className="num qty">
						× {line.quantity}
						{line.quantityShipped !== null && line.quantityShipped > 0 && line.quantityShipped < line.quantity && (
							<small>{t`${line.quantityShipped} shipped`}</small>
						)}
					</span>
					<span className="price">
						<Amount money={line.unitPrice} />
						{line.discount && line.discount.amountMinor !== '0' && (
							<small>
								<Amount money={line.discount} />
							</small>
						)}
					</span>
				</li>
			))}
		</ul>
	);
}

export function Parcels({ order, storeZone }: { order: OrderDetailView; storeZone: string | undefined }) {
	if (order.parcels.length === 0)
		return (
			<p className="faint">
				{order.fulfilment === 'platform' ? (
					<Trans>The platform ships this order and tells no parcel.</Trans>
				) : (
					<Trans>No parcel has been told yet.</Trans>
				)}
			</p>
		);
	return (
		<ul className="cases">
			{order.parcels.map((parcel) => (
				<Parcel key={parcel.externalId} parcel={parcel} storeZone={storeZone} />
			))}
		</ul>
	);
}

function Parcel({ parcel, storeZone }: { parcel: ParcelView; storeZone: string | undefined }) {
	const { t, i18n } = useLingui();
	const moved = parcel.deliveredAt ?? parcel.shippedAt;
	const pieces = parcel.lines.reduce((sum, line) => sum + line.quantity, 0);
	return (
		<li>
			<div className="row">
				<b>{i18n._(PARCEL_WORDS[parcel.state])}</b>
				{parcel.rawStatus && <small className="raw">{parcel.rawStatus}</small>}
				<span className="grow" />
				{pieces > 0 && <small className="num">{t`${pieces} pcs`}</small>}
			</div>
			<div className="row soft">
				<span>{parcel.carrier ?? t`Carrier not told`}</span>
				<span className="num select">{parcel.trackingNumber ?? '—'}</span>
				<span className="grow" />
				{moved !== null && <When at={moved} storeZone={storeZone} />}
			</div>
		</li>
	);
}

export function Returns({ order, storeZone }: { order: OrderDetailView; storeZone: string | undefined }) {
	return (
		<ul className="cases">
			{order.returns.map((one) => (
				<ReturnCase key={one.externalId} one={one} storeZone={storeZone} />
			))}
		</ul>
	);
}

function ReturnCase({ one, storeZone }: { one: OrderReturnView; storeZone: string | undefined }) {
	const { t, i18n } = useLingui();
	const now = useNow();
	const left = one.respondBy === null ? Number.POSITIVE_INFINITY : Date.parse(one.respondBy) - now;
	const waiting = one.state === 'requested' && one.respondBy !== null;
	return (
		<li>
			<div className="row">
				<b>{i18n._(RETURN_KIND_WORDS[one.kind])}</b> <span>{i18n._(RETURN_STATE_WORDS[one.state])}</span>
				<small className="raw">{one.rawStatus}</small>
				<span className="grow" />
				{one.refund && <Amount money={one.refund} />}
			</div>
			{one.reason && (
				<div className="soft">
					<bdi>{one.reason}</bdi>
				</div>
			)}
			<div className="row soft">
				<span className="num faint">{one.externalId}</span>
				<span className="grow" />
				{waiting ? (
					<span className={left < 0 ? 'risk' : left < DAY_MS ? 'warn' : ''}>
						{t`Answer`} <When at={one.respondBy} storeZone={storeZone} relative />
					</span>
				) : (
					one.requestedAt !== null && <When at={one.requestedAt} storeZone={storeZone} />
				)}
			</div>
		</li>
	);
}
