import {
	giveConversation,
	hasRota,
	heldConversations,
	inboxRotas,
	letGoOfGone,
	listMembers,
	noteTurn,
	type Scope,
	unheldConversations,
	type UnheldConversation,
} from '@pangea/db';
import { allows, isForLanguage, isForStore, isOnShift, nextInTurn, type Role, type Rota, sees } from '@pangea/domain';
import { conversationsHandOut } from '@pangea/jobs';
import { recordEvent } from '@pangea/realtime';
import { type LanguageTeller, languageTeller } from '@pangea/translation';
import type { SealedBox } from '@pangea/vault';
import type { Engine } from '../engine.ts';
import { openBody } from './bodies.ts';

/** So many are looked at in one go; those that wait longest come first. */
const A_LOOK = 500;

/** Sends the handing out where a rota is on. A round repeats it anyway. */
export async function handOutSoon({ database, jobs }: Pick<Engine, 'database' | 'jobs'>, workspaceId: string): Promise<void> {
	if (await database.inWorkspace(workspaceId, hasRota)) await jobs.enqueue(conversationsHandOut, { workspaceId });
}

/**
 * Gives conversations in which a buyer waits and that nobody holds to members, as the workspace's rotas say: each to the first rota that is for it
 * and in which somebody has room, there to whose turn it is. What finds nobody stays everybody's and is looked at again with the next round.
 * @returns how many were given.
 */
export async function handOut(engine: Pick<Engine, 'database' | 'keys' | 'now'>, workspaceId: string): Promise<number> {
	const box = await engine.keys.box(workspaceId);
	const now = engine.now().toISOString();
	const work = async (scope: Scope): Promise<number> => {
		const rotas = (await inboxRotas(scope)).filter(({ isOn }) => isOn);
		if (rotas.length === 0) return 0;
		// Who has left answers nobody.
		for (const [storeId, ids] of await letGoOfGone(scope)) await recordEvent(scope, { kind: 'conversation.changed', storeId, ids });
		const onShift = rotas.filter(({ shift }) => shift === null || isOnShift(shift, now));
		const waiting = await unheldConversations(scope, now, { stores: storesOf(onShift), limit: A_LOOK });
		if (waiting.length === 0) return 0;
		const members = (await listMembers(scope)).filter(({ role, fields }) => {
			const powers = { role: role as Role, fields };
			return allows(powers, 'inbox.answer') && sees(powers, 'buyer');
		});
		const scopes = new Map(members.map((member) => [member.user_id, member.store_scope]));
		const held = await heldConversations(scope, now);
		const teller = rotas.some(({ languages }) => languages.length > 0) ? await languageTeller() : null;
		const given: UnheldConversation[] = [];
		for (const one of waiting) {
			const may = (userId: string): boolean => scopes.get(userId)?.includes(one.storeId) ?? scopes.get(userId) === null;
			const { storeId } = one;
			// What is written is opened only where it decides.
			const free = onShift.filter((rota) => isForStore(rota, storeId) && nextInTurn(rota, may, held) !== null);
			if (free.length === 0) continue;
			const language = languageOf(one, box, free.some(({ languages }) => languages.length > 0) ? teller : null);
			const found = turnFor(free, (rota) => (isForLanguage(rota, language) ? nextInTurn(rota, may, held) : null));
			if (!found || !(await giveConversation(scope, one.conversationId, found.userId))) continue;
			held.set(found.userId, (held.get(found.userId) ?? 0) + 1);
			found.rota.lastUserId = found.userId;
			await noteTurn(scope, found.rota.rotaId, found.userId);
			given.push(one);
		}
		for (const [storeId, of] of Map.groupBy(given, (one) => one.storeId))
			await recordEvent(scope, { kind: 'conversation.changed', storeId, ids: of.map((one) => one.conversationId) });
		return given.length;
	};
	return await engine.database.inWorkspace(workspaceId, work, { lock: `hand out ${workspaceId}` });
}

/** The stores of some rotas; null: one of them is for all. */
function storesOf(rotas: readonly Rota[]): string[] | null {
	return rotas.some(({ storeIds }) => storeIds.length === 0) ? null : rotas.flatMap(({ storeIds }) => storeIds);
}

function turnFor(rotas: readonly Rota[], of: (rota: Rota) => string | null): { rota: Rota; userId: string } | null {
	for (const rota of rotas) {
		const userId = of(rota);
		if (userId !== null) return { rota, userId };
	}
	return null;
}

/** An ISO 639-1 code: of the buyer's newest words where they tell it, else of the store's country. */
function languageOf(one: UnheldConversation, box: SealedBox, teller: LanguageTeller | null): string {
	const [likely = ''] = one.storeLanguage.split('-');
	if (!teller || one.messageId === null || one.sealed === null) return likely;
	const { text } = openBody(box, one.messageId, one.sealed);
	return (text === null ? null : teller.of(text, one.storeLanguage)) ?? likely;
}
