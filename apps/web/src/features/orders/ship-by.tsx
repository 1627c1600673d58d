import { useLingui } from '@lingui/react/macro';
import type { OrderRowView } from '@pangea/api';
import { useNow, useZone } from '../../clock.tsx';
import { formatInstantFull, formatLength } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { hasShipBy, type ShipRisk, shipRisk } from './ship-risk.ts';

const TONE: Record<ShipRisk, string> = { none: 'faint', done: 'faint', calm: 'soft', soon: 'warn', late: 'risk' };

/** The time left to ship; amber within a day, red when it has passed. */
export function ShipBy({ row, storeZone }: { row: Pick<OrderRowView, 'shipBy' | 'state' | 'fulfilment'>; storeZone?: string | undefined }) {
	const { t } = useLingui();
	const now = useNow();
	const zone = useZone(storeZone);
	const risk = shipRisk(row, now);
	if (row.shipBy === null || !hasShipBy(row, now)) return <span className="faint">—</span>;
	const length = formatLength(shownLanguage(), Date.parse(row.shipBy) - now, risk === 'late' ? 1 : 2);
	return (
		<time dateTime={row.shipBy} className={TONE[risk]} title={`${formatInstantFull(shownLanguage(), row.shipBy, zone)} · ${zone}`}>
			{risk === 'late' ? t`${length} late` : length}
		</time>
	);
}
