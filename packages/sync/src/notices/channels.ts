import { addChannel } from '@pangea/db';
import type { ChannelKind, Language } from '@pangea/domain';
import { v7 as uuid } from 'uuid';
import type { Engine } from '../engine.ts';
import { PLACES } from '../keyring.ts';
import type { Hook } from './hooks.ts';

/** Where notices shall go: to a member's address, or to a group chat. */
export type ChannelRequest = { name: string; language: Language } & (
	| { kind: 'email'; userId: string }
	| { kind: Exclude<ChannelKind, 'email'>; hook: Hook }
);

/** Keeps a channel; where a group chat's webhook leads is sealed. @returns its id. */
export async function saveChannel(engine: Engine, workspaceId: string, request: ChannelRequest): Promise<string> {
	const channelId = uuid();
	const { kind, name, language } = request;
	const box = await engine.keys.box(workspaceId);
	const sealed = request.kind === 'email' ? null : box.seal(Buffer.from(JSON.stringify(request.hook)), PLACES.channel(channelId));
	const userId = request.kind === 'email' ? request.userId : null;
	await engine.database.inWorkspace(workspaceId, (scope) => addChannel(scope, { channelId, kind, name, language, userId, sealed }));
	return channelId;
}
