import { compareStagedCosts, keepStagedCosts, stageCosts, writeAudit } from '@pangea/db';
import {
	COST_COLUMNS,
	type CostColumn,
	type CostFault,
	type CostMapping,
	guessCostColumns,
	isDay,
	readCostRow,
	type SkuCost,
} from '@pangea/domain';
import { z } from 'zod';
import type { Services, SessionUser } from '../context.ts';
import { askedOf, type FileReader, importAsked, orNone, Reading } from '../file-import.ts';
import { currencyInput } from '../money-input.ts';
import { problem } from '../problem.ts';
import { type Member, memberFor } from '../trpc.ts';
import type { CostImportView } from './shapes.ts';

const MOST_ROWS = 500_000;

const importQuery = z.object({
	...importAsked,
	day: z
		.union([z.literal(''), z.string().refine(isDay)])
		.default('')
		.transform(orNone),
	currency: z
		.union([z.literal(''), currencyInput])
		.default('')
		.transform(orNone),
	decimal: z.enum(['.', ',']).default('.'),
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
	return await runImport(member, askedOf(importQuery, query, bytes), bytes);
}

async function runImport(member: Member, asked: ImportQuery, bytes: Buffer): Promise<CostImportView> {
	const reading = new Reading(costReader(asked), asked.columns);
	return await member.scoped(async (scope) => {
		await stageCosts(scope, reading.good(bytes, member.user.language));
		const compared = await compareStagedCosts(scope);
		const written = reading.writes(asked.take) ? await keepStagedCosts(scope, member.user.id) : null;
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

function costReader({ day, currency, decimal }: ImportQuery): FileReader<CostColumn, CostMapping, SkuCost, CostFault> {
	const seen = new Map<string, number>();
	return {
		columns: COST_COLUMNS,
		rest: { day, currency, decimal },
		guess: guessCostColumns,
		mostRows: MOST_ROWS,
		read: (row, cells, mapping) => {
			const read = readCostRow(row, cells, mapping);
			if ('faults' in read) return read;
			// Nobody knows which of two rows about the same SKU and day is meant.
			const key = `${read.good.validFrom}${read.good.sellerSku}`;
			const first = seen.get(key);
			if (first !== undefined) return { faults: [{ row, column: 'sku', cause: 'twice', value: String(first) }] };
			seen.set(key, row);
			return read;
		},
	};
}
