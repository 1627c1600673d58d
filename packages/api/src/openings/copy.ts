import { changeMember, inboxMacros, listMembers, type Scope, storeById, writeAudit } from '@pangea/db';
import { allows, isStoreColour, macroTextFor, type Role } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { adoptIn, type adoptInput } from '../stores/adopt.ts';
import type { Member } from '../trpc.ts';
import { COPIED_SETTINGS, type CopiedSetting, type SettingsDifferenceView } from './shapes.ts';

const between = z.object({ fromStoreId: z.uuid(), toStoreId: z.uuid() });

export const copyInput = between.extend({
	settings: z.array(z.enum(COPIED_SETTINGS)).max(COPIED_SETTINGS.length),
	/** Who is to see the new store too. */
	members: z.array(z.string().max(100)).max(500),
});

const MODES = ['local', 'crossBorder', 'semiManaged', 'fullyManaged', 'platformFulfilled'] as const;
type Change = z.infer<typeof adoptInput>['change'];
type Store = NonNullable<Awaited<ReturnType<typeof storeById>>>;

/** What a store says of each setting; owners by their ids. */
function saidOf(store: Store): Record<CopiedSetting, string | null> {
	const { entity, store_group: group, owner_id: owner, colour, mark, mode_said: mode } = store;
	return { entity, group, owner, colour, mark, mode };
}

async function both(member: Member, scope: Scope, { fromStoreId, toStoreId }: z.infer<typeof between>): Promise<[Store, Store]> {
	for (const storeId of [fromStoreId, toStoreId]) member.requireStore(storeId);
	const [from, to] = [await storeById(scope, fromStoreId), await storeById(scope, toStoreId)];
	if (!from || !to) throw problem('notFound');
	return [from, to];
}

/** Members of some stores who see the one and not the other. */
async function followers(member: Member, scope: Scope, from: Store, to: Store) {
	if (!allows(member.powers, 'members.manage')) return [];
	const all = await listMembers(scope);
	return all.filter((one) => one.store_scope?.includes(from.store_id) && !one.store_scope.includes(to.store_id));
}

/** In what a store differs from the one that it is to be like, and who sees only the latter. @throws notFound */
export async function settingsDifference(member: Member, asked: z.infer<typeof between>): Promise<SettingsDifferenceView> {
	return await member.scoped(async (scope) => {
		const [from, to] = await both(member, scope, asked);
		const names = new Map((await listMembers(scope)).map((one) => [one.user_id, one.name]));
		const [there, here] = [saidOf(from), saidOf(to)];
		const told = (setting: CopiedSetting, value: string | null): string | null =>
			setting === 'owner' && value !== null ? (names.get(value) ?? null) : value;
		const macros = await inboxMacros(scope);
		const without = macros.filter((macro) => !speaks(macro.texts, to.language)).map((macro) => macro.name);
		return {
			settings: COPIED_SETTINGS.filter((setting) => there[setting] !== here[setting]).map((setting) => ({
				setting,
				from: told(setting, there[setting]),
				to: told(setting, here[setting]),
			})),
			members: (await followers(member, scope, from, to)).map((one) => ({ userId: one.user_id, name: one.name })),
			language: to.language,
			macros: { fitting: macros.length - without.length, without },
		};
	});
}

/** A text for any language serves all. */
function speaks(texts: Parameters<typeof macroTextFor>[0], language: string): boolean {
	const primary = (tag: string): string => tag.split('-')[0] ?? tag;
	const said = macroTextFor(texts, language);
	return said !== undefined && (said.language === 'any' || primary(said.language) === primary(language));
}

/** Makes a store like another one in what was chosen, and lets members who see that one see it too: all of it or nothing. @throws notFound, notAllowed */
export async function copySettings(member: Member, asked: z.infer<typeof copyInput>): Promise<{ copied: number; members: number }> {
	await member.scoped(async (scope) => {
		const [from, to] = await both(member, scope, asked);
		await adoptIn(member, scope, { storeIds: [to.store_id], change: changeOf(saidOf(from), asked.settings) });
		if (asked.members.length > 0) await letSee(member, scope, from, to, asked.members);
	});
	return { copied: asked.settings.length, members: asked.members.length };
}

function changeOf(said: Record<CopiedSetting, string | null>, settings: readonly CopiedSetting[]): Change {
	const { owner: ownerId, colour, mode, ...rest } = said;
	const all = { ...rest, ownerId, colour: isStoreColour(colour) ? colour : null, mode: MODES.find((one) => one === mode) ?? null };
	const keys: Record<CopiedSetting, keyof Change> = {
		entity: 'entity',
		group: 'group',
		owner: 'ownerId',
		colour: 'colour',
		mark: 'mark',
		mode: 'mode',
	};
	return Object.fromEntries(settings.map((setting) => [keys[setting], all[keys[setting]]]));
}

async function letSee(member: Member, scope: Scope, from: Store, to: Store, userIds: readonly string[]): Promise<void> {
	if (!allows(member.powers, 'members.manage')) throw problem('notAllowed', { permission: 'members.manage' });
	const asked = new Set(userIds);
	const found = (await followers(member, scope, from, to)).filter((one) => asked.has(one.user_id));
	if (found.length !== asked.size) throw problem('notFound');
	for (const one of found) {
		const storeScope = [...(one.store_scope ?? []), to.store_id];
		await changeMember(scope, one.user_id, { role: one.role as Role, storeScope });
		await writeAudit(scope, {
			userId: member.user.id,
			action: 'members.change',
			subject: one.user_id,
			subjectName: one.name,
			before: { storeScope: one.store_scope },
			after: { storeScope },
		});
	}
	await recordEvent(scope, { kind: 'member.changed', storeId: null, ids: [] });
}
