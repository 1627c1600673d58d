import {
	allWritesStoppedAt,
	deadJobs,
	intakeSummary,
	jobGroups,
	newsSources,
	quarantineCauses,
	recounts,
	recountWindows,
	setWrites,
	storeOverview,
	writeAudit,
} from '@pangea/db';
import { isPlatformId, NotActiveError, type PlatformId } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import type { SyncView } from '../shapes.ts';
import { storeEntry } from '../audit/entry.ts';
import { problem } from '../problem.ts';
import { memberProcedure, router } from '../trpc.ts';
import { toJob, toStoreSync } from './sync.view.ts';

const DAY = 86_400_000;
/** How far back compared windows are shown. */
const WINDOW_DAYS = 14;

export const syncRouter = router({
	overview: memberProcedure('stores.read').query(async ({ ctx: { member } }): Promise<SyncView> => {
		const { services, storeScope } = member;
		const now = services.now();
		const yesterday = new Date(now.getTime() - DAY).toISOString();
		const found = await member.scoped(async (scope) => ({
			stores: await storeOverview(scope, storeScope),
			writesStoppedAt: await allWritesStoppedAt(scope),
			recounts: await recounts(scope, storeScope),
			windows: await recountWindows(scope, storeScope, new Date(now.getTime() - WINDOW_DAYS * DAY).toISOString()),
			jobs: await jobGroups(scope, storeScope),
			dead: await deadJobs(scope, storeScope),
			pushes: await intakeSummary(scope, yesterday),
			news: await newsSources(scope, storeScope, yesterday),
			setAside: await quarantineCauses(scope, storeScope),
		}));
		const known = <T extends { platform: string }>(row: T): (T & { platform: PlatformId })[] =>
			isPlatformId(row.platform) ? [{ ...row, platform: row.platform }] : [];
		return {
			writesStoppedAt: found.writesStoppedAt,
			stores: found.stores.map((store) => toStoreSync(store, found, services.registry, now)),
			jobs: found.jobs
				.filter((job) => job.storeId === null)
				.map((job) => ({ ...toJob(job), platform: job.platform !== null && isPlatformId(job.platform) ? job.platform : null })),
			dead: found.dead,
			pushes: found.pushes.flatMap(known),
			setAside: found.setAside.flatMap(known),
		};
	}),

	/** Compares all stores the member sees; those that are off or disconnected are passed over. */
	// Without an input a client that does not batch would send no body, which is no JSON.
	checkAll: memberProcedure('sync.operate')
		.input(z.object({}))
		.mutation(async ({ ctx: { member } }) => {
			const stores = await member.scoped((scope) => storeOverview(scope, member.storeScope));
			const requested: typeof stores = [];
			try {
				for (const store of stores.filter((s) => s.enabled && s.active && s.connection_state === 'active')) {
					try {
						await member.services.operations.checkGaps(member.workspaceId, store.store_id);
						requested.push(store);
					} catch (error) {
						// It was disconnected a moment ago.
						if (!(error instanceof NotActiveError)) throw error;
					}
				}
			} finally {
				await member.scoped((scope) => writeAudit(scope, ...requested.map((store) => storeEntry(member, 'sync.checkGaps', store))));
			}
			return { requested: requested.length };
		}),

	/** The kill switch: stops every change at the platform of one store, or (null) at all platforms, or allows them again. */
	setWrites: memberProcedure('sync.operate')
		.input(z.object({ storeId: z.uuid().nullable(), allowed: z.boolean() }))
		.mutation(async ({ ctx: { member }, input: { storeId, allowed } }) => {
			if (storeId !== null) member.requireStore(storeId);
			// Who sees some stores only neither stops the others' nor sets them going.
			else if (member.storeScope !== null) throw problem('notAllowed', { permission: 'sync.operate' });
			await member.scoped(async (scope) => {
				const before = await setWrites(scope, storeId, { allowed, at: member.services.now().toISOString() });
				if (!before) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'sync.setWrites',
					subject: storeId ?? member.workspaceId,
					subjectName: before.name,
					storeId,
					before: { writes: before.allowed },
					after: { writes: allowed },
				});
				await recordEvent(scope, { kind: 'store.changed', storeId, ids: storeId === null ? [] : [storeId] });
			});
			return { allowed };
		}),

	retryDead: memberProcedure('sync.operate')
		.input(z.object({ name: z.string().max(60), error: z.string().max(200) }))
		.mutation(async ({ ctx: { member }, input }) => {
			const sent = await member.services.operations.retryDead(member.workspaceId, member.storeScope, input);
			await member.scoped((scope) =>
				writeAudit(scope, {
					userId: member.user.id,
					action: 'sync.retryDead',
					subject: input.name,
					subjectName: input.name,
					facts: { error: input.error, count: sent },
				}),
			);
			return { sent };
		}),
});
