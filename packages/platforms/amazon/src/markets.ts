import type { Order } from '@pangea/domain';
import { jsonText, type Outcome, type RawReply } from '@pangea/platform-contract';
import { isRecord } from './json.ts';
import { manifest } from './manifest.ts';
import { toOutcome } from './outcome.ts';
import { siteOf } from './to-order.ts';

/**
 * The orders of a search that named several marketplaces. Each is read for its own; one that names none of them is set aside, since no store
 * could be told to be its own. The answer is kept marketplace by marketplace, in Amazon's own form: who sees one store's evidence sees no
 * other store's orders.
 */
export function ordersOfMarkets(
	orders: readonly unknown[],
	answer: RawReply,
	asked: readonly string[],
): { read(): Outcome<Order>[]; replies: RawReply[] } {
	const byMarket = [...Map.groupBy(orders, (order) => marketOf(order, asked))];
	return {
		replies: byMarket.map(([, own]) => ({ ...answer, body: Buffer.from(jsonText({ orders: own })) })),
		read: () => byMarket.flatMap(([market, own], reply) => own.map((order) => readFor(market, order, [reply]))),
	};
}

function readFor(market: string | null, order: unknown, replies: number[]): Outcome<Order> {
	const site = manifest.sites.find((s) => s.id === market);
	const outcome = toOutcome(order, { siteId: site?.id ?? null, currency: site?.currency ?? '' }, replies);
	if (site) return outcome.ok ? outcome : { ...outcome, siteId: site.id };
	if (!outcome.ok) return outcome;
	const cause = 'salesChannel: marketplaceId is none of those that were asked for';
	return { ok: false, externalId: outcome.value.externalId, cause, raw: jsonText(order), replies };
}

/** Null when it names none of the marketplaces that were asked for. */
function marketOf(order: unknown, asked: readonly string[]): string | null {
	const channel = isRecord(order) ? order['salesChannel'] : null;
	const id = isRecord(channel) ? channel['marketplaceId'] : null;
	const site = typeof id === 'string' ? siteOf(id, null) : null;
	return site !== null && asked.includes(site) ? site : null;
}
