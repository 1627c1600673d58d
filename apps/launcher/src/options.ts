import { parseArgs } from 'node:util';
import { resolve } from 'node:path';

export interface LauncherOptions {
	/** Folder of the database and the keys. */
	data: string;
	/** Deletes the folder first. */
	fresh: boolean;
	/** First port to try. */
	port: number;
	/** Run the simulator with the demo seller. */
	demo: boolean;
	/** Orders in the demo world. */
	orders: number;
	/** New demo orders a minute. */
	live: number;
	/** An existing PostgreSQL instead of the embedded one. */
	databaseUrl: string | null;
}

export class UsageError extends Error {
	override name = 'UsageError';
}

export const HELP = `Usage: npm start -- [options]

  --fresh           start afresh: deletes the data folder (embedded database, keys, demo); not with DATABASE_URL
  --port N          first port to try (default 4780)
  --data FOLDER     where data are kept (default .data beside the program)
  --no-demo         no simulator and no demo seller: only your own stores
  --orders N        orders in the demo world (default 20000, 10 to 10000000)
  --live N          new demo orders a minute (default 6, 0 for none)
  --help

DATABASE_URL        uses an existing PostgreSQL, 15 or newer, instead of the embedded one
`;

/** @throws UsageError with a sentence for the person. */
export function readOptions(args: string[], env: Readonly<Record<string, string | undefined>>, home: string): LauncherOptions {
	let values;
	try {
		({ values } = parseArgs({
			args,
			options: {
				fresh: { type: 'boolean', default: false },
				port: { type: 'string', default: env['PANGEA_PORT'] ?? '4780' },
				data: { type: 'string', default: env['PANGEA_DATA'] ?? resolve(home, '.data') },
				'no-demo': { type: 'boolean', default: false },
				orders: { type: 'string', default: '20000' },
				live: { type: 'string', default: '6' },
				help: { type: 'boolean', default: false },
			},
		}));
	} catch (error) {
		throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
	}
	if (values.help) throw new UsageError(HELP);
	const databaseUrl = env['DATABASE_URL']?.trim() || null;
	if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
		throw new UsageError('DATABASE_URL must look like postgres://user:password@host:5432/database.');
	}
	if (values.fresh && databaseUrl !== null) {
		throw new UsageError(
			'--fresh deletes the embedded database only, never the one that DATABASE_URL names. Drop and create that one yourself, then start without --fresh.',
		);
	}
	return {
		data: resolve(values.data),
		fresh: values.fresh,
		port: wholeNumber('--port', values.port, 1, 65_535),
		demo: !values['no-demo'],
		orders: wholeNumber('--orders', values.orders, 10, 10_000_000),
		live: wholeNumber('--live', values.live, 0, 6000),
		databaseUrl,
	};
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
	const n = Number(text);
	if (!Number.isInteger(n) || n < least || n > most)
		throw new UsageError(`${name} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`);
	return n;
}
