import { parseArgs } from 'node:util';
import { z } from 'zod';
import { demoStores, startSimulator } from './index.ts';

/**
 * Command line: every option may be given as `--name=value` or as SIMULATOR_NAME. Prints one line of JSON, `{"url", "platforms"}`, when
 * it is ready, and ends on SIGTERM or SIGINT.
 */
const number = z.coerce.number();
const options = z.object({
	/** Port on the loopback interface; 0 takes a free one. */
	port: number.int().min(0).max(65_535).default(4010),
	/** Words or a number: equal seeds give equal worlds. */
	seed: z.string().default('pangea'),
	/** Orders in the past, over all stores. */
	size: number.int().min(0).max(10_000_000).default(20_000),
	/** How far the past reaches back. */
	years: number.positive().max(20).default(1),
	/** New orders per minute. */
	live: number.min(0).default(6),
	/** When the past ends and new orders begin, ISO 8601: equal instants give equal worlds across restarts. Without it, the clock's first reading. */
	since: z.iso.datetime({ offset: true }).optional(),
	/** First reading of the clock, ISO 8601; without it, real time. */
	at: z.iso.datetime({ offset: true }).optional(),
	/** Simulated seconds per real second. */
	speed: number.positive().default(1),
	/** Multiplies the waits between webhook attempts. */
	'delivery-scale': number.positive().default(1),
	/** Variants that a store lists beside the catalogue, `tiktok-gb:100000`. */
	shelf: z
		.string()
		.regex(/^[a-z0-9-]+:\d{1,6}$/)
		.optional(),
});

const names = Object.keys(options.shape);
const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])) });
const given = Object.fromEntries(
	names.map((name) => [name, values[name] ?? process.env[`SIMULATOR_${name.toUpperCase().replace('-', '_')}`]]),
);
const parsed = options.safeParse(given);
if (!parsed.success) {
	process.stderr.write(`${z.prettifyError(parsed.error)}\n`);
	process.exit(2);
}
const { port, seed, size, years, live, since, at, speed, 'delivery-scale': deliveryScale, shelf } = parsed.data;
const [shelved, count] = shelf?.split(':') ?? [];
const simulator = await startSimulator({
	port,
	seed,
	size,
	years,
	live,
	since: since === undefined ? undefined : Date.parse(since),
	deliveryScale,
	stores: demoStores.map((store) => (store.id === shelved ? { ...store, shelf: Number(count) } : store)),
	clock: { at: at === undefined ? undefined : Date.parse(at), speed },
});
const ready = { url: simulator.url, platforms: simulator.platforms };
process.stdout.write(`${JSON.stringify(ready)}\n`);
// A parent process that gave us a channel hears it there too, and takes us with it when it ends.
process.send?.({ ready });

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
	process.on(signal, () => {
		if (stopping) return;
		stopping = true;
		void simulator.stop().then(() => process.exit(0));
	});
}
