import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { Buckets } from './buckets.ts';
import { Clock } from './clock.ts';
import { Control } from './control.ts';
import { mountControl } from './control-http.ts';
import { Deliveries } from './deliveries.ts';
import { drift, Faults, poison } from './faults.ts';
import { Feed } from './feed.ts';
import { HeldFiles, mountPictures } from './pictures.ts';
import type { LoggedCall, MountedPlatform, PlatformModule } from './platform.ts';
import { Random } from './random.ts';
import type { PlatformName, StoreSeed } from './stores.ts';
import { World } from './world.ts';

export interface SimulatorOptions {
	/** 0 takes a free port. */
	port?: number | undefined;
	host?: string | undefined;
	seed?: number | string | undefined;
	/** Orders in the past, 0 to 10,000,000. */
	size?: number | undefined;
	/** How many years the past reaches back. */
	years?: number | undefined;
	stores?: readonly StoreSeed[] | undefined;
	/** New orders per minute of simulated time. */
	live?: number | undefined;
	/**
	 * The instant at which the past ends and new orders begin, in milliseconds; the clock's first reading when absent. A simulator that is started
	 * again with the same instant shows the same world, with what would have happened since.
	 */
	since?: number | undefined;
	clock?: { at?: number | undefined; frozen?: boolean | undefined; speed?: number | undefined } | undefined;
	/** Multiplies the waits between delivery attempts. */
	deliveryScale?: number | undefined;
}

export interface Simulator {
	/** `http://127.0.0.1:port` */
	url: string;
	/** Per platform: base addresses, credentials, accounts, as JSON. */
	platforms: Record<string, Record<string, unknown>>;
	control: Control;
	stop(): Promise<void>;
}

const KEPT_CALLS = 10_000;

/** Starts the platforms given, on one port of the loopback interface. Throws RangeError for an impossible world. */
export async function startPlatforms(modules: readonly PlatformModule[], options: SimulatorOptions = {}): Promise<Simulator> {
	const clock = new Clock(options.clock);
	const world = new World({
		seed: options.seed ?? 1,
		size: options.size ?? 2_000,
		years: options.years ?? 1,
		endsAt: options.since ?? clock.now(),
		stores: options.stores,
	});
	const faults = new Faults(world.seed);
	const deliveries = new Deliveries({ clock, faults, scale: options.deliveryScale ?? 1 });
	const buckets = new Buckets(() => clock.now());
	const random = new Random(world.seed ^ 0x1234567);
	const files = new HeldFiles();
	const calls: LoggedCall[] = [];
	const platforms = new Map<PlatformName, MountedPlatform>();
	let url = '';
	const app = Fastify({ logger: false, forceCloseConnections: true, routerOptions: { maxParamLength: 2_000 } });
	for (const module of modules) {
		const mounted = await module.mount(app, {
			platform: module.name,
			stores: world.stores.filter((s) => s.platform === module.name),
			world,
			clock,
			faults,
			buckets,
			deliveries,
			random,
			files,
			origin: () => url,
			newId: () => randomUUID(),
			log: (call) => {
				calls.push(call);
				if (calls.length > KEPT_CALLS) calls.splice(0, KEPT_CALLS / 2);
			},
			poison,
			drift,
		});
		platforms.set(module.name, mounted);
	}
	const feed = new Feed({
		world,
		clock,
		listens: (store) => platforms.get(store.platform)?.listens(store) ?? false,
		emit: (change) => {
			const order = world.order(change, change.step.at);
			if (order !== null) platforms.get(order.store.platform)?.onChange(change, order);
		},
	});
	const rate = (perMinute: number): void => {
		world.setRate(clock.now(), perMinute);
		feed.reset();
	};
	if (options.live !== undefined && options.live > 0) {
		world.setRate(options.since ?? clock.now(), options.live);
		feed.reset();
	}
	const control = new Control({ world, clock, faults, deliveries, buckets, platforms, files, calls, tick: () => feed.tick(), rate });
	await mountControl(app, control);
	mountPictures(app, world.seed, files);
	url = await app.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
	feed.start();
	return {
		url,
		platforms: Object.fromEntries([...platforms].map(([name, platform]) => [name, platform.facts()])),
		control,
		stop: async () => {
			feed.stop();
			deliveries.stop();
			for (const platform of platforms.values()) platform.close?.();
			await app.close();
		},
	};
}
