import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Buckets } from '../src/core/buckets.ts';
import { Clock } from '../src/core/clock.ts';
import { scanSteps } from '../src/core/events.ts';
import { IdSpace } from '../src/core/ids.ts';
import { allocate, decimal } from '../src/core/money.ts';
import type { StepKind } from '../src/core/timeline.ts';
import { LIFETIME } from '../src/core/timeline.ts';
import { type Listing, type Position, World } from '../src/core/world.ts';

const AT = Date.parse('2026-11-22T12:34:56Z');
const DAY = 86_400_000;
const world = (size = 3_000, seed = 7): World => new World({ seed, size, endsAt: AT, years: 0.5 });

/** Every reference by brute force: looks at each order of each store. */
function bruteForce(w: World, counts: Map<number, number>, listing: Listing): string[] {
	const found: Position[] = [];
	for (const store of listing.stores) {
		const indices = [...Array(counts.get(store.number) ?? 0).keys(), ...Array.from({ length: 20 }, (_, i) => 900_000_000 + i)];
		for (const index of indices) {
			const order = w.order({ store: store.number, index }, listing.at);
			const time = listing.by === 'placed' ? order?.placedAt : order?.updatedAt;
			if (time !== undefined && time >= listing.from && time < listing.to) found.push({ time, store: store.number, index });
		}
	}
	return found.sort((a, b) => a.time - b.time || a.store - b.store || a.index - b.index).map((p) => `${p.store}:${p.index}`);
}

function storeCounts(w: World): Map<number, number> {
	return new Map(w.stores.map((s) => [s.number, w.count({ stores: [s], by: 'placed', from: 0, to: AT * 2, at: AT * 2 })]));
}

describe('a world', () => {
	it('is the same for the same seed and another for another seed', () => {
		const ref = { store: 11, index: 40 };
		expect(JSON.stringify(world().order(ref, AT))).toBe(JSON.stringify(world().order(ref, AT)));
		expect(JSON.stringify(world().order(ref, AT))).not.toBe(JSON.stringify(world(3_000, 8).order(ref, AT)));
	});

	it('has exactly the orders it was asked for', () => {
		for (const size of [0, 10, 999, 20_000])
			expect(
				new World({ seed: 1, size, endsAt: AT, years: 1 }).count({ stores: world().stores, by: 'placed', from: 0, to: AT + 1, at: AT }),
			).toBe(size);
	});

	it('refuses impossible sizes', () => {
		expect(() => world(-1)).toThrow(RangeError);
		expect(() => world(10_000_001)).toThrow(RangeError);
	});

	it('places orders in order of their index and never changes one after thirty days', () => {
		const w = world();
		for (const store of w.stores) {
			let before = 0;
			for (let index = 0; ; index++) {
				const steps = w.stepsOf({ store: store.number, index }, Number.MAX_SAFE_INTEGER);
				const first = steps[0];
				if (first === undefined) break;
				expect(first.at).toBeGreaterThanOrEqual(before);
				expect(first.at).toBeLessThanOrEqual(AT);
				before = first.at;
				for (const [i, step] of steps.entries()) expect(i === 0 || step.at > (steps[i - 1]?.at ?? 0)).toBe(true);
				expect((steps.at(-1)?.at ?? 0) - first.at).toBeLessThanOrEqual(LIFETIME);
			}
		}
	});

	it('sells more in the evening than at night of the store, whatever its zone', () => {
		const w = new World({ seed: 3, size: 20_000, endsAt: AT, years: 1 });
		for (const id of ['amazon-jp', 'tiktok-th', 'amazon-de']) {
			const store = w.store(id);
			const hours = Array.from({ length: 24 }, () => 0);
			for (const p of w.scan({ stores: [store], by: 'placed', from: 0, to: AT, at: AT })) {
				const hour = Temporal.Instant.fromEpochMilliseconds(p.time).toZonedDateTimeISO(store.zone).hour;
				hours[hour] = (hours[hour] ?? 0) + 1;
			}
			expect(hours[20]!).toBeGreaterThan(hours[4]! * 4);
		}
	});

	it('gives amounts that add up', () => {
		const w = world();
		for (const position of w.scan({ stores: w.stores, by: 'placed', from: 0, to: AT, at: AT })) {
			const order = w.order(position, AT)!;
			const lines = order.lines.reduce((sum, l) => sum + l.net + l.tax + l.shipping + l.shippingTax, 0);
			expect(lines - order.shippingSellerDiscount).toBe(order.total);
			for (const line of order.lines) expect(line.unitPrice * line.quantity - line.sellerDiscount - line.platformDiscount).toBe(line.net);
			expect(order.lines.every((l) => Number.isSafeInteger(l.net) && l.net > 0)).toBe(true);
		}
	});

	it('lists each order once over all pages, as many as it counts, for any window, direction and page size', () => {
		const w = world();
		const counts = storeCounts(w);
		w.create(w.store('tiktok-us'), AT - 3 * DAY);
		w.create(w.store('amazon-us'), AT - 1000, { placedAt: AT - 40 * DAY }, true);
		w.advance({ store: 11, index: 5 }, 'touched', AT - DAY);
		w.advance({ store: 1, index: 400 }, 'cancelled', AT - 2 * DAY);
		fc.assert(
			fc.property(
				fc.record({
					by: fc.constantFrom('placed' as const, 'updated' as const),
					start: fc.integer({ min: 0, max: 200 * 24 }),
					length: fc.integer({ min: 0, max: 100 * 24 }),
					back: fc.integer({ min: -5, max: 60 * 24 }),
					descending: fc.boolean(),
					size: fc.integer({ min: 1, max: 90 }),
					stores: fc.subarray([...w.stores], { minLength: 1 }),
				}),
				({ by, start, length, back, descending, size, stores }) => {
					const from = AT - start * 3_600_000;
					const listing: Listing = { stores, by, from, to: from + length * 3_600_000, at: AT - back * 3_600_000, descending };
					const truth = bruteForce(w, counts, listing);
					const got: string[] = [];
					let after: Position | undefined;
					do {
						const page = w.page(listing, size, after);
						expect(page.orders.length).toBeLessThanOrEqual(size);
						got.push(...page.orders.map((o) => `${o.store.number}:${o.index}`));
						after = page.next ?? undefined;
					} while (after !== undefined);
					expect(got).toEqual(descending ? truth.toReversed() : truth);
					expect(w.count(listing)).toBe(truth.length);
				},
			),
			{ numRuns: 60 },
		);
	});

	it('counts the same with a filter as without one that keeps all', () => {
		const w = world();
		const listing: Listing = { stores: w.stores, by: 'updated', from: AT - 100 * DAY, to: AT, at: AT };
		expect(w.count({ ...listing, accepts: () => true })).toBe(w.count(listing));
		expect(w.count({ ...listing, accepts: () => false })).toBe(0);
	});

	it('finds exactly the orders with a return in a window', () => {
		const w = world();
		const kinds: StepKind[] = ['returnRequested', 'returnApproved', 'returnRejected', 'returnShipped', 'returnReceived', 'refunded'];
		const truth: string[] = [];
		for (const p of w.scan({ stores: w.stores, by: 'placed', from: 0, to: AT, at: AT })) {
			const back = w.order(p, AT)?.return;
			if (back !== null && back !== undefined && back.updatedAt >= AT - 50 * DAY && back.updatedAt < AT - 10 * DAY)
				truth.push(`${p.store}:${p.index}`);
		}
		const found = [...scanSteps(w, { stores: w.stores, kinds, which: 'last', from: AT - 50 * DAY, to: AT - 10 * DAY, at: AT })];
		expect(truth.length).toBeGreaterThan(5);
		expect(found.map((p) => `${p.store}:${p.index}`).sort()).toEqual(truth.sort());
		expect(found.map((p) => p.time)).toEqual(found.map((p) => p.time).toSorted((a, b) => a - b));
	});

	it('goes on after the clock passes its end, at the rate set, without changing the past', () => {
		const w = world();
		const all: Listing = { stores: w.stores, by: 'placed', from: 0, to: AT * 2, at: AT + DAY };
		expect(w.count(all)).toBe(3_000);
		w.setRate(AT, 2);
		const hour = w.count({ ...all, at: AT + 3_600_000 }) - 3_000;
		expect(hour).toBeGreaterThan(80);
		expect(hour).toBeLessThan(160);
		w.setRate(AT + 3_600_000, 0);
		expect(w.count(all) - 3_000).toBeLessThanOrEqual(hour + 20);
		const later = w.count(all);
		w.setRate(AT + 7_200_000, 60);
		expect(w.count({ ...all, at: AT + 7_200_000 - 1 })).toBe(later);
		const listed = [...w.scan(all)];
		expect(new Set(listed.map((p) => `${p.store}:${p.index}`)).size).toBe(w.count(all));
		expect(listed.every((p, i) => i === 0 || p.time >= listed[i - 1]!.time)).toBe(true);
	});

	it('answers first, deep and window questions of ten million orders in bounded memory', () => {
		const out = execFileSync(process.execPath, [fileURLToPath(new URL('big-world.ts', import.meta.url))], { encoding: 'utf8' });
		const facts = JSON.parse(out) as Record<string, number>;
		expect(facts['count']).toBe(10_000_000);
		expect(facts['first']).toBe(100);
		expect(facts['deep']).toBe(100);
		expect(facts['updated']).toBe(100);
		expect(facts['parts']).toBe(facts['window']);
		expect(facts['rssMegabytes']).toBeLessThan(500);
		expect(facts['slowestPageMilliseconds']).toBeLessThan(5_000);
	}, 120_000);
});

describe('ids', () => {
	it('are read back to the order and part they stand for', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 10_000 }),
				fc.integer({ min: 1, max: 99 }),
				fc.integer({ min: 0, max: 999_999_999 }),
				fc.integer({ min: 0, max: 63 }),
				(salt, store, index, part) => {
					const space = new IdSpace({ digits: 14, parts: 64, salt });
					const id = space.encode(store, index, part);
					expect(id).toMatch(/^\d{14}$/);
					expect(space.decode(id)).toEqual({ store, index, part });
				},
			),
		);
	});

	it('refuse a space that is too small and texts that are no ids', () => {
		expect(() => new IdSpace({ digits: 11, parts: 2, salt: 1 })).toThrow(RangeError);
		const space = new IdSpace({ digits: 14, salt: 1 });
		for (const text of ['', '12', '1234567890123x', '123456789012345']) expect(space.decode(text)).toBeNull();
	});
});

describe('money', () => {
	it('is written with the decimals of its currency', () => {
		expect([decimal(1234, 'USD'), decimal(5, 'EUR'), decimal(1234, 'JPY'), decimal(-5, 'BRL'), decimal(990_00, 'COP')]).toEqual([
			'12.34',
			'0.05',
			'1234',
			'-0.05',
			'990.00',
		]);
	});

	it('is shared out to the last unit', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 1e9 }),
				fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 }),
				(total, weights) => {
					expect(allocate(total, weights).reduce((a, b) => a + b, 0)).toBe(total);
				},
			),
		);
	});
});

describe('the clock', () => {
	it('stands when frozen, moves when told and tells its listeners', () => {
		const clock = new Clock({ at: AT, frozen: true });
		let told = 0;
		const stop = clock.onChange(() => told++);
		expect(clock.now()).toBe(AT);
		clock.advance(5_000);
		clock.set(clock.now() + 1);
		expect(clock.now()).toBe(AT + 5_001);
		stop();
		clock.advance(1);
		expect(told).toBe(2);
	});

	it('runs as fast as it is told', async () => {
		const clock = new Clock({ at: AT, speed: 10_000 });
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(clock.now() - AT).toBeGreaterThan(100_000);
	});
});

describe('a token bucket', () => {
	it('gives its burst at once and then what flows in', () => {
		let now = AT;
		const buckets = new Buckets(() => now);
		const plan = { rate: 0.5, burst: 3 };
		const passed = (): boolean => buckets.take('key', plan).allowed;
		expect([passed(), passed(), passed(), passed()]).toEqual([true, true, true, false]);
		expect(buckets.take('key', plan).wait).toBe(2_000);
		now += 2_000;
		expect([passed(), passed()]).toEqual([true, false]);
		expect(buckets.take('other', plan).allowed).toBe(true);
	});
});
