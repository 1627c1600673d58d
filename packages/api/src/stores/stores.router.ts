import {
	changeStore,
	configuredPlatforms,
	connectionById,
	grants,
	knownGaps,
	lastIntakes,
	rateBuckets,
	storeById,
	storeOverview,
	waitingQuarantine,
	writeAudit,
} from '@pangea/db';
import type { AuditAction, AuditFields, PlatformId } from '@pangea/domain';
import type { PlatformAdapter } from '@pangea/platform-contract';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { storeEntry } from '../audit/entry.ts';
import { problem } from '../problem.ts';
import type { DisconnectView, GapView, GrantView, PlatformView, QuarantineView, StoreView } from '../shapes.ts';
import { type Member, memberProcedure, platformInput, router } from '../trpc.ts';
import { adopt, adoptInput } from './adopt.ts';
import { newAuthorizationState, packState } from './authorization-state.ts';
import { redirectUri } from './complete-authorization.ts';
import { checkFields, fieldsInput } from './fields.ts';
import { codeChallenge, toGrant, toPlatform, toStore } from './stores.view.ts';

const storeInput = z.object({ storeId: z.uuid() });

export const storesRouter = router({
	list: memberProcedure('stores.read').query(async ({ ctx: { member } }): Promise<StoreView[]> => {
		const { registry } = member.services;
		const { stores, buckets, intakes } = await member.scoped(async (scope) => ({
			stores: await storeOverview(scope, member.storeScope),
			buckets: await rateBuckets(scope),
			intakes: await lastIntakes(scope),
		}));
		return stores.map((store) => toStore(store, buckets, intakes, registry));
	}),

	grants: memberProcedure('stores.read').query(async ({ ctx: { member } }): Promise<GrantView[]> => {
		const rows = await member.scoped((scope) => grants(scope, member.storeScope));
		return rows.flatMap((row) => toGrant(row, member.services.registry));
	}),

	platforms: memberProcedure('stores.read').query(async ({ ctx: { member } }): Promise<PlatformView[]> => {
		const configured = await member.scoped(configuredPlatforms);
		return [...member.services.registry.values()].map((adapter) =>
			toPlatform(adapter, {
				appConfigured: configured.has(adapter.id),
				workspaceId: member.workspaceId,
				publicUrl: member.services.publicUrl,
			}),
		);
	}),

	saveApp: memberProcedure('stores.manage')
		.input(z.object({ platform: platformInput, fields: fieldsInput }))
		.mutation(async ({ ctx: { member }, input }) => {
			const fields = checkFields(adapterOf(member, input.platform).manifest.appFields, input.fields);
			const stored = await member.scoped(async (scope) => (await configuredPlatforms(scope)).has(input.platform));
			await member.services.operations.saveApp(member.workspaceId, input.platform, fields);
			await member.scoped((scope) =>
				writeAudit(scope, {
					userId: member.user.id,
					action: 'stores.saveApp',
					subject: input.platform,
					before: { stored },
					after: { stored: true },
					facts: { platform: input.platform, fields: Object.keys(fields) },
				}),
			);
			return { saved: true };
		}),

	startRedirect: memberProcedure('stores.manage')
		.input(z.object({ platform: platformInput, host: z.string().max(60) }))
		.mutation(async ({ ctx: { member }, input }) => {
			const adapter = adapterOf(member, input.platform);
			checkHost(adapter, input.host);
			const { operations, publicUrl } = member.services;
			const state = newAuthorizationState(input.platform, input.host, member.user.id, member.services.now());
			const url = await operations.authorizeUrl(member.workspaceId, input.platform, {
				state: packState(member.workspaceId, state, await operations.box(member.workspaceId)),
				redirectUri: redirectUri(publicUrl, input.platform),
				codeChallenge: codeChallenge(state.codeVerifier),
				host: input.host,
			});
			return { url };
		}),

	paste: memberProcedure('stores.manage')
		.input(z.object({ platform: platformInput, host: z.string().max(60), fields: fieldsInput }))
		.mutation(async ({ ctx: { member }, input }) => {
			const adapter = adapterOf(member, input.platform);
			checkHost(adapter, input.host);
			const way = adapter.manifest.authorization.find((a) => a.kind === 'paste');
			if (!way) throw problem('inputWrong', { field: 'platform' });
			const fields = checkFields(way.fields, input.fields);
			const bound = await member.services.operations.bind(member.workspaceId, input.platform, { kind: 'paste', fields, host: input.host });
			await member.scoped(async (scope) =>
				writeAudit(scope, {
					userId: member.user.id,
					action: 'stores.bind',
					subject: bound.connectionId,
					subjectName: (await connectionById(scope, bound.connectionId))?.account_name ?? null,
					connectionId: bound.connectionId,
					facts: { platform: input.platform, way: 'paste', count: bound.stores },
				}),
			);
			return bound;
		}),

	setEnabled: memberProcedure('stores.manage')
		.input(storeInput.extend({ enabled: z.boolean() }))
		.mutation(({ ctx: { member }, input }) => change(member, input.storeId, { enabled: input.enabled })),

	adopt: memberProcedure('stores.manage')
		.input(adoptInput)
		.mutation(({ ctx: { member }, input }) => adopt(member, input)),

	rename: memberProcedure('stores.manage')
		.input(storeInput.extend({ name: z.string().trim().min(1).max(120) }))
		.mutation(({ ctx: { member }, input }) => change(member, input.storeId, { name: input.name })),

	backfill: memberProcedure('sync.operate')
		.input(storeInput)
		.mutation(async ({ ctx: { member }, input }) => {
			member.requireStore(input.storeId);
			await member.services.operations.requestBackfill(member.workspaceId, input.storeId);
			await auditStore(member, 'sync.backfill', input.storeId);
			return { requested: true };
		}),

	checkGaps: memberProcedure('sync.operate')
		.input(storeInput)
		.mutation(async ({ ctx: { member }, input }) => {
			member.requireStore(input.storeId);
			await member.services.operations.checkGaps(member.workspaceId, input.storeId);
			await auditStore(member, 'sync.checkGaps', input.storeId);
			return { requested: true };
		}),

	disconnect: memberProcedure('stores.manage')
		.input(z.object({ connectionId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }): Promise<DisconnectView> => {
			if (member.storeScope) {
				const mine = await member.scoped((scope) => storeOverview(scope, null));
				for (const store of mine) if (store.connection_id === input.connectionId) member.requireStore(store.store_id);
			}
			const before = await member.scoped((scope) => connectionById(scope, input.connectionId));
			const result = await member.services.operations.disconnect(member.workspaceId, input.connectionId);
			await member.scoped((scope) =>
				writeAudit(scope, {
					userId: member.user.id,
					action: 'stores.disconnect',
					subject: input.connectionId,
					subjectName: before?.account_name ?? null,
					connectionId: input.connectionId,
					...(before && { before: { state: before.state } }),
					after: { state: 'disconnected' },
					facts: { ...result },
				}),
			);
			return result;
		}),

	quarantine: memberProcedure('stores.read')
		.input(z.object({ storeId: z.uuid().optional() }))
		.query(async ({ ctx: { member }, input }): Promise<QuarantineView[]> => {
			const rows = await member.scoped((scope) => waitingQuarantine(scope, member.storeScope, input.storeId));
			return rows.map((r) => ({
				quarantineId: r.quarantine_id,
				storeId: r.store_id,
				platform: r.platform as PlatformId,
				externalId: r.external_id,
				cause: r.cause,
				state: r.state,
				attempts: r.attempts,
				firstAt: r.first_at,
				lastAt: r.last_at,
			}));
		}),

	replayQuarantine: memberProcedure('sync.operate')
		.input(z.object({ quarantineIds: z.array(z.uuid()).min(1).max(500) }))
		.mutation(async ({ ctx: { member }, input }) => {
			const visible = await member.scoped((scope) => waitingQuarantine(scope, member.storeScope, undefined));
			const asked = new Set(input.quarantineIds);
			const mine = visible.filter((r) => asked.has(r.quarantine_id));
			const result = await member.services.operations.replayQuarantine(
				member.workspaceId,
				mine.map((r) => r.quarantine_id),
			);
			const stores = new Set(mine.map((r) => r.store_id));
			await member.scoped((scope) =>
				writeAudit(scope, {
					userId: member.user.id,
					action: 'sync.replayQuarantine',
					subject: mine.map((r) => r.quarantine_id).join(' '),
					storeId: stores.size === 1 ? (mine[0]?.store_id ?? null) : null,
					facts: { count: result.replayed, waiting: result.waiting },
				}),
			);
			return result;
		}),

	gaps: memberProcedure('stores.read')
		.input(z.object({ storeId: z.uuid().optional() }))
		.query(async ({ ctx: { member }, input }): Promise<GapView[]> => {
			const rows = await member.scoped((scope) => knownGaps(scope, member.storeScope, input.storeId));
			return rows.map((r) => ({
				gapId: r.gap_id,
				storeId: r.store_id,
				from: r.window_from,
				until: r.window_until,
				ours: r.ours,
				theirs: r.theirs,
				state: r.state as GapView['state'],
				lacked: r.lacked,
				source: r.source === 'report' ? 'report' : 'total',
				foundAt: r.found_at,
				filledAt: r.filled_at,
			}));
		}),

	refillGap: memberProcedure('sync.operate')
		.input(z.object({ gapId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			const visible = await member.scoped((scope) => knownGaps(scope, member.storeScope, undefined));
			const gap = visible.find((g) => g.gap_id === input.gapId);
			if (!gap) throw problem('notFound');
			await member.services.operations.refillGap(member.workspaceId, input.gapId);
			await auditStore(member, 'sync.refillGap', gap.store_id, { from: gap.window_from, until: gap.window_until });
			return { requested: true };
		}),
});

function adapterOf(member: Member, platform: PlatformId): PlatformAdapter {
	const adapter = member.services.registry.get(platform);
	if (!adapter) throw problem('notFound');
	return adapter;
}

function checkHost(adapter: PlatformAdapter, host: string): void {
	if (!Object.hasOwn(adapter.manifest.hosts, host)) throw problem('inputWrong', { field: 'host' });
}

async function change(member: Member, storeId: string, what: { name?: string; enabled?: boolean }): Promise<{ changed: true }> {
	member.requireStore(storeId);
	await member.scoped(async (scope) => {
		const was = await changeStore(scope, storeId, what);
		if (!was) throw problem('notFound');
		await writeAudit(scope, {
			userId: member.user.id,
			action: 'stores.change',
			subject: storeId,
			subjectName: was.name,
			storeId,
			before: what.name === undefined ? { enabled: was.enabled } : { name: was.name },
			after: what,
		});
		await recordEvent(scope, { kind: 'store.changed', storeId, ids: [storeId] });
	});
	return { changed: true };
}

async function auditStore(member: Member, action: AuditAction, storeId: string, facts: AuditFields = {}): Promise<void> {
	await member.scoped(async (scope) => {
		const store = await storeById(scope, storeId);
		await writeAudit(scope, { ...storeEntry(member, action, { store_id: storeId, name: store?.name ?? null }), facts });
	});
}
