import { demoPlatforms } from '@pangea/launcher';
import { startSimulator } from '@pangea/simulator';
import { benchStores } from './live-plan.ts';

/*
 * The platforms of the `live` bench: a world whose orders all lie in the past, so that only pushes tell of them.
 */

export interface SimulatorReady {
	url: string;
	platforms: Record<string, Record<string, unknown>>;
	/** Platform ids of the orders, by store. */
	orders: Record<string, string[]>;
	/** Conversations of which nobody has been told, by store; none unless they are asked for. */
	conversations: Record<string, string[]>;
}

const simulator = await startSimulator({
	size: Number(process.env['SIMULATOR_SIZE']),
	years: 0.1,
	live: 0,
	stores: benchStores(),
});
for (const demo of demoPlatforms(simulator.platforms)) {
	const { settings } = demo.console({ redirect: `${process.env['SERVER_URL']}/connected/${demo.platform}`, webhook: '' });
	const name = benchStores().find((s) => s.platform === demo.platform)?.platform;
	if (settings && name) simulator.control.configure(name, settings);
}
const orders: SimulatorReady['orders'] = {};
const conversations: SimulatorReady['conversations'] = {};
for (const { id } of benchStores()) {
	const page = simulator.control.truth({ store: id, by: 'placed', from: 0, to: Date.now() }, 100_000);
	orders[id] = page.orders.map((order) => order.id);
	if (process.env['SIMULATOR_MESSAGES'] !== '1' || !id.startsWith('tiktok')) continue;
	const written = orders[id].map((order) => simulator.control.buyerWrites(id, 'When will it be shipped?', order));
	conversations[id] = [...new Set(written)];
}
const ready: SimulatorReady = { url: simulator.url, platforms: simulator.platforms, orders, conversations };
process.send?.(ready);
process.on('disconnect', () => void simulator.stop().then(() => process.exit(0)));
