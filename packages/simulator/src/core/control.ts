import type { Buckets } from './buckets.ts';
import type { Clock, ClockState } from './clock.ts';
import type { Deliveries, DeliveryRecord } from './deliveries.ts';
import type { ArmedFault, FaultPlan, Faults } from './faults.ts';
import { type Offer, offersOf } from './offers.ts';
import type { OrderOverrides, SimOrder } from './order.ts';
import type { ConversationTruth, LoggedCall, MountedPlatform, WebhookTarget } from './platform.ts';
import type { HeldFiles } from './pictures.ts';
import type { SentFile } from './sent-files.ts';
import type { PlatformName } from './stores.ts';
import type { Step, StepKind } from './timeline.ts';
import type { OrderRef, Position, World } from './world.ts';

/** The truth about an order, with the platform's own id. */
export interface OrderTruth {
	platform: PlatformName;
	store: string;
	/** The id as the platform writes it. */
	id: string;
	/** For each line the id of the platform's order that holds it: the same everywhere but where a purchase is an order for each line. */
	ids: string[];
	ref: OrderRef;
	order: SimOrder;
}

/** A window of truth: by placing or by last change, [from, to) in milliseconds, one store or all of a platform or all. */
export interface TruthWindow {
	store?: string | undefined;
	platform?: PlatformName | undefined;
	by: 'placed' | 'updated';
	from: number;
	to: number;
}

/** What checkers, tests and the demo may do to the simulator behind the platforms' backs. */
export class Control {
	readonly world: World;
	readonly clock: Clock;
	readonly faults: Faults;
	readonly deliveries: Deliveries;
	readonly buckets: Buckets;
	readonly #platforms: ReadonlyMap<PlatformName, MountedPlatform>;
	readonly #files: HeldFiles;
	readonly #calls: LoggedCall[];
	readonly #tick: () => void;
	readonly #rate: (perMinute: number) => void;

	constructor(parts: {
		world: World;
		clock: Clock;
		faults: Faults;
		deliveries: Deliveries;
		buckets: Buckets;
		platforms: ReadonlyMap<PlatformName, MountedPlatform>;
		files: HeldFiles;
		calls: LoggedCall[];
		tick: () => void;
		rate: (perMinute: number) => void;
	}) {
		this.world = parts.world;
		this.clock = parts.clock;
		this.faults = parts.faults;
		this.deliveries = parts.deliveries;
		this.buckets = parts.buckets;
		this.#platforms = parts.platforms;
		this.#files = parts.files;
		this.#calls = parts.calls;
		this.#tick = parts.tick;
		this.#rate = parts.rate;
	}

	/** Size, clock, stores with their order counts so far, and how to connect to each platform. */
	facts(): Record<string, unknown> {
		const now = this.clock.now();
		return {
			seed: this.world.seed,
			size: this.world.size,
			endsAt: this.world.endsAt,
			clock: this.clock.state(),
			stores: this.world.stores.map((store) => ({
				...store,
				orders: this.world.count({ stores: [store], by: 'placed', from: 0, to: now + 1, at: now }),
			})),
			platforms: Object.fromEntries([...this.#platforms].map(([name, platform]) => [name, platform.facts()])),
		};
	}

	/**
	 * A new order, placed now (the clock moves on to the next whole second, so that it is news to whoever listens) unless overridden. With
	 * `lives` it goes on by itself; otherwise it waits for `advance`. Throws RangeError for an unknown store or sku.
	 */
	createOrder(storeId: string, overrides: OrderOverrides = {}, lives = false): OrderTruth {
		const next = Math.floor(this.clock.now() / 1000) * 1000 + 1000;
		const ref = this.world.create(this.world.store(storeId), overrides.placedAt === undefined ? next : this.clock.now(), overrides, lives);
		if (overrides.placedAt === undefined) this.clock.set(next);
		this.#tick();
		return this.truthOf(ref);
	}

	/**
	 * Makes something happen to an order now (the clock moves on to the next whole second, as for a new order: what is dated before the last
	 * tick would be told to nobody). Throws RangeError for an unknown order.
	 */
	advanceOrder(storeId: string, id: string, step: StepKind, by?: Step['by']): OrderTruth {
		const ref = this.find(storeId, id);
		const done = this.world.advance(ref, step, Math.floor(this.clock.now() / 1000) * 1000 + 1000, by);
		this.clock.set(done.at);
		this.#tick();
		return this.truthOf(ref);
	}

	/**
	 * A buyer writes about an order of theirs; without an id about the store's newest. Throws RangeError where there is no such order or no chat.
	 * @returns the conversation's id
	 */
	buyerWrites(storeId: string, text: string, orderId?: string, files: readonly SentFile[] = []): string {
		const store = this.world.store(storeId);
		const now = this.clock.now();
		const order =
			orderId === undefined
				? this.world.page({ stores: [store], by: 'placed', from: 0, to: now, at: now, descending: true }, 1).orders[0]
				: this.world.order(this.find(storeId, orderId), now);
		const platform = this.#platform(store.platform);
		if (!order || !platform.buyerWrites) throw new RangeError(`Nobody can write to ${storeId}`);
		return platform.buyerWrites(order, text, files);
	}

	/** Whether all addresses of files in messages have run out. */
	loseFiles(lost: boolean): void {
		this.#files.expired = lost;
	}

	/** Somebody asks about a listing before buying it. Throws RangeError where nobody can. @returns the question's id */
	somebodyAsks(storeId: string, text: string): string {
		const store = this.world.store(storeId);
		const id = this.#platform(store.platform).somebodyAsks?.(store, text);
		if (id === undefined) throw new RangeError(`Nobody can ask ${storeId}`);
		return id;
	}

	/** What was said in a store. Throws RangeError for a platform without a chat. */
	conversations(storeId: string): ConversationTruth[] {
		const store = this.world.store(storeId);
		const found = this.#platform(store.platform).conversations?.(store);
		if (!found) throw new RangeError(`${store.platform} has no chat`);
		return found;
	}

	/** What the world itself lists in a store, whatever was changed through an API. */
	offers(storeId: string): Offer[] {
		return offersOf(this.world.seed, this.world.store(storeId));
	}

	/** The order a platform's own id means. Throws RangeError when there is none. */
	find(storeId: string, id: string): OrderRef {
		const store = this.world.store(storeId);
		const ref = this.#platform(store.platform).findOrder(id);
		if (ref === null || this.world.order(ref, this.clock.now()) === null) throw new RangeError(`No order ${id} in ${storeId}`);
		return ref;
	}

	/** What is true of an order now. Throws RangeError when it does not exist. */
	truthOf(ref: OrderRef): OrderTruth {
		const order = this.world.order(ref, this.clock.now());
		if (order === null) throw new RangeError('No such order');
		const { platform, id: store } = order.store;
		const mounted = this.#platform(platform);
		const id = mounted.orderId(ref);
		return { platform, store, id, ids: order.lines.map((line) => mounted.orderIdOfLine?.(ref, line.number) ?? id), ref, order };
	}

	/** The truth of all orders of a window, oldest first, in pages. */
	truth(window: TruthWindow, limit = 100, after?: Position): { orders: OrderTruth[]; next: Position | null } {
		const page = this.world.page(this.#listing(window), limit, after);
		return { orders: page.orders.map((o) => this.truthOf({ store: o.store.number, index: o.index })), next: page.next };
	}

	count(window: TruthWindow): number {
		return this.world.count(this.#listing(window));
	}

	setClock(change: {
		set?: number | undefined;
		advance?: number | undefined;
		frozen?: boolean | undefined;
		speed?: number | undefined;
	}): ClockState {
		if (change.frozen === true) this.clock.freeze();
		if (change.frozen === false || change.speed !== undefined) this.clock.run(change.speed);
		if (change.set !== undefined) this.clock.set(change.set);
		if (change.advance !== undefined) this.clock.advance(change.advance);
		this.#tick();
		return this.clock.state();
	}

	/** New orders per minute over all stores, from now on. */
	setLive(perMinute: number): void {
		this.#rate(perMinute);
	}

	arm(plan: FaultPlan): ArmedFault {
		return this.faults.arm(plan);
	}

	disarm(id?: number): void {
		this.faults.disarm(id);
	}

	listDeliveries(): DeliveryRecord[] {
		return this.deliveries.list();
	}

	/** Registers an address that is told of changes. */
	addTarget(platform: PlatformName, target: WebhookTarget): void {
		this.#platform(platform).addTarget(target);
	}

	/** Ends access tokens (and with `refresh` the grants). Throws RangeError for an unknown platform. */
	expireTokens(platform: PlatformName, options: { account?: string | undefined; refresh?: boolean | undefined } = {}): void {
		this.#platform(platform).expireTokens(options);
	}

	/** Changes what an application owner sets in the platform's developer console. Throws RangeError for an unknown platform or setting. */
	configure(platform: PlatformName, settings: Record<string, unknown>): void {
		this.#platform(platform).configure(settings);
	}

	/** The most recent calls, oldest first. */
	calls(): readonly LoggedCall[] {
		return this.#calls;
	}

	#platform(name: PlatformName): MountedPlatform {
		const platform = this.#platforms.get(name);
		if (platform === undefined) throw new RangeError(`Platform ${name} is not running`);
		return platform;
	}

	#listing(window: TruthWindow): {
		stores: readonly World['stores'][number][];
		by: 'placed' | 'updated';
		from: number;
		to: number;
		at: number;
	} {
		const stores =
			window.store === undefined
				? this.world.stores.filter((s) =>
						window.platform === undefined ? this.#platforms.has(s.platform) : s.platform === window.platform,
					)
				: [this.world.store(window.store)];
		return { stores, by: window.by, from: window.from, to: window.to, at: this.clock.now() };
	}
}
