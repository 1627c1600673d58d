import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderTruth, StepKind } from '@pangea/simulator';
import type { ControlDoor } from '../checker/index.ts';
import type { Seeded } from './seeded.ts';

type Turn = { step: StepKind; by?: 'buyer' | 'seller' | 'platform' };

const SOLD: Turn[] = [{ step: 'paid' }, { step: 'released' }];
const SENT: Turn[] = [...SOLD, { step: 'shipped' }, { step: 'collected' }, { step: 'delivered' }];
/** What may become of an order. */
const LIVES: readonly (readonly Turn[])[] = [
	[...SENT, { step: 'completed' }],
	[...SENT, { step: 'completed' }],
	[
		...SENT,
		{ step: 'returnRequested' },
		{ step: 'returnApproved' },
		{ step: 'returnShipped' },
		{ step: 'returnReceived' },
		{ step: 'refunded' },
	],
	[...SENT, { step: 'returnRequested' }, { step: 'returnRejected' }, { step: 'completed' }],
	[{ step: 'paid' }, { step: 'cancelRequested', by: 'buyer' }, { step: 'cancelled', by: 'buyer' }],
	[...SOLD, { step: 'cancelled', by: 'seller' }],
	[{ step: 'cancelled', by: 'platform' }],
];

interface Living {
	store: string;
	id: string;
	left: Turn[];
}

/** Buyers: new orders, and things that happen to the ones before, each told by the platforms' pushes. About one a second. */
export class Traffic {
	readonly #door: ControlDoor;
	readonly #stores: readonly string[];
	readonly #random: Seeded;
	readonly #living: Living[] = [];
	#running = false;
	#ended: Promise<void> = Promise.resolve();
	/** Orders made and things that happened to them. */
	happened = 0;

	constructor(door: ControlDoor, stores: readonly string[], random: Seeded) {
		this.#door = door;
		this.#stores = stores;
		this.#random = random;
	}

	start(): void {
		if (this.#running) return;
		this.#running = true;
		this.#ended = this.#flow();
	}

	/** @throws Error when the simulator refused something. */
	async stop(): Promise<void> {
		this.#running = false;
		await this.#ended;
	}

	/** Makes one thing happen. */
	async once(): Promise<void> {
		this.happened++;
		if (this.#living.length < 3 || this.#random.chance(0.3)) {
			const store = this.#random.pick(this.#stores);
			const made = (await this.#door.post('/orders', { store })) as OrderTruth;
			this.#living.push({ store, id: made.id, left: [...this.#random.pick(LIVES)] });
			return;
		}
		const index = this.#random.whole(0, this.#living.length - 1);
		const one = this.#living[index];
		const turn = one?.left.shift();
		if (!one || !turn) return;
		const after = (await this.#door.post('/orders/advance', { store: one.store, id: one.id, ...turn })) as OrderTruth;
		// What goes in two parcels goes in two steps.
		if (turn.step === 'shipped' && after.order.status === 'partlyShipped') one.left.unshift({ step: 'shippedRest' });
		if (one.left.length === 0) this.#living.splice(index, 1);
	}

	async #flow(): Promise<void> {
		while (this.#running) {
			await this.once();
			// Making something happen moves the simulated clock on to the next second, so not faster than that.
			await sleep(this.#random.between(1000, 1400));
		}
	}
}
