import type { OrderRowView } from '@pangea/api';
import type { OrderState } from '@pangea/domain';

export type ShipRisk = 'none' | 'done' | 'calm' | 'soon' | 'late';

const WAITING: readonly OrderState[] = ['toShip', 'partlyShipped'];
const SOON_MS = 24 * 3_600_000;

/** How urgent it is to ship. Orders the platform ships are the platform's clock, not ours. @param now milliseconds */
export function shipRisk(row: Pick<OrderRowView, 'shipBy' | 'state' | 'fulfilment'>, now: number): ShipRisk {
	if (row.shipBy === null || row.fulfilment === 'platform') return 'none';
	if (!WAITING.includes(row.state)) return 'done';
	const left = Date.parse(row.shipBy) - now;
	return left < 0 ? 'late' : left <= SOON_MS ? 'soon' : 'calm';
}

/** Whether there is a time left to tell: not for what is shipped, nor for what the platform ships. */
export function hasShipBy(row: Pick<OrderRowView, 'shipBy' | 'state' | 'fulfilment'>, now: number): boolean {
	const risk = shipRisk(row, now);
	return risk !== 'none' && risk !== 'done';
}
