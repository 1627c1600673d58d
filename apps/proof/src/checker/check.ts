import pg from 'pg';
import { amazon } from './amazon.ts';
import { ControlDoor } from './control.ts';
import { differences } from './difference.ts';
import type { Expected, Reading } from './facts.ts';
import { mercadoLibre } from './mercado-libre.ts';
import type { Problem } from './problem.ts';
import { ourStores, type StoredOrder, storedOrders } from './rows.ts';
import { namesOf, type OurStore } from './stores.ts';
import { temu } from './temu.ts';
import { tiktokShop } from './tiktok-shop.ts';
import type { Untold } from './untold.ts';
import { eventProblems, orphanProblems, quarantineProblems } from './workspace.ts';

export interface CheckOptions {
	/** Of the owner, who sees all workspaces. */
	databaseUrl: string;
	simulatorUrl: string;
	/** Orders that changed later than so long ago may still be under way; they are counted and not judged. Default 0. */
	graceMillis?: number;
	/** Records that may wait in quarantine. Default none. */
	quarantined?: (externalId: string | null) => boolean;
}

export interface Verdict {
	/** Everything that is not as it must be; empty when all is well. */
	problems: Problem[];
	/** Orders compared, by store. */
	compared: Record<string, number>;
	/** Orders not judged because they changed within the grace. */
	underWay: number;
	events: number;
	/** How often each truth was missing because the platform does not tell it. */
	untold: Partial<Record<Untold, number>>;
}

const READINGS: Readonly<Record<string, Reading>> = { amazon, 'tiktok-shop': tiktokShop, 'mercado-libre': mercadoLibre, temu };

/**
 * Compares our database with what is true at the simulated platforms: every order of every bound store exactly once and equal in every field
 * that the platform tells, nothing besides, evidence and buyers' data where they must be, events without a hole, nothing in quarantine.
 * It knows the contracts and none of the adapters' code.
 */
export async function checkAgainstTruth(options: CheckOptions): Promise<Verdict> {
	const door = new ControlDoor(options.simulatorUrl);
	const client = new pg.Client({ connectionString: options.databaseUrl, application_name: 'pangea checker' });
	client.on('error', () => {});
	await client.connect();
	try {
		const world = await door.world();
		const stores = await ourStores(client);
		const names = namesOf(world.platforms, stores);
		const verdict: Verdict = { problems: [], compared: {}, underWay: 0, events: 0, untold: {} };
		for (const store of stores) {
			const name = names.get(store.storeId) ?? '';
			await checkStore({ verdict, client, door, options, now: world.clock.now }, store, name);
		}
		const { events, problems } = await eventProblems(client);
		verdict.events = events;
		verdict.problems.push(
			...problems,
			...(await quarantineProblems(client, options.quarantined ?? (() => false))),
			...(await orphanProblems(client)),
		);
		return verdict;
	} finally {
		await client.end();
	}
}

interface Checking {
	verdict: Verdict;
	client: pg.ClientBase;
	door: ControlDoor;
	options: CheckOptions;
	/** Instant of the simulator's clock. */
	now: number;
}

async function checkStore(checking: Checking, store: OurStore, name: string): Promise<void> {
	const { verdict, client, door, now } = checking;
	const settledBefore = now - (checking.options.graceMillis ?? 0);
	const rows = await storedOrders(client, store);
	const byId = Map.groupBy(rows, (row) => row.externalId);
	const old = rows.filter((row) => !isYoung(row, now));
	// A reply dies with the first of the buyers in it, whoever else stands on it.
	const forgotten: Forgotten = { orders: new Set(old), replies: new Set(old.flatMap((row) => row.evidence.named)) };
	const read = READINGS[store.platform];
	if (!read) throw new Error(`Nobody has told how to read the truth of ${store.platform}`);
	const seen = new Set<string>();
	for await (const truth of door.truths(name)) {
		const expected = read(truth, { operations: (id) => byId.get(id)?.[0]?.operations ?? [], now });
		for (const one of expected) {
			seen.add(one.externalId);
			if (truth.order.updatedAt > settledBefore) {
				verdict.underWay++;
				continue;
			}
			verdict.compared[name] = (verdict.compared[name] ?? 0) + 1;
			for (const untold of one.untold) verdict.untold[untold] = (verdict.untold[untold] ?? 0) + 1;
			verdict.problems.push(...orderProblems(`${name} ${one.externalId}`, one, byId.get(one.externalId) ?? [], forgotten));
		}
	}
	for (const [externalId, group] of byId) {
		if (seen.has(externalId)) continue;
		verdict.problems.push({ kind: 'extra', where: `${name} ${externalId}`, expected: 'no such order', found: `${group.length} rows` });
	}
}

/** Whose buyers' time may be over. */
interface Forgotten {
	orders: ReadonlySet<StoredOrder>;
	replies: ReadonlySet<string>;
}

function orderProblems(where: string, expected: Expected, rows: readonly StoredOrder[], forgotten: Forgotten): Problem[] {
	const [row, ...more] = rows;
	if (!row) return [{ kind: 'missing', where, expected: `an order that is ${expected.facts.state}`, found: 'none' }];
	const problems: Problem[] = more.length === 0 ? [] : [{ kind: 'double', where, expected: 'one row', found: `${rows.length} rows` }];
	const differ = differences(expected.facts, row.facts);
	const good = differ.length === 0 || (expected.or !== undefined && differences(expected.or, row.facts).length === 0);
	if (!good)
		for (const one of differ) problems.push({ kind: 'differs', where: `${where} ${one.path}`, expected: one.expected, found: one.found });
	const { named, kept } = row.evidence;
	const isForgotten = expected.buyer && forgotten.orders.has(row);
	const lost = isForgotten ? [] : named.filter((id) => !kept.includes(id) && !forgotten.replies.has(id));
	if (named.length === 0 || lost.length > 0)
		problems.push({
			kind: 'evidence',
			where,
			expected: 'every reply behind the order',
			found: `${named.length - lost.length} of ${named.length}`,
		});
	if (expected.buyer && !isForgotten && row.buyerUntil === null)
		problems.push({ kind: 'buyer', where, expected: 'buyer data', found: 'none' });
	problems.push(...countProblems(where, row));
	return problems;
}

/** Buyers' data live for a time after the order ended; within the shortest of these times they must be there. */
const BUYER_DATA_LIVES = 29 * 86_400_000;

function isYoung({ facts }: StoredOrder, now: number): boolean {
	const young = (at: string): boolean => Date.parse(at) > now - BUYER_DATA_LIVES;
	return young(facts.updated) && [facts.delivered, facts.cancelled].every((at) => at === null || young(at));
}

/** What the row says of itself must be what hangs on it. */
function countProblems(where: string, row: StoredOrder): Problem[] {
	const { facts, counts } = row;
	const open = facts.returns.filter((r) => ['requested', 'accepted', 'inTransit'].includes(r.state)).length;
	const units = facts.lines.reduce((total, line) => total + line.quantity, 0);
	const told: [string, number | string, number | string][] = [
		['lines', facts.lines.length, counts.lines],
		['units', units, counts.units],
		['open returns', open, counts.openReturns],
		['total', facts.money['total'] ?? '0', counts.totalMinor ?? '0'],
		['history', counts.history > 0 ? 'some' : 'none', 'some'],
	];
	return told.flatMap(([what, expected, found]): Problem[] =>
		String(expected) === String(found)
			? []
			: [{ kind: 'counts', where: `${where} ${what}`, expected: String(expected), found: String(found) }],
	);
}
