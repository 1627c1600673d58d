import { setTimeout as sleep } from 'node:timers/promises';
import type { Control, OrderTruth, StepKind } from '@pangea/simulator';

/** What can happen next to an order, by what happened last. */
const NEXT: Readonly<Partial<Record<StepKind, readonly StepKind[]>>> = {
	placed: ['paid', 'paid', 'paid', 'cancelled'],
	paid: ['released', 'released', 'cancelRequested'],
	cancelRequested: ['cancelled'],
	released: ['shipped', 'shipped', 'shipped', 'cancelled'],
	shipped: ['collected'],
	shippedRest: ['collected'],
	collected: ['delivered', 'touched'],
	touched: ['delivered'],
	delivered: ['completed', 'returnRequested'],
	returnRequested: ['returnApproved', 'returnRejected'],
	returnApproved: ['returnShipped'],
	returnShipped: ['returnReceived'],
	returnReceived: ['refunded'],
	returnRejected: ['completed'],
};

/** Numbers from 0 to below 1 that a seed repeats. */
export type Chance = () => number;

export function chanceOf(seed: number): Chance {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 4_294_967_296;
	};
}

export function pick<T>(chance: Chance, from: readonly T[]): T {
	const found = from[Math.floor(chance() * from.length)];
	if (found === undefined) throw new RangeError('Nothing to pick from');
	return found;
}

/** Makes things happen in the world: orders are placed in all stores and go on with their lives. */
export class Stirrer {
	readonly #control: Control;
	readonly #chance: Chance;
	readonly #alive: { store: string; id: string; last: StepKind; split: boolean }[] = [];
	#next = 0;

	constructor(control: Control, chance: Chance) {
		this.#control = control;
		this.#chance = chance;
	}

	/** At least so many changes, one each `pause` milliseconds of the machine, until `enough` says so; every store has its turn. */
	async stir(changes: number, pause: number, enough: () => boolean): Promise<void> {
		for (let i = 0; i < changes || !enough(); i++) {
			if (this.#alive.length < 20 || this.#chance() < 0.5) this.#place();
			else this.#advance();
			await sleep(pause);
		}
	}

	#place(): void {
		const { stores } = this.#control.world;
		const store = stores[this.#next++ % stores.length];
		if (store === undefined) throw new RangeError('A world needs a store');
		this.#keep(this.#control.createOrder(store.id), 'placed');
	}

	#advance(): void {
		const [order] = this.#alive.splice(Math.floor(this.#chance() * this.#alive.length), 1);
		if (order === undefined) return;
		const step = order.last === 'shipped' && order.split ? 'shippedRest' : pick(this.#chance, NEXT[order.last] ?? []);
		this.#keep(this.#control.advanceOrder(order.store, order.id, step), step);
	}

	#keep({ store, id, order }: OrderTruth, last: StepKind): void {
		if (NEXT[last] !== undefined) this.#alive.push({ store, id, last, split: order.status === 'partlyShipped' });
	}
}
