import type { DestinationProblem, SendingState } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';

/** A server to which files are brought; where it is and how to get in is sealed. */
export interface DestinationRow {
	destinationId: string;
	name: string;
	sealed: Buffer;
	savedAt: string;
	/** Schedules that name it. */
	schedules: number;
}

/** By name. */
export async function destinations(scope: Scope): Promise<DestinationRow[]> {
	const rows = await scope.db
		.selectFrom('export_destination as d')
		.select(['d.destination_id', 'd.name', 'd.sealed', 'd.saved_at'])
		.select(
			sql<string>`(select count(*) from export_schedule s where s.workspace_id = d.workspace_id and s.destination_id = d.destination_id)`.as(
				'n',
			),
		)
		.where('d.workspace_id', '=', scope.workspaceId)
		.orderBy('d.name')
		.execute();
	return rows.map((row) => ({
		destinationId: row.destination_id,
		name: row.name,
		sealed: row.sealed,
		savedAt: row.saved_at,
		schedules: Number(row.n),
	}));
}

/** Keeps a destination; one with the same id is changed. @returns false when another one has the name */
export async function saveDestination(
	scope: Scope,
	{ destinationId, name, sealed, savedBy }: { destinationId: string; name: string; sealed: Buffer; savedBy: string },
): Promise<boolean> {
	const named = await scope.db
		.selectFrom('export_destination')
		.select('destination_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('name', '=', name)
		.executeTakeFirst();
	if (named && named.destination_id !== destinationId) return false;
	const values = { name, sealed, saved_by: savedBy, saved_at: sql<string>`now()` };
	await scope.db
		.insertInto('export_destination')
		.values({ workspace_id: scope.workspaceId, destination_id: destinationId, ...values })
		.onConflict((c) => c.columns(['workspace_id', 'destination_id']).doUpdateSet(values))
		.execute();
	return true;
}

/** @returns its name; null where there is none, or a schedule names it */
export async function removeDestination(scope: Scope, destinationId: string): Promise<string | null> {
	const row = await scope.db
		.deleteFrom('export_destination as d')
		.where('d.workspace_id', '=', scope.workspaceId)
		.where('d.destination_id', '=', destinationId)
		.where(
			sql<boolean>`not exists (select from export_schedule s where s.workspace_id = d.workspace_id and s.destination_id = d.destination_id)`,
		)
		.returning('d.name')
		.executeTakeFirst();
	return row?.name ?? null;
}

/** Puts the file of a run on its way where its schedule names a destination. @returns whether it does; false as well where it is on its way */
export async function addSending(scope: Scope, runId: string): Promise<boolean> {
	const result = await sql`
		insert into export_sending (workspace_id, run_id, destination_id)
		select r.workspace_id, r.run_id, s.destination_id
		from export_run r join export_schedule s on s.workspace_id = r.workspace_id and s.template_id = r.template_id
		where r.workspace_id = ${scope.workspaceId} and r.run_id = ${runId} and r.state = 'done' and r.due_at is not null
			and s.destination_id is not null
		on conflict do nothing`.execute(scope.db);
	return result.numAffectedRows === 1n;
}

/** A file that is to be brought, with all that it takes. */
export interface SendingTask {
	destinationId: string;
	sealed: Buffer;
	/** The file is there to be read. */
	isReady: boolean;
	fileName: string;
	fileSize: number;
	dueAt: string;
}

/** Null where nothing is to be brought any more. */
export async function sendingTask(scope: Scope, runId: string): Promise<SendingTask | null> {
	const row = await scope.db
		.selectFrom('export_sending as x')
		.innerJoin('export_run as r', (join) => join.onRef('r.workspace_id', '=', 'x.workspace_id').onRef('r.run_id', '=', 'x.run_id'))
		.innerJoin('export_destination as d', (join) =>
			join.onRef('d.workspace_id', '=', 'x.workspace_id').onRef('d.destination_id', '=', 'x.destination_id'),
		)
		.select(['x.destination_id', 'd.sealed', 'r.state', 'r.file_name', 'r.file_size', 'r.due_at'])
		.where('x.workspace_id', '=', scope.workspaceId)
		.where('x.run_id', '=', runId)
		.where('x.state', '=', 'waiting')
		.executeTakeFirst();
	if (!row || row.due_at === null) return null;
	return {
		destinationId: row.destination_id,
		sealed: row.sealed,
		isReady: row.state === 'done',
		fileName: row.file_name ?? '',
		fileSize: Number(row.file_size ?? 0),
		dueAt: row.due_at,
	};
}

/** Notes how a try ended. */
export async function noteSending(
	scope: Scope,
	runId: string,
	outcome: { state: SendingState; code: DestinationProblem | null },
): Promise<void> {
	await scope.db
		.updateTable('export_sending')
		.set({
			state: outcome.state,
			error_code: outcome.code,
			tried_at: sql<string>`now()`,
			...(outcome.state === 'sent' && { sent_at: sql<string>`now()` }),
		})
		.where('workspace_id', '=', scope.workspaceId)
		.where('run_id', '=', runId)
		.where('state', '=', 'waiting')
		.execute();
}

/** Lets a file that was not brought be brought once more. @returns false where there is none */
export async function sendAgain(scope: Scope, runId: string): Promise<boolean> {
	const result = await scope.db
		.updateTable('export_sending')
		.set({ state: 'waiting', error_code: null })
		.where('workspace_id', '=', scope.workspaceId)
		.where('run_id', '=', runId)
		.where('state', '<>', 'sent')
		.executeTakeFirst();
	return result.numUpdatedRows === 1n;
}

/** How far the file of a run has come. */
export interface Sending {
	destination: string;
	state: SendingState;
	code: DestinationProblem | null;
	sentAt: string | null;
}

/** Of runs, those whose file goes somewhere. */
export async function sendingsOf(scope: Scope, runIds: readonly string[]): Promise<Map<string, Sending>> {
	const rows = await scope.db
		.selectFrom('export_sending as x')
		.innerJoin('export_destination as d', (join) =>
			join.onRef('d.workspace_id', '=', 'x.workspace_id').onRef('d.destination_id', '=', 'x.destination_id'),
		)
		.select(['x.run_id', 'd.name', 'x.state', 'x.error_code', 'x.sent_at'])
		.where('x.workspace_id', '=', scope.workspaceId)
		.where('x.run_id', '=', sql<string>`any(${[...runIds]}::uuid[])`)
		.execute();
	return new Map(
		rows.map((row) => [
			row.run_id,
			{
				destination: row.name,
				state: row.state as SendingState,
				code: row.error_code as DestinationProblem | null,
				sentAt: row.sent_at,
			},
		]),
	);
}

/** Runs whose file waits to be brought. */
export async function waitingSendings(scope: Scope): Promise<string[]> {
	const rows = await scope.db
		.selectFrom('export_sending')
		.select('run_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('state', '=', 'waiting')
		.execute();
	return rows.map((row) => row.run_id);
}

/** Whether a destination is one of the workspace's. */
export async function hasDestination(scope: Scope, destinationId: string): Promise<boolean> {
	const row = await scope.db
		.selectFrom('export_destination')
		.select('destination_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('destination_id', '=', destinationId)
		.executeTakeFirst();
	return row !== undefined;
}
