import type { Scope } from '../database.ts';
import type { ToldClock } from '../sales-told.ts';
import { toldIn, type ToldMemory } from '../told-memory.ts';

export interface ToldDay {
	day: string;
	/** A cell a line. */
	told: string;
}

/** A day of all stores: it lies ready under a version, or was told for the question. */
export type FoundDay = { day: string; version: string; told: null } | (ToldDay & { version: null });

interface Range {
	clock: ToldClock;
	/** First and last day. */
	from: string;
	until: string;
}

/** What days tell that were found in a range, in their order. @param scope of the snapshot in which they were found */
export async function readDays<T extends object>(
	scope: Scope,
	table: 'sales_told' | 'profit_told',
	{ clock, from, until }: Range,
	found: readonly FoundDay[],
	{ memory, read }: { memory: ToldMemory<T>; read: (day: ToldDay) => T },
): Promise<T[]> {
	const known = await memory.read<ToldDay & { version: string }>(
		found.flatMap(({ version }) => version ?? []),
		async (unread) => {
			const { rows } = await scope.client.query<ToldDay & { version: string }>(
				`select day, version, told from ${table}
					where workspace_id = $1 and clock = $2 and day >= $3::date and day <= $4::date and version = any($5::uuid[])`,
				[scope.workspaceId, clock, from, until, unread],
			);
			return rows;
		},
		read,
	);
	return found.map((day) => (day.version === null ? read(day) : toldIn(known, day.version)));
}
