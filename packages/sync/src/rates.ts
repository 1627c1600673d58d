import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { addRates, rateNeeds } from '@pangea/db';
import { addMillis, isDay, isRate, type Rate, RateFileError, readRateFile } from '@pangea/domain';
import { createPlatformHttp, PlatformError } from '@pangea/platform-contract';
import { unzipSync } from 'fflate';
import type { Engine } from './engine.ts';

const DAY = 86_400_000;
/** Rates reach back so far before the first order, so that the first days have a last known one. */
const BEFORE_FIRST = 31 * DAY;
/** A source may correct what it said lately. */
const READ_AGAIN = 30 * DAY;
/** No source is silent for longer. */
const HOLIDAYS = 7 * DAY;
const TIMEOUT = 60_000;
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_UNPACKED = 32 * 1024 * 1024;

/**
 * Reads what the sources have said since the last time and keeps it. A source that cannot be read leaves the other's rates standing.
 * @throws RateFileError or PlatformError of the first source that failed, after the other was read; the job repeats it
 */
export async function fetchRates(
	engine: Pick<Engine, 'database' | 'now' | 'rates' | 'log'>,
	workspaceId: string,
	signal: AbortSignal,
): Promise<{ ecb: number; second: number }> {
	const { ecb, second } = engine.rates;
	const added = { ecb: 0, second: 0 };
	if (ecb === null && second === null) return added;
	const needs = await engine.database.inWorkspace(workspaceId, rateNeeds);
	const start = addMillis(needs.firstOrderAt ?? engine.now().toISOString(), -BEFORE_FIRST).slice(0, 10);
	const from = (source: Rate['source']): string => {
		const told = needs.known.get(source);
		const latest = told && addMillis(`${told.newest}T00:00:00.000Z`, -READ_AGAIN).slice(0, 10);
		// A history that was read further back since wants older rates. Their first day may be a holiday.
		const reachesBack = told !== undefined && told.oldest <= addMillis(`${start}T00:00:00.000Z`, HOLIDAYS).slice(0, 10);
		return latest !== undefined && reachesBack && latest > start ? latest : start;
	};
	const keep = (rates: readonly Rate[]): Promise<number> =>
		engine.database.inWorkspace(workspaceId, (scope) => addRates(scope, rates, null));
	const failures: unknown[] = [];
	const attempt = async (work: () => Promise<void>): Promise<void> => work().catch((error: unknown) => void failures.push(error));
	let covered = new Set<string>(['EUR']);
	if (ecb !== null) {
		await attempt(async () => {
			const rates = readRateFile(csvIn(await read(ecb, 'text/csv, application/zip', signal)));
			const since = from('ecb');
			added.ecb = await keep(rates.filter((r) => r.day >= since));
			const last = rates.reduce((latest, r) => (r.day > latest ? r.day : latest), '');
			covered = new Set(['EUR', ...rates.filter((r) => r.day === last).map((r) => r.currency)]);
		});
	}
	const lacking = needs.currencies.filter((c) => !covered.has(c));
	if (second !== null && lacking.length > 0) {
		await attempt(async () => {
			const url = new URL(second);
			url.searchParams.set('base', 'EUR');
			url.searchParams.set('quotes', lacking.join(','));
			url.searchParams.set('from', from('second'));
			added.second = await keep(readRateRows((await read(url.href, 'application/x-ndjson, application/json', signal)).toString('utf8')));
		});
	}
	if (failures.length > 0) throw failures[0];
	return added;
}

async function read(url: string, accept: string, signal: AbortSignal): Promise<Buffer> {
	if (url.startsWith('file:')) return await readOwnFile(url);
	const http = createPlatformHttp({
		// Named by who runs the installation, so it may lie inside the own network.
		hosts: { rates: new URL(url).origin },
		budgets: { take: () => Promise.resolve(), adjust: () => Promise.resolve() },
		signal,
		timeoutMillis: TIMEOUT,
		maxBodyBytes: MOST_BYTES,
		attempts: 1,
	});
	const reply = await http.send({ operation: 'rates.read', method: 'GET', url, headers: { accept }, idempotent: true });
	if (reply.status === 200) return reply.body;
	throw new PlatformError({ kind: 'unavailable', userMessage: { code: 'platformDown' }, detail: `rates answered ${reply.status}` });
}

/** A file that whoever runs the installation lays there, for networks without a way out. @throws RateFileError */
async function readOwnFile(url: string): Promise<Buffer> {
	try {
		const path = fileURLToPath(url);
		if ((await stat(path)).size > MOST_BYTES) throw new RangeError(`More than ${MOST_BYTES} bytes`);
		return await readFile(path);
	} catch (cause) {
		throw new RateFileError('The file of rates cannot be read', { cause });
	}
}

/** The CSV itself, or the one in a ZIP archive. @throws RateFileError */
export function csvIn(bytes: Buffer): string {
	if (!bytes.subarray(0, 2).equals(Buffer.from('PK'))) return bytes.toString('utf8');
	let files: Record<string, Uint8Array>;
	try {
		files = unzipSync(bytes, { filter: (file) => file.name.endsWith('.csv') && file.originalSize <= MOST_UNPACKED });
	} catch (cause) {
		throw new RateFileError('The archive cannot be unpacked', { cause });
	}
	const [csv] = Object.values(files);
	if (!csv) throw new RateFileError('There is no CSV file in the archive');
	return Buffer.from(csv).toString('utf8');
}

/**
 * Reads rows `{"date", "base", "quote", "rate"}`, one a line or in one list. Numbers keep the digits in which they were written.
 * @throws RateFileError
 */
export function readRateRows(text: string): Rate[] {
	const trimmed = text.trim();
	const rows = trimmed.startsWith('[')
		? asList(parse(trimmed))
		: trimmed
				.split('\n')
				.filter((line) => line.trim() !== '')
				.map(parse);
	return rows.map((row) => {
		const fields = new Map(Object.entries(typeof row === 'object' && row !== null ? row : {}));
		const word = (name: string): string => String(fields.get(name) ?? '');
		const rate: Rate = { currency: word('quote'), against: word('base'), day: word('date'), source: 'second', rate: word('rate') };
		if (!/^[A-Z]{3}$/.test(rate.currency) || !/^[A-Z]{3}$/.test(rate.against) || !isDay(rate.day) || !isRate(rate.rate)) {
			throw new RateFileError(`${JSON.stringify(row).slice(0, 200)} is no rate`);
		}
		return rate;
	});
}

function asList(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [value];
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
			typeof value === 'number' && context?.source !== undefined && !/e/i.test(context.source) ? context.source : value,
		);
	} catch (cause) {
		throw new RateFileError('The answer is no JSON', { cause });
	}
}
