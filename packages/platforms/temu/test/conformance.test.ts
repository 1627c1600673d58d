import type { IncomingRequest } from '@pangea/platform-contract';
import { type ConformanceWorld, describeConformance, type ExpectedOrder, type WorldPushes } from '@pangea/platform-contract/conformance';
import { simulatedWorld } from '@pangea/platform-contract/simulated-world';
import { demoStores, type OrderTruth, type SimOrder, type StoreSeed } from '@pangea/simulator';
import { describe } from 'vitest';
import { temu } from '../src/index.ts';
import { appOf, hostsOf, readFacts, type TemuFacts } from './simulated-temu.ts';

function storeOf(facts: TemuFacts): TemuFacts['stores'][number] {
	const [first] = facts.stores;
	if (!first) throw new Error('The simulator has no Temu store');
	return first;
}

/** What Temu calls paid is without what was given back. */
function customerPaid({ order }: OrderTruth): bigint {
	return BigInt(order.total - refundOf(order));
}

function refundOf(order: SimOrder): number {
	if (order.status === 'cancelled') return order.steps.some((step) => step.kind === 'paid') ? order.total : 0;
	return order.return?.state === 'refunded' ? order.return.lines.reduce((sum, line) => sum + line.amount + line.tax, 0) : 0;
}

function expectedOf(expected: ExpectedOrder, truth: OrderTruth): ExpectedOrder {
	const pending = truth.order.status === 'unpaid' || truth.order.status === 'onHold';
	return { ...expected, total: pending || !expected.total ? null : { ...expected.total, amountMinor: customerPaid(truth) } };
}

const QUIET_MILLIS = 150;

/**
 * Pushes up to the last quiet moment. Temu tells an order line by line, so that several pushes of one order are there at once: one that is
 * repeated must not be looked at before its repeat has come.
 */
function settled(pushes: WorldPushes): WorldPushes {
	let quiet: IncomingRequest[] = [];
	let count = 0;
	let since = Date.now();
	return {
		...pushes,
		received() {
			const all = pushes.received();
			if (all.length !== count) {
				count = all.length;
				since = Date.now();
			} else if (Date.now() - since >= QUIET_MILLIS) quiet = [...all];
			return quiet;
		},
	};
}

/** One mall of the demo seller alone, in the given mode. `externalId` names its store out of the mall's id. */
async function world(
	id: string,
	mode: StoreSeed['mode'],
	host: 'us' | 'eu',
	externalId: (mallId: string) => string,
): Promise<ConformanceWorld> {
	const stores = demoStores.filter((store) => store.id === id).map((store) => ({ ...store, mode }));
	const made = await simulatedWorld({
		platform: 'temu',
		simulator: { clock: { at: Date.parse('2026-11-22T08:00:00Z'), frozen: true }, size: 1800, deliveryScale: 0.001, stores },
		read: readFacts,
		hosts: hostsOf,
		app: (facts) => appOf(facts, [host]),
		host,
		// Only by pasting: consenting again kills the token in force, as Temu does, and with it the session of the suite.
		consent: (facts) => ({ kind: 'paste', fields: () => ({ accessToken: storeOf(facts).tokens[host] ?? '' }) }),
		stores: (facts) => [{ externalId: externalId(storeOf(facts).mallId), name: id }],
		account: () => host,
		poisoned: 'bg.order.list.v2.get',
		expect: expectedOf,
		// Being paid is no news at Temu; leaving the pending state is.
		change: ['paid', 'released'],
	});
	// Temu takes the address in its portal; `subscribe` only switches a store on.
	made.pushes?.register();
	return made.pushes ? { ...made, pushes: settled(made.pushes) } : made;
}

describe('a local mall', () => {
	describeConformance({ adapter: temu, world: () => world('temu-us', 'self', 'us', (mallId) => mallId) });
});

describe('a semi-managed mall at a gateway of many sites', () => {
	describeConformance({ adapter: temu, world: () => world('temu-de', 'semi-managed', 'eu', (mallId) => `${mallId}-105`) });
});
