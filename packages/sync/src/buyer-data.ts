import { type BuyerDataLife, buyerDataChoices, type Scope } from '@pangea/db';
import { addMillis, type Instant, type Order } from '@pangea/domain';
import { buyerDataRule } from '@pangea/platform-contract';
import type { Engine } from './engine.ts';

const DAY = 86_400_000;
/** How old what a process knows of a workspace's choice may be, in milliseconds. What was stored meanwhile is put right by the next run. */
const KNOWN_FOR = 30_000;

type Parts = Pick<Engine, 'registry' | 'now'>;

/** How long buyers' data of each platform live in a workspace: as the platform's rule has it, or as the workspace chose. */
export async function buyerDataLives({ registry, now }: Parts, scope: Scope): Promise<BuyerDataLife[]> {
	const choices = await buyerDataChoices(scope);
	return [...registry.values()].map(({ id, manifest }) => {
		const rule = buyerDataRule(manifest, now());
		const chosen = choices.get(id) ?? rule.days;
		// A rule that became stricter since wins over what was chosen before it.
		return {
			platform: id,
			days: rule.standing === 'platform' ? Math.min(chosen, rule.days) : chosen,
			openDays: rule.openDays,
			promised: rule.promised,
		};
	});
}

const known = new WeakMap<Parts['registry'], Map<string, { until: number; lives: BuyerDataLife[] }>>();

/** The same for one platform, asked seldom. */
export async function buyerDataLife(parts: Parts, scope: Scope, platform: string): Promise<BuyerDataLife> {
	const workspaces = known.get(parts.registry) ?? new Map<string, { until: number; lives: BuyerDataLife[] }>();
	known.set(parts.registry, workspaces);
	let mine = workspaces.get(scope.workspaceId);
	if (!mine || mine.until <= Date.now()) {
		mine = { until: Date.now() + KNOWN_FOR, lives: await buyerDataLives(parts, scope) };
		workspaces.set(scope.workspaceId, mine);
	}
	const life = mine.lives.find((one) => one.platform === platform);
	if (!life) throw new Error(`No rule for buyers' data of ${platform}`);
	return life;
}

/** When the buyer's data of an order die. */
export function buyerDeath(order: Order, { days, openDays, promised }: BuyerDataLife): Instant {
	const closed = order.deliveredAt ?? order.cancelledAt;
	if (closed !== null) return addMillis(closed, days * DAY);
	if (order.state === 'delivered' || order.state === 'completed' || order.state === 'cancelled')
		return addMillis(order.updatedAt, days * DAY);
	if (promised && order.state === 'shipped') return addMillis(order.deliverBy ?? order.updatedAt, days * DAY);
	return addMillis(order.updatedAt, openDays * DAY);
}
