import { World } from '../src/core/world.ts';

// Run as a process of its own, so that its memory is its own. Prints what it found as one line of JSON.
const at = Date.parse('2026-11-22T12:34:56Z');
const day = 86_400_000;
const world = new World({ seed: 1, size: 10_000_000, endsAt: at, years: 2 });
const all = { stores: world.stores, by: 'placed' as const, from: 0, to: at + 1, at };
let slowest = 0;
const timed = <T>(work: () => T): T => {
	const start = performance.now();
	const result = work();
	slowest = Math.max(slowest, performance.now() - start);
	return result;
};
const count = world.count(all);
const first = timed(() => world.page(all, 100)).orders.length;
const deep = timed(() => world.page(all, 100, { time: at - 300 * day, store: 1, index: 1_000_000 })).orders.length;
const big = world.store('amazon-us');
let updated = 0;
let after: { time: number; store: number; index: number } | undefined = { time: at - 200 * day, store: big.number, index: 0 };
for (let i = 0; i < 20; i++) {
	const page = timed(() => world.page({ ...all, stores: [big], by: 'updated', from: at - 400 * day }, 100, after));
	updated = page.orders.length;
	after = page.next ?? undefined;
}
const window = world.count({ ...all, by: 'updated', from: at - 90 * day, to: at - 5 * day });
let parts = 0;
for (let d = 90; d > 5; d -= 17) parts += world.count({ ...all, by: 'updated', from: at - d * day, to: at - (d - 17) * day });
process.stdout.write(
	JSON.stringify({
		count,
		first,
		deep,
		updated,
		window,
		parts,
		slowestPageMilliseconds: Math.round(slowest),
		rssMegabytes: Math.round(process.memoryUsage.rss() / 1e6),
	}),
);
