import { type Database, knownMigrations } from '@pangea/db';
import { type Jobs, syncRound } from '@pangea/jobs';

export interface Readiness {
	ready: boolean;
	/** What was looked at, in words that tell an operator where to look and a stranger nothing. */
	checks: Record<'database' | 'schema' | 'queue', 'ok' | 'failed'>;
}

const PATIENCE = 3000;

/** Whether the process can do its work: the database answers, it has the schema this version needs, and the queue can be asked. */
export async function checkReadiness(database: Database, jobs: Jobs): Promise<Readiness> {
	const [alive, schema, queue] = await Promise.all([
		inTime(database.workspaceIds()),
		inTime(hasSchema(database)),
		inTime(jobs.pending(syncRound.name)),
	]);
	const word = (ok: boolean): 'ok' | 'failed' => (ok ? 'ok' : 'failed');
	return { ready: alive && schema && queue, checks: { database: word(alive), schema: word(schema), queue: word(queue) } };
}

// A newer schema is no fault: while versions change, the older processes work on.
async function hasSchema(database: Database): Promise<void> {
	const applied = new Set(await database.appliedMigrations());
	const missing = (await knownMigrations()).filter((name) => !applied.has(name));
	if (missing.length > 0) throw new Error(`The schema lacks ${missing.join(', ')}`);
}

async function inTime(work: Promise<unknown>): Promise<boolean> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<boolean>((done) => {
		timer = setTimeout(() => done(false), PATIENCE);
	});
	try {
		return await Promise.race([
			work.then(
				() => true,
				() => false,
			),
			late,
		]);
	} finally {
		clearTimeout(timer);
	}
}
