import { createHash } from 'node:crypto';
import {
	compareSettlements,
	keepSettlements,
	keepStatements,
	newsOfSettlements,
	newsOfStatements,
	noteFinanceRead,
	type Scope,
	storeById,
	writeAudit,
} from '@pangea/db';
import {
	cellText,
	guessStatementColumns,
	isDay,
	isPlatformId,
	MoneyError,
	parseMoney,
	readStatementRow,
	type Settlement,
	SETTLEMENT_KINDS,
	type SettlementKind,
	startOfDay,
	type Statement,
	STATEMENT_COLUMNS,
	type StatementFault,
	type StatementMapping,
	type StatementRow,
} from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import type { Services, SessionUser } from '../context.ts';
import { fileRows } from '../file-rows.ts';
import { currencyInput } from '../money-input.ts';
import { problem } from '../problem.ts';
import { type Member, memberFor } from '../trpc.ts';
import type { StatementImportView } from './shapes.ts';
import { requireSight } from './sight.ts';

const MOST_ROWS = 100_000;
const MOST_COLUMNS = 60;
const MOST_WORDS = 200;
const FAULTS_TOLD = 200;
const SAMPLE_ROWS = 5;
/** Bookings are written so many at a time. */
const A_PAGE = 1000;

const orNone = (text: string): string | null => (text === '' ? null : text);
/** `order:0,amount:3`; empty: by the headings. */
const columnsText = z
	.string()
	.regex(/^([a-z]+:\d{1,3}(,[a-z]+:\d{1,3})*)?$/)
	.transform((text) => new Map(text.split(',').map((part) => [part.split(':')[0] ?? '', Number(part.split(':')[1])])));
const kindsText = z
	.string()
	.max(20_000)
	.transform((text, context) => {
		try {
			return JSON.parse(text) as unknown;
		} catch {
			context.addIssue({ code: 'custom', message: 'no JSON' });
			return z.NEVER;
		}
	})
	.pipe(z.record(z.string(), z.enum(SETTLEMENT_KINDS)));

const importQuery = z.object({
	store: z.uuid(),
	/** `try` writes nothing, `all` writes when no row is wrong, `good` writes the rows that are not. */
	take: z.enum(['try', 'all', 'good']),
	columns: columnsText.default(new Map()),
	/** JSON: the kind of each of the platform's words; a word without one is booked without a name. */
	kinds: kindsText.default({}),
	day: z
		.union([z.literal(''), z.string().refine(isDay)])
		.default('')
		.transform(orNone),
	currency: z
		.union([z.literal(''), currencyInput])
		.default('')
		.transform(orNone),
	decimal: z.enum(['.', ',']).default('.'),
	/** The number of the statement that the file is of, and what that says is paid out; both or neither. */
	statement: z.string().trim().max(80).default('').transform(orNone),
	total: z
		.string()
		.regex(/^(-?\d{1,15}(\.\d{1,4})?)?$/)
		.default('')
		.transform(orNone),
	name: z.string().max(200).default(''),
});
type ImportQuery = z.output<typeof importQuery>;

/**
 * Reads a file of what a platform booked (CSV or XLSX), for a store whose platform's bookings are not read, and where that was asked for keeps it.
 * Either everything that was asked for is written or nothing; given once more, a file writes nothing.
 * @param query from an address; see {@link StatementImportView} for the answer
 * @throws TRPCError with a problem: what any door of a workspace throws, notAllowed, notFound, inputWrong, fileNotRead, fileTooLarge
 */
export async function importStatements(
	services: Services,
	user: SessionUser | null,
	workspaceId: string | null,
	query: Readonly<Record<string, string>>,
	bytes: Buffer,
): Promise<StatementImportView> {
	const member = await memberFor(services, user, workspaceId, 'stores.manage');
	requireSight(member);
	const parsed = importQuery.safeParse(query);
	if (!parsed.success) throw problem('inputWrong', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
	const { data: asked } = parsed;
	member.requireStore(asked.store);
	if ((asked.statement === null) !== (asked.total === null))
		throw problem('inputWrong', { field: asked.statement ? 'total' : 'statement' });
	return await member.scoped(async (scope) => {
		const store = await storeById(scope, asked.store);
		if (!store) throw problem('notFound');
		// What a program reads of the same money would count beside it.
		if (isPlatformId(store.platform) && services.registry.get(store.platform)?.manifest.finances)
			throw problem('inputWrong', { field: 'store' });
		return await run(scope, member, asked, { zone: store.zone, bytes });
	});
}

async function run(scope: Scope, member: Member, asked: ImportQuery, of: { zone: string; bytes: Buffer }): Promise<StatementImportView> {
	const reading = new Reading(asked);
	await reading.read(of.bytes, member.user.language);
	const knownAt = member.services.now().toISOString();
	const settlements = settlementsOf(reading.lines, { ...asked, zone: of.zone, knownAt });
	const statement = statementOf(asked, reading.lines, of.zone, knownAt);
	const compared = await compareSettlements(scope, asked.store, settlements);
	const writes = asked.take === 'good' || (asked.take === 'all' && reading.wrongRows === 0);
	let written: number | null = null;
	if (writes) {
		written = 0;
		for (let start = 0; start < settlements.length; start += A_PAGE) {
			const page = settlements.slice(start, start + A_PAGE);
			written += await keepSettlements(scope, asked.store, await newsOfSettlements(scope, asked.store, page), null);
		}
		const statements = statement ? await newsOfStatements(scope, asked.store, [statement]) : [];
		const changed = written + (await keepStatements(scope, asked.store, statements, null));
		if (changed > 0) {
			await noteFinanceRead(scope, asked.store, { state: 'given' });
			await writeAudit(scope, {
				userId: member.user.id,
				action: 'statements.import',
				subject: asked.store,
				subjectName: orNone(asked.name),
				storeId: asked.store,
				after: { count: written },
			});
			await recordEvent(scope, { kind: 'settlements.changed', storeId: asked.store, ids: [] });
		}
	}
	return { ...reading.told(), ...compared, written };
}

/** One walk through a file: gathers the good rows and remembers what was wrong with the others. */
class Reading {
	readonly #asked: ImportQuery;
	#mapping: StatementMapping;
	#headings: string[] = [];
	readonly #sample: string[][] = [];
	readonly #faults: StatementFault[] = [];
	#rows = 0;
	wrongRows = 0;
	readonly lines: StatementRow[] = [];

	constructor(asked: ImportQuery) {
		this.#asked = asked;
		const chosen = STATEMENT_COLUMNS.flatMap((column) => (asked.columns.has(column) ? [[column, asked.columns.get(column)]] : []));
		const { day, currency, decimal } = asked;
		this.#mapping = { columns: Object.fromEntries(chosen) as StatementMapping['columns'], day, currency, decimal };
	}

	async read(bytes: Buffer, language: string | null): Promise<void> {
		let heading = true;
		for await (const { row, cells } of fileRows(bytes, language)) {
			const texts = cells.slice(0, MOST_COLUMNS).map(cellText);
			if (texts.every((text) => text === '')) continue;
			if (heading) {
				heading = false;
				this.#headings = texts;
				if (this.#asked.columns.size === 0 || this.#asked.columns.has(''))
					this.#mapping = { ...this.#mapping, columns: guessStatementColumns(cells) };
				continue;
			}
			if (++this.#rows > MOST_ROWS) throw problem('fileTooLarge');
			if (this.#sample.length < SAMPLE_ROWS) this.#sample.push(texts);
			const found = readStatementRow(row, cells, this.#mapping);
			if ('line' in found) this.lines.push(found.line);
			else {
				this.wrongRows++;
				this.#faults.push(...found.faults.slice(0, FAULTS_TOLD - this.#faults.length));
			}
		}
		if (heading) throw problem('fileNotRead');
	}

	told() {
		const words = [...Map.groupBy(this.lines, ({ word }) => word)].slice(0, MOST_WORDS);
		return {
			headings: this.#headings,
			sample: this.#sample,
			mapping: this.#mapping,
			rows: this.#rows,
			wrongRows: this.wrongRows,
			faults: this.#faults,
			words: words.map(([word, lines]) => ({ word, lines: lines.length, kind: kindOf(this.#asked.kinds, word) })),
			sums: [...Map.groupBy(this.lines, ({ amount }) => amount.currency)].map(([currency, of]) => ({
				currency,
				amountMinor: of.reduce((sum, { amount }) => sum + amount.amountMinor, 0n).toString(),
			})),
		};
	}
}

function kindOf(kinds: Readonly<Record<string, SettlementKind>>, word: string): SettlementKind {
	return Object.hasOwn(kinds, word) ? (kinds[word] ?? 'unknown') : 'unknown';
}

/**
 * One a booking and order. Where the file numbers no bookings, each row is one, known by what stands in it and by which of the rows like it it is: the
 * same file, or one that overlaps it, says the same again.
 */
function settlementsOf(
	lines: readonly StatementRow[],
	of: Pick<ImportQuery, 'kinds' | 'statement'> & { zone: string; knownAt: string },
): Settlement[] {
	const alike = new Map<string, number>();
	const keyOf = ({ bookingId, externalOrderId, word, sellerSku, day, amount }: StatementRow): string => {
		if (bookingId !== null) return JSON.stringify(['booking', bookingId, externalOrderId]);
		const said = JSON.stringify(['row', day, externalOrderId, word, sellerSku, amount.currency, amount.amountMinor.toString()]);
		const before = alike.get(said) ?? 0;
		alike.set(said, before + 1);
		return `${said}${before}`;
	};
	return [...Map.groupBy(lines, keyOf)].flatMap(([key, [first, ...more]]): Settlement[] =>
		first === undefined
			? []
			: [
					{
						externalId: `file ${createHash('sha256').update(key).digest('base64url')}`,
						statementId: of.statement,
						externalOrderId: first.externalOrderId,
						rawType: first.word,
						state: 'released',
						postedAt: startOfDay(first.day, of.zone),
						knownAt: of.knownAt,
						lines: [first, ...more].map(({ word, sellerSku, amount }) => ({
							kind: kindOf(of.kinds, word),
							rawKind: word,
							externalLineId: null,
							sellerSku,
							amount,
						})),
					},
				],
	);
}

/** Null where the file is of no statement. @throws inputWrong where nobody can say in which currency, or from when, the total is */
function statementOf(asked: ImportQuery, lines: readonly StatementRow[], zone: string, knownAt: string): Statement | null {
	if (asked.statement === null || asked.total === null) return null;
	const currencies = new Set(lines.map(({ amount }) => amount.currency));
	const [only] = currencies;
	const currency = asked.currency ?? (currencies.size === 1 ? only : undefined);
	const day = asked.day ?? lines.reduce((last, line) => (line.day > last ? line.day : last), '');
	if (currency === undefined) throw problem('inputWrong', { field: 'currency' });
	if (day === '') throw problem('inputWrong', { field: 'day' });
	try {
		const total = parseMoney(asked.total, currency);
		return { externalId: asked.statement, total, closedAt: startOfDay(day, zone), rawStatus: '', payoutId: null, knownAt };
	} catch (error) {
		if (error instanceof MoneyError) throw problem('inputWrong', { field: 'total' });
		throw error;
	}
}
