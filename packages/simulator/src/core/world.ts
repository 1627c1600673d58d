import { type Change, ChangeIndex } from './changes.ts';
import { findSku } from './catalogue.ts';
import { hashText } from './random.ts';
import { type Listed, type OrderOverrides, orderAt, type SimOrder } from './order.ts';
import { Placement } from './placement.ts';
import { demoStores, type StoreSeed } from './stores.ts';
import { lastStepAt, type Plan, planOf, type Step, type StepKind } from './timeline.ts';

/** Orders made by hand start here, far above any generated index; both below what an id can hold for the store (core/ids.ts). */
const handMadeFrom = (store: number): number => (store > 99 ? 90_000_000 : 900_000_000);
const DAY = 86_400_000;

/** Names one order of the world. */
export interface OrderRef {
	store: number;
	index: number;
}

/** A place in a listing: the next page starts strictly after it. */
export interface Position extends OrderRef {
	time: number;
}

/** A listing over stores by the time of placing or of the last change: `from` included, `to` excluded, as seen at `at`. */
export interface Listing {
	stores: readonly StoreSeed[];
	by: 'placed' | 'updated';
	from: number;
	to: number;
	at: number;
	descending?: boolean | undefined;
	/** Keeps an order when true; sees the steps so far and the plan. */
	accepts?: ((steps: readonly Step[], plan: Plan, store: StoreSeed, ref: OrderRef) => boolean) | undefined;
}

interface StoreState {
	store: StoreSeed;
	placement: Placement;
	changes: ChangeIndex;
	/** Orders made, advanced or otherwise taken out of the plan by hand. */
	byHand: Map<number, { plan: Plan; overrides?: OrderOverrides | undefined }>;
	made: number;
	buyers: number;
}

/** The shape of a world; equal options give the equal world. */
export interface WorldOptions {
	/** A number or words. */
	seed: number | string;
	/** Orders in the past, over all stores: 10 to 10,000,000. */
	size: number;
	/** The instant up to which the past reaches. */
	endsAt: number;
	/** How far the past reaches back. */
	years: number;
	stores?: readonly StoreSeed[] | undefined;
}

/** All orders of all stores, none of them stored: each is a pure function of the seed, its store and its index. */
export class World {
	readonly seed: number;
	readonly size: number;
	readonly endsAt: number;
	readonly stores: readonly StoreSeed[];
	readonly #states = new Map<number, StoreState>();
	/** By store and the seller's code. */
	readonly #listed = new Map<string, Listed>();

	/** Throws RangeError for a size outside 0 … 10,000,000 or without stores. */
	constructor(options: WorldOptions) {
		if (!Number.isInteger(options.size) || options.size < 0 || options.size > 10_000_000)
			throw new RangeError('A world has 0 to 10,000,000 orders');
		this.seed = typeof options.seed === 'number' ? options.seed : hashText(options.seed);
		this.size = options.size;
		this.endsAt = options.endsAt;
		this.stores = options.stores ?? demoStores;
		if (this.stores.length === 0) throw new RangeError('A world needs a store');
		const weights = this.stores.reduce((sum, s) => sum + s.weight, 0);
		let running = 0;
		let given = 0;
		for (const store of this.stores) {
			running += store.weight;
			const upTo = Math.round((options.size * running) / weights);
			const count = upTo - given;
			given = upTo;
			const placement = new Placement({ seed: this.seed, store, count, endsAt: options.endsAt, years: options.years });
			const changes = new ChangeIndex({
				seed: this.seed,
				store: store.number,
				placement,
				bound: Math.floor(12_000_000 / this.stores.length),
			});
			this.#states.set(store.number, {
				store,
				placement,
				changes,
				byHand: new Map(),
				made: 0,
				buyers: Math.max(5, Math.round(count * 0.6)),
			});
		}
	}

	/** The store with the id; throws RangeError when there is none. */
	store(id: string): StoreSeed {
		const store = this.stores.find((s) => s.id === id);
		if (store === undefined) throw new RangeError(`No store ${id}`);
		return store;
	}

	/** The order at the instant, or null when it does not exist (yet). */
	order(ref: OrderRef, at: number): SimOrder | null {
		const state = this.#states.get(ref.store);
		const plan = state === undefined ? null : this.#plan(state, ref.index);
		if (state === undefined || plan === null || (plan.steps[0]?.at ?? Number.POSITIVE_INFINITY) > at) return null;
		return orderAt({
			seed: this.seed,
			store: state.store,
			index: ref.index,
			plan,
			at,
			buyers: state.buyers,
			overrides: state.byHand.get(ref.index)?.overrides,
		});
	}

	/** Positions of a listing in its order, starting after `after`. Lazy: take what a page needs. */
	*scan(listing: Listing, after?: Position): Generator<Position> {
		const sign = listing.descending === true ? -1 : 1;
		const heads: { source: Iterator<Position>; head: Position }[] = [];
		for (const store of listing.stores) {
			const source = this.#scanStore(this.#state(store.number), listing, after);
			const first = source.next();
			if (first.done !== true) heads.push({ source, head: first.value });
		}
		while (heads.length > 0) {
			let best = heads[0];
			for (const candidate of heads) if (best !== undefined && sign * compare(candidate.head, best.head) < 0) best = candidate;
			if (best === undefined) return;
			yield best.head;
			const next = best.source.next();
			if (next.done === true) heads.splice(heads.indexOf(best), 1);
			else best.head = next.value;
		}
	}

	/** One page: the orders and the position to continue after, null at the end. */
	page(listing: Listing, limit: number, after?: Position): { orders: SimOrder[]; next: Position | null } {
		const orders: SimOrder[] = [];
		let last: Position | null = null;
		for (const position of this.scan(listing, after)) {
			if (orders.length === limit) return { orders, next: last };
			const order = this.order(position, listing.at);
			if (order !== null) orders.push(order);
			last = position;
		}
		return { orders, next: null };
	}

	/** How many orders a listing has. Cheap without `accepts`, whatever the window; with it the window is walked. */
	count(listing: Listing): number {
		let count = 0;
		if (listing.accepts !== undefined) {
			for (const _ of this.scan(listing)) count++;
			return count;
		}
		for (const store of listing.stores) {
			const state = this.#state(store.number);
			const to = Math.min(listing.to, listing.at + 1);
			count +=
				listing.by === 'placed'
					? Math.max(0, state.placement.countBefore(to) - state.placement.countBefore(listing.from))
					: state.changes.countLastChanges(listing.from, to, listing.at);
			for (const [index, own] of state.byHand) {
				if (index < handMadeFrom(store.number) && inWindow(this.#generated(state, index).steps, listing)) count--;
				if (inWindow(own.plan.steps, listing)) count++;
			}
		}
		return count;
	}

	/** Everything that happens to a store's orders in (from, to], oldest first. */
	changes(store: StoreSeed, from: number, to: number): Change[] {
		const found = this.plannedChanges(store, from, to).filter((c) => !this.isByHand(store, c.index));
		return [...found, ...this.handChanges(store, from, to)].sort((a, b) => a.step.at - b.step.at || a.index - b.index);
	}

	/** The same for generated orders only, as planned: what was changed by hand since is not considered. */
	plannedChanges(store: StoreSeed, from: number, to: number): Change[] {
		return this.#state(store.number).changes.changes(from, to);
	}

	/** The same for the orders made or changed by hand. */
	handChanges(store: StoreSeed, from: number, to: number): Change[] {
		const found: Change[] = [];
		for (const [index, own] of this.#state(store.number).byHand) {
			for (const step of own.plan.steps) if (step.at > from && step.at <= to) found.push({ store: store.number, index, step });
		}
		return found;
	}

	/** What has happened to an order up to the instant, oldest first; empty when it does not exist. */
	stepsOf(ref: OrderRef, at: number): Step[] {
		const state = this.#states.get(ref.store);
		const plan = state === undefined ? null : this.#plan(state, ref.index);
		return plan === null ? [] : plan.steps.filter((s) => s.at <= at);
	}

	/** The instant of the oldest order of the stores; Infinity when there is none. */
	oldest(stores: readonly StoreSeed[]): number {
		const times = stores.flatMap((store) => {
			const state = this.#state(store.number);
			return [state.placement.placedAt(0), ...[...state.byHand.values()].map((own) => own.plan.steps[0]?.at ?? Number.POSITIVE_INFINITY)];
		});
		return Math.min(...times);
	}

	/** Orders of a store whose first or last step among `kinds`, as seen at `at`, lies in [from, to). Unsorted. */
	decisiveSteps(store: StoreSeed, kinds: ReadonlySet<StepKind>, which: 'first' | 'last', from: number, to: number, at: number): Position[] {
		const state = this.#state(store.number);
		const found: Position[] = [];
		for (const { time, index } of state.changes.decisive(kinds, which, from, to, at))
			if (!state.byHand.has(index)) found.push({ time, store: store.number, index });
		for (const [index, own] of state.byHand) {
			const steps = own.plan.steps.filter((s) => s.at <= at && kinds.has(s.kind));
			const time = (which === 'first' ? steps[0] : steps.at(-1))?.at ?? Number.NaN;
			if (time >= from && time < to) found.push({ time, store: store.number, index });
		}
		return found;
	}

	isByHand(store: StoreSeed, index: number): boolean {
		return this.#state(store.number).byHand.has(index);
	}

	/** From now on new orders appear, `perMinute` over all stores. */
	setRate(at: number, perMinute: number): void {
		const weights = this.stores.reduce((sum, s) => sum + s.weight, 0);
		for (const state of this.#states.values()) {
			state.placement.setRate(Math.max(at, this.endsAt), (perMinute * state.store.weight) / weights);
			state.changes.clear();
		}
	}

	/** What is bought under this code by hand from now on is this listing. */
	noteListed(store: StoreSeed, code: string, listed: Listed): void {
		this.#listed.set(`${store.number} ${code}`, listed);
	}

	/** Whether a product was made through the API. */
	isListed(product: string): boolean {
		return Array.from(this.#listed.values()).some((listed) => listed.product === product);
	}

	/** Makes an order by hand. It is placed and stays so until advanced, or lives the usual life when `lives`. Throws RangeError for an unknown sku. */
	create(store: StoreSeed, at: number, overrides: OrderOverrides = {}, lives = false): OrderRef {
		const state = this.#state(store.number);
		// An order that cannot be rendered must not come into the world: every listing would fail on it.
		for (const line of overrides.lines ?? []) findSku(line.sku);
		const index = handMadeFrom(store.number) + state.made++;
		const placedAt = Math.floor((overrides.placedAt ?? at) / 1000) * 1000;
		const plan = planOf(this.seed, store.number, index, placedAt);
		if (!lives) plan.steps.splice(1);
		if (overrides.lines !== undefined) {
			plan.lineCount = overrides.lines.length;
			plan.split = false;
		}
		const lines = overrides.lines?.map((line) => ({ ...line, listed: this.#listed.get(`${store.number} ${line.sku}`) }));
		state.byHand.set(index, { plan, overrides: { ...overrides, lines } });
		return { store: store.number, index };
	}

	/** Makes the next thing happen to an order now; what was planned for later is given up. Throws RangeError for an unknown order. */
	advance(ref: OrderRef, kind: StepKind, at: number, by?: Step['by']): Step {
		const state = this.#state(ref.store);
		const plan = this.#plan(state, ref.index);
		if (plan === null) throw new RangeError('No such order');
		const steps = plan.steps.filter((s) => s.at <= at);
		// A change is later than the one before, also when the clock stands still.
		const step: Step = { kind, at: Math.max(Math.floor(at / 1000) * 1000, (steps.at(-1)?.at ?? 0) + 1000) };
		if (by !== undefined) step.by = by;
		state.byHand.set(ref.index, { plan: { ...plan, steps: [...steps, step] }, overrides: state.byHand.get(ref.index)?.overrides });
		return step;
	}

	#state(store: number): StoreState {
		const state = this.#states.get(store);
		if (state === undefined) throw new RangeError(`No store with number ${store}`);
		return state;
	}

	#plan(state: StoreState, index: number): Plan | null {
		const own = state.byHand.get(index);
		if (own !== undefined) return own.plan;
		return index >= handMadeFrom(state.store.number) || index < 0 || !Number.isFinite(state.placement.placedAt(index))
			? null
			: this.#generated(state, index);
	}

	#generated(state: StoreState, index: number): Plan {
		return planOf(this.seed, state.store.number, index, state.placement.placedAt(index));
	}

	*#scanStore(state: StoreState, listing: Listing, after: Position | undefined): Generator<Position> {
		const sign = listing.descending === true ? -1 : 1;
		const own: Position[] = [];
		for (const [index, { plan }] of state.byHand) {
			const time = timeOf(plan.steps, listing);
			if (time !== null && inWindow(plan.steps, listing)) own.push({ time, store: state.store.number, index });
		}
		own.sort((a, b) => sign * compare(a, b));
		let next = 0;
		for (const position of this.#scanGenerated(state, listing, after)) {
			if (state.byHand.has(position.index)) continue;
			for (let mine = own[next]; mine !== undefined && sign * compare(mine, position) < 0; mine = own[next]) {
				next++;
				if (this.#keeps(state, listing, mine, after)) yield mine;
			}
			if (this.#keeps(state, listing, position, after)) yield position;
		}
		for (const mine of own.slice(next)) if (this.#keeps(state, listing, mine, after)) yield mine;
	}

	#keeps(state: StoreState, listing: Listing, position: Position, after: Position | undefined): boolean {
		const sign = listing.descending === true ? -1 : 1;
		if (after !== undefined && sign * compare(position, after) <= 0) return false;
		if (listing.accepts === undefined) return true;
		const plan = this.#plan(state, position.index);
		return (
			plan !== null &&
			listing.accepts(
				plan.steps.filter((s) => s.at <= listing.at),
				plan,
				state.store,
				position,
			)
		);
	}

	*#scanGenerated(state: StoreState, listing: Listing, after: Position | undefined): Generator<Position> {
		const from = listing.descending === true ? listing.from : Math.max(listing.from, after?.time ?? Number.NEGATIVE_INFINITY);
		const upper = Math.min(listing.to, listing.at + 1);
		const to = listing.descending === true ? Math.min(upper, (after?.time ?? Number.POSITIVE_INFINITY) + 1) : upper;
		const store = state.store.number;
		if (to <= from) return;
		if (listing.by === 'placed') {
			const first = state.placement.countBefore(from);
			const end = state.placement.countBefore(to);
			for (let i = 0; i < end - first; i++) {
				const index = listing.descending === true ? end - 1 - i : first + i;
				yield { time: state.placement.placedAt(index), store, index };
			}
			return;
		}
		// Nothing changed before the oldest order was placed: skip the empty years.
		const start = Math.max(from, state.placement.placedAt(0));
		if (!Number.isFinite(start)) return;
		const firstDay = Math.floor(start / DAY);
		const endDay = Math.ceil(to / DAY);
		for (let i = 0; i < endDay - firstDay; i++) {
			const day = listing.descending === true ? endDay - 1 - i : firstDay + i;
			const found = state.changes.lastChanges(Math.max(from, day * DAY), Math.min(to, (day + 1) * DAY), listing.at);
			if (listing.descending === true) found.reverse();
			for (const { time, index } of found) yield { time, store, index };
		}
	}
}

/** The order of all listings: time, then store, then index. */
export function compare(a: Position, b: Position): number {
	return a.time - b.time || a.store - b.store || a.index - b.index;
}

function timeOf(steps: readonly Step[], listing: Listing): number | null {
	const first = steps[0];
	if (first === undefined || first.at > listing.at) return null;
	return listing.by === 'placed' ? first.at : (lastStepAt(steps, listing.at)?.at ?? null);
}

function inWindow(steps: readonly Step[], listing: Listing): boolean {
	const time = timeOf(steps, listing);
	return time !== null && time >= listing.from && time < listing.to;
}
