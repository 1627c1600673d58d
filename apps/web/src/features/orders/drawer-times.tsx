import { useLingui } from '@lingui/react/macro';
import type { HistoryView, OrderDetailView } from '@pangea/api';
import { STATE_WORDS } from '../../words.ts';
import { When } from '../../ui/figures.tsx';

export function Dates({ order, storeZone }: { order: OrderDetailView; storeZone: string | undefined }) {
	const { t } = useLingui();
	const dates: [string, string | null][] = [
		[t`Placed`, order.placedAt],
		[t`Paid`, order.paidAt],
		[t`Ship by`, order.shipBy],
		[t`Shipped`, order.shippedAt],
		[t`Deliver by`, order.deliverBy],
		[t`Delivered`, order.deliveredAt],
		[t`Cancelled`, order.cancelledAt],
		[t`Last change at the platform`, order.externalUpdatedAt],
	];
	return (
		<dl className="dates">
			{dates
				.filter(([, at]) => at !== null)
				.map(([label, at]) => (
					<div key={label}>
						<dt>{label}</dt>
						<dd className="num">
							<When at={at} storeZone={storeZone} />
						</dd>
					</div>
				))}
			<div>
				<dt>{t`Day in the store`}</dt>
				<dd className="num">
					{order.localDay} {storeZone && <small className="faint">{storeZone}</small>}
				</dd>
			</div>
		</dl>
	);
}

export function History({ order, storeZone }: { order: OrderDetailView; storeZone: string | undefined }) {
	const { t, i18n } = useLingui();
	const sources: Record<HistoryView['source'], string> = {
		pull: t`asked by us`,
		backfill: t`history read`,
		intake: t`told by the platform`,
		replay: t`replayed`,
	};
	return (
		<ol className="history">
			{order.history.map((step) => (
				<li key={`${step.at}${step.rawStatus}${step.seenAt}`}>
					<span className={`state-word ${step.state}`}>{i18n._(STATE_WORDS[step.state])}</span>
					<small className="raw">{step.rawStatus}</small>
					<span className="grow" />
					<span className="num">
						<When at={step.at} storeZone={storeZone} />
					</span>
					<small className="faint seen">
						{sources[step.source]}, <When at={step.seenAt} storeZone={storeZone} />
					</small>
				</li>
			))}
		</ol>
	);
}
