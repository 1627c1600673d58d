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
	type StatementColumn,
	type StatementFault,
	type StatementMapping,
	type StatementRow,
} from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import type { Services, SessionUser } from '../context.ts';
import { askedOf, type FileReader, importAsked, orNone, Reading } from '../file-import.ts';
import { currencyInput } from '../money-input.ts';
import { problem } from '../problem.ts';
import { type Member, memberFor } from '../trpc.ts';
import type { StatementImportView } from './shapes.ts';
import { requireSight } from './sight.ts';

const MOST_ROWS = 100_000;
const MOST_WORDS = 200;
/** Bookings are written so many at a time. */
const A_PAGE = 1000;

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
	...importAsked,
	store: z.uuid(),
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
	const asked = askedOf(importQuery, query, bytes);
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
	const reading = new Reading(statementReader(asked), asked.columns);
	const lines = await reading.all(of.bytes, member.user.language);
	const knownAt = member.services.now().toISOString();
	const settlements = settlementsOf(lines, { ...asked, zone: of.zone, knownAt });
	const statement = statementOf(asked, lines, of.zone, knownAt);
	const compared = await compareSettlements(scope, asked.store, settlements);
	let written: number | null = null;
	if (reading.writes(asked.take)) {
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
	return { ...reading.told(), ...sumUp(lines, asked.kinds), ...compared, written };
}

function statementReader({
	day,
	currency,
	decimal,
}: ImportQuery): FileReader<StatementColumn, StatementMapping, StatementRow, StatementFault> {
	return {
		columns: STATEMENT_COLUMNS,
		rest: { day, currency, decimal },
		guess: guessStatementColumns,
		mostRows: MOST_ROWS,
		read: readStatementRow,
	};
}

/** What a person compares with the platform's own page. */
function sumUp(lines: readonly StatementRow[], kinds: ImportQuery['kinds']): Pick<StatementImportView, 'words' | 'sums'> {
	const words = [...Map.groupBy(lines, ({ word }) => word)].slice(0, MOST_WORDS);
	return {
		words: words.map(([word, of]) => ({ word, lines: of.length, kind: kindOf(kinds, word) })),
		sums: [...Map.groupBy(lines, ({ amount }) => amount.currency)].map(([currency, of]) => ({
			currency,
			amountMinor: of.reduce((sum, { amount }) => sum + amount.amountMinor, 0n).toString(),
		})),
	};
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
