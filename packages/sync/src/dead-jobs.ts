import { type Scope, type StoreScope, takeDeadJobs } from '@pangea/db';
import {
	gapCheck,
	gapRefill,
	intakeProcess,
	intakeSubscribe,
	type JobDefinition,
	noticeDeliver,
	retentionPurge,
	storeBackfill,
	storePull,
	storesRefresh,
} from '@pangea/jobs';
import type { Engine } from './engine.ts';

type Send = (engine: Engine, payload: unknown, scope: Scope) => Promise<boolean>;

function sender<P extends object>(job: JobDefinition<P>): [string, Send] {
	return [job.name, (engine, payload, scope) => engine.jobs.enqueue(job, job.payload.parse(payload), { scope })];
}

/** Every kind that belongs to a workspace; the rounds come again by themselves. */
const SENDERS: ReadonlyMap<string, Send> = new Map([
	sender(storePull),
	sender(storeBackfill),
	sender(intakeProcess),
	sender(gapCheck),
	sender(gapRefill),
	sender(retentionPurge),
	sender(storesRefresh),
	sender(intakeSubscribe),
	sender(noticeDeliver),
]);

/** Sends dead jobs of one kind and error once more, in one transaction. @returns how many. */
export async function retryDead(
	engine: Engine,
	workspaceId: string,
	storeScope: StoreScope,
	of: { name: string; error: string },
): Promise<number> {
	const send = SENDERS.get(of.name);
	if (!send) return 0;
	return await engine.database.inWorkspace(workspaceId, async (scope) => {
		const payloads = await takeDeadJobs(scope, storeScope, of);
		for (const payload of payloads) await send(engine, payload, scope);
		return payloads.length;
	});
}
