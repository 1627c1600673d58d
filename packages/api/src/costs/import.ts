import { compareStagedCosts, keepStagedCosts, stageCosts, writeAudit } from '@pangea/db';
import {
	cellText,
	COST_COLUMNS,
	type CostFault,
	type CostMapping,
	guessCostColumns,
	isDay,
	readCostRow,
	type SkuCost,
} from '@pangea/domain';
import { z } from 'zod';
import type { Services, SessionUser } from '../context.ts';
import { currencyInput } from '../money-input.ts';
import { problem } from '../problem.ts';
import { type Member, memberFor } from '../trpc.ts';
import { fileRows } from '../file-rows.ts';
import type { CostImportView } from './shapes.ts';

/** Bytes of a file of costs. */
export const LARGEST_COST_FILE = 30_000_000;
const MOST_ROWS = 500_000;
const MOST_COLUMNS = 60;
const FAULTS_TOLD = 200;
const SAMPLE_ROWS = 5;

/** `sku:0,amount:3`; empty: by the headings. */
const columnsText = z
	.string()
	.regex(/^([a-z]+:\d{1,3}(,[a-z]+:\d{1,3})*)?$/)
	.transform((text) => new Map(text.split(',').map((part) => [part.split(':')[0] ?? '', Number(part.split(':')[1])])));
const orNone = (text: string): string | null => (text === '' ? null : text);

const importQuery = z.object({
	/** `try` writes nothing, `all` writes when no row is wrong, `good` writes the rows that are not. */
	take: z.enum(['try', 'all', 'good']),
	columns: columnsText.default(new Map()),
	day: z
		.union([z.literal(''), z.string().refine(isDay)])
		.default('')
		.transform(orNone),
	currency: z
		.union([z.literal(''), currencyInput])
		.default('')
		.transform(orNone),
	decimal: z.enum(['.', ',']).default('.'),
	name: z.string().max(200).default(''),
});
type ImportQuery = z.output<typeof importQuery>;

/**
 * Reads a file of costs (CSV or XLSX) and, where that was asked for, states them. Either everything that was asked for is written or nothing.
 * @param query from an address; see {@link CostImportView} for the answer
 * @throws TRPCError with a problem: what any door of a workspace throws, notAllowed, inputWrong, fileNotRead, fileTooLarge
 */
export async function importCosts(
	services: Services,
	user: SessionUser | null,
	workspaceId: string | null,
	query: Readonly<Record<string, string>>,
	bytes: Buffer,
): Promise<CostImportView> {
	const member = await memberFor(services, user, workspaceId, 'stores.manage');
	if (!member.sees('cost')) throw problem('notAllowed', { permission: 'fields.cost' });
	const parsed = importQuery.safeParse(query);
	if (!parsed.success) throw problem('inputWrong', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
	if (bytes.length > LARGEST_COST_FILE) throw problem('fileTooLarge');
	return await runImport(member, parsed.data, bytes);
}

async function runImport(member: Member, asked: ImportQuery, bytes: Buffer): Promise<CostImportView> {
	const reading = new Reading(asked);
	return await member.scoped(async (scope) => {
		await stageCosts(scope, reading.costs(bytes, member.user.language));
		const compared = await compareStagedCosts(scope);
		const writes = asked.take === 'good' || (asked.take === 'all' && reading.wrongRows === 0);
		const written = writes ? await keepStagedCosts(scope, member.user.id) : null;
		if (written !== null && written > 0)
			await writeAudit(scope, {
				userId: member.user.id,
				action: 'costs.import',
				subject: member.workspaceId,
				subjectName: orNone(asked.name),
				after: { count: written },
			});
		return { ...reading.told(), ...compared, written };
	});
}

/** One walk through a file: gives the good rows on and remembers what was wrong with the others. */
class Reading {
	readonly #asked: ImportQuery;
	#mapping: CostMapping;
	#headings: string[] = [];
	readonly #sample: string[][] = [];
	readonly #faults: CostFault[] = [];
	readonly #seen = new Map<string, number>();
	#rows = 0;
	wrongRows = 0;

	constructor(asked: ImportQuery) {
		this.#asked = asked;
		const chosen = COST_COLUMNS.flatMap((column) => (asked.columns.has(column) ? [[column, asked.columns.get(column)]] : []));
		this.#mapping = {
			columns: Object.fromEntries(chosen) as CostMapping['columns'],
			day: asked.day,
			currency: asked.currency,
			decimal: asked.decimal,
		};
	}

	async *costs(bytes: Buffer, language: string | null): AsyncGenerator<SkuCost> {
		let heading = true;
		for await (const { row, cells } of fileRows(bytes, language)) {
			const texts = cells.slice(0, MOST_COLUMNS).map(cellText);
			if (texts.every((text) => text === '')) continue;
			if (heading) {
				heading = false;
				this.#headings = texts;
				if (this.#asked.columns.size === 0 || this.#asked.columns.has(''))
					this.#mapping = { ...this.#mapping, columns: guessCostColumns(cells) };
				continue;
			}
			if (++this.#rows > MOST_ROWS) throw problem('fileTooLarge');
			if (this.#sample.length < SAMPLE_ROWS) this.#sample.push(texts);
			const read = readCostRow(row, cells, this.#mapping);
			const faults = 'cost' in read ? this.#repeated(row, read.cost) : read.faults;
			if (faults.length > 0) this.#wrong(faults);
			else if ('cost' in read) yield read.cost;
		}
		if (heading) throw problem('fileNotRead');
	}

	/** Nobody knows which of two rows about the same SKU and day is meant. */
	#repeated(row: number, { sellerSku, validFrom }: SkuCost): CostFault[] {
		const key = `${validFrom}${sellerSku}`;
		const first = this.#seen.get(key);
		if (first === undefined) {
			this.#seen.set(key, row);
			return [];
		}
		return [{ row, column: 'sku', cause: 'twice', value: String(first) }];
	}

	#wrong(faults: readonly CostFault[]): void {
		this.wrongRows++;
		this.#faults.push(...faults.slice(0, FAULTS_TOLD - this.#faults.length));
	}

	told() {
		return {
			headings: this.#headings,
			sample: this.#sample,
			mapping: this.#mapping,
			rows: this.#rows,
			wrongRows: this.wrongRows,
			faults: this.#faults,
		};
	}
}
