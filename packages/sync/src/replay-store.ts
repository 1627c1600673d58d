import { createEmptyWorkspace, setConnectionState, storeById, upsertConnection, upsertStores, workspaceOf } from '@pangea/db';
import type { PlatformId } from '@pangea/domain';
import { v7 as uuidv7 } from 'uuid';
import { adapterOf, type Engine } from './engine.ts';

/** The store, workspace or site that was named does not exist; the message is a sentence for the person. */
export class ReplayTargetError extends Error {
	override name = 'ReplayTargetError';
}

export interface ReplayTarget {
	platform: PlatformId;
	/** An existing store; it must be of the platform. */
	storeId?: string;
	/** An existing workspace; without one the workspace named "Replay" is used, and made when it is missing. */
	workspaceId?: string;
	/** Market whose currency and zone stand for documents that do not name theirs; the platform's first by default. */
	siteId?: string;
}

const NAME = 'Replay';

type Parts = Pick<Engine, 'database' | 'registry'>;

/** Finds or makes the store into which stored documents are read. @throws ReplayTargetError */
export async function openReplayStore(engine: Parts, target: ReplayTarget): Promise<{ workspaceId: string; storeId: string }> {
	if (target.storeId !== undefined) return await findStore(engine, target, target.storeId);
	const workspaceId = target.workspaceId === undefined ? await replayWorkspace(engine) : await knownWorkspace(engine, target.workspaceId);
	const adapter = adapterOf(engine, target.platform);
	const [firstSite] = adapter.manifest.sites;
	const site = target.siteId === undefined ? firstSite : adapter.manifest.sites.find((s) => s.id === target.siteId);
	if (!site) {
		const known = adapter.manifest.sites.map((s) => s.id).join(', ');
		throw new ReplayTargetError(`${adapter.manifest.name} has no site ${target.siteId ?? ''}. Known are ${known}.`);
	}
	return await engine.database.inWorkspace(workspaceId, async (scope) => {
		const connectionId = await upsertConnection(scope, {
			platform: target.platform,
			externalAccountId: 'replay',
			accountName: NAME,
			host: site.host,
			scopes: [],
			accessExpiresAt: null,
			grantExpiresAt: null,
		});
		// No grant stands behind it, so nothing may be asked of the platform.
		await setConnectionState(scope, connectionId, 'disconnected', null);
		const description = {
			externalId: `replay-${site.id}`,
			name: `${NAME} ${site.id}`,
			siteId: site.id,
			mode: 'unknown' as const,
			active: false,
			attributes: {},
		};
		const { country, currency, zone, language } = site;
		const [store] = await upsertStores(scope, connectionId, [
			{ ...description, platform: target.platform, country, currency, zone, language, problem: null },
		]);
		if (!store) throw new ReplayTargetError('The store for the replay could not be made.');
		return { workspaceId, storeId: store.storeId };
	});
}

async function findStore(engine: Parts, target: ReplayTarget, storeId: string): Promise<{ workspaceId: string; storeId: string }> {
	const workspaces = target.workspaceId === undefined ? await engine.database.workspaceIds() : [target.workspaceId];
	for (const workspaceId of workspaces) {
		const store = await engine.database.inWorkspace(workspaceId, (scope) => storeById(scope, storeId));
		if (!store) continue;
		if (store.platform !== target.platform)
			throw new ReplayTargetError(`The store ${storeId} is one of ${store.platform}, not of ${target.platform}.`);
		return { workspaceId, storeId };
	}
	throw new ReplayTargetError(`There is no store ${storeId}.`);
}

async function knownWorkspace(engine: Parts, workspaceId: string): Promise<string> {
	const found = await engine.database.inWorkspace(workspaceId, (scope) => workspaceOf(scope));
	if (!found) throw new ReplayTargetError(`There is no workspace ${workspaceId}.`);
	return workspaceId;
}

async function replayWorkspace(engine: Parts): Promise<string> {
	for (const workspaceId of await engine.database.workspaceIds()) {
		const row = await engine.database.inWorkspace(workspaceId, (scope) => workspaceOf(scope));
		if (row?.name === NAME) return workspaceId;
	}
	const workspaceId = uuidv7();
	await engine.database.inWorkspace(workspaceId, (scope) => createEmptyWorkspace(scope, { name: NAME, baseCurrency: 'USD', zone: 'UTC' }));
	return workspaceId;
}
