import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isPlatformId, PLATFORM_IDS, type PlatformId } from '@pangea/domain';
import type { Database } from '@pangea/db';
import type { PlatformAdapter } from '@pangea/platform-contract';
import { createKeyring, DEFAULT_OPTIONS, openReplayStore, replayDocuments, type ReplayRecord, ReplayTargetError } from '@pangea/sync';
import type { MasterKey } from '@pangea/vault';
import { DocumentError, openDocuments } from './documents.ts';

export const USAGE = `Usage: npm run replay -- --platform PLATFORM [options] PATH…

Feeds stored platform answers through the reader and the writer that live ones go through, and says what became of every record.

  PATH                files, folders, files with one JSON document a line, or - for standard input
  --platform NAME     ${PLATFORM_IDS.join(', ')}
  --store ID          into this store; without it a store of the workspace "Replay" is used
  --workspace ID      into a store of this workspace
  --site ID           market of documents that do not name theirs, e.g. MLB or ATVPDKIKX0DER
  --help

One line a record: what became of it, its id, the document with the record's place in it, the cause. What may become of it: new, changed,
unchanged, older (than what is stored), quarantined (kept with its cause), noOrders (an order document without one), notAnOrderDocument.

Ends with 0 when a document was read, with 1 when none was one of orders or the run broke off, with 2 for a command that cannot be run.
`;

export interface ReplayCommand {
	platform: PlatformId;
	storeId?: string;
	workspaceId?: string;
	siteId?: string;
	paths: string[];
}

export class UsageError extends Error {
	override name = 'UsageError';
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the command line; null when help was asked for. @throws UsageError with a sentence. */
export function readCommand(args: string[], folder: string): ReplayCommand | null {
	let parsed;
	try {
		parsed = parseArgs({
			args,
			allowPositionals: true,
			options: {
				platform: { type: 'string' },
				store: { type: 'string' },
				workspace: { type: 'string' },
				site: { type: 'string' },
				help: { type: 'boolean', default: false },
			},
		});
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
	const { values, positionals } = parsed;
	if (values.help) return null;
	if (values.platform === undefined) throw new UsageError(`--platform is missing: name one of ${PLATFORM_IDS.join(', ')}.`);
	if (!isPlatformId(values.platform)) {
		throw new UsageError(`--platform ${JSON.stringify(values.platform)} is none of ${PLATFORM_IDS.join(', ')}.`);
	}
	for (const name of ['store', 'workspace'] as const) {
		const value = values[name];
		if (value !== undefined && !UUID.test(value))
			throw new UsageError(`--${name} must be an id such as 0198c5e2-7d3a-7b1c-9a34-5f2b8e6d1c07.`);
	}
	if (positionals.length === 0) throw new UsageError('No path is given: name files or folders, or - for standard input.');
	return {
		platform: values.platform,
		...(values.store === undefined ? {} : { storeId: values.store }),
		...(values.workspace === undefined ? {} : { workspaceId: values.workspace }),
		...(values.site === undefined ? {} : { siteId: values.site }),
		paths: positionals.map((path) => (path === '-' || isAbsolute(path) ? path : resolve(folder, path))),
	};
}

export interface ReplaySurroundings {
	database: Database;
	master: MasterKey;
	registry: ReadonlyMap<PlatformId, PlatformAdapter>;
	input: AsyncIterable<Buffer>;
	out(text: string): void;
}

/** Documents were fed and none of them was one of orders; the message is a sentence for the person. */
export class NothingReadError extends Error {
	override name = 'NothingReadError';
}

/**
 * Runs the command and prints a line a record and a summary.
 * @throws UsageError for paths, stores and sites that do not exist; NothingReadError after the summary.
 */
export async function runReplay(command: ReplayCommand, around: ReplaySurroundings): Promise<Map<ReplayRecord['became'], number>> {
	const { database, registry } = around;
	const keys = createKeyring(database, around.master, DEFAULT_OPTIONS.keyRefreshSeconds * 1000);
	const engine = { database, registry, keys, options: DEFAULT_OPTIONS, now: () => new Date() };
	const counts = new Map<ReplayRecord['became'], number>();
	const causes = new Map<string, number>();
	try {
		const ids = await openReplayStore(engine, command);
		for await (const record of replayDocuments(engine, ids, openDocuments(command.paths, around.input))) {
			counts.set(record.became, (counts.get(record.became) ?? 0) + 1);
			if (record.cause !== undefined) causes.set(record.cause, (causes.get(record.cause) ?? 0) + 1);
			around.out(`${[record.became, record.externalId ?? '-', placeOf(record), record.cause ?? ''].map(oneField).join('\t').trimEnd()}\n`);
		}
		around.out(`\nWorkspace ${ids.workspaceId}, store ${ids.storeId}\n`);
	} catch (error) {
		if (error instanceof DocumentError || error instanceof ReplayTargetError) throw new UsageError(error.message);
		throw error;
	}
	const total = [...counts.values()].reduce((a, b) => a + b, 0);
	around.out(`${total} records: ${[...counts].map(([became, n]) => `${n} ${became}`).join(', ') || 'none'}\n`);
	for (const [cause, n] of [...causes].sort((a, b) => b[1] - a[1])) around.out(`  ${n} × ${oneField(cause)}\n`);
	if (total === (counts.get('notAnOrderDocument') ?? 0)) {
		const name = registry.get(command.platform)?.manifest.name ?? command.platform;
		throw new NothingReadError(`Nothing was read: what was given holds no order answer of ${name}.`);
	}
	return counts;
}

function placeOf({ document, part }: ReplayRecord): string {
	return part === undefined ? document : `${document} ${part}`;
}

function oneField(text: string): string {
	return text.replace(/\s+/g, ' ');
}
