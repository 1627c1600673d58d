import { type Adoption, adoptStores, memberOf, type Scope, writeAudit } from '@pangea/db';
import { type AuditFields, STORE_COLOURS } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { problem } from '../problem.ts';
import type { Member } from '../trpc.ts';

const MODES = ['local', 'crossBorder', 'semiManaged', 'fullyManaged', 'platformFulfilled'] as const;
const name = z.string().trim().min(1).max(80).nullable().optional();

export const adoptInput = z.object({
	storeIds: z.array(z.uuid()).min(1).max(500),
	/** What is left out stays; null takes it away. */
	change: z.object({
		entity: name,
		group: name,
		ownerId: z.string().max(100).nullable().optional(),
		colour: z.enum(STORE_COLOURS).nullable().optional(),
		/** One or two letters as a reader counts them. */
		mark: z
			.string()
			.trim()
			.refine((text) => [...new Intl.Segmenter().segment(text)].length <= 2 && text.length > 0 && text.length <= 16)
			.nullable()
			.optional(),
		mode: z.enum(MODES).nullable().optional(),
	}),
});

/** Says of some stores to whom they belong and how they are told apart. @throws notFound, inputWrong when the owner is no member. */
export async function adopt(member: Member, asked: z.infer<typeof adoptInput>): Promise<{ changed: number }> {
	return await member.scoped((scope) => adoptIn(member, scope, asked));
}

/** {@link adopt}, with the scope's commit. */
export async function adoptIn(
	member: Member,
	scope: Scope,
	{ storeIds, change }: z.infer<typeof adoptInput>,
): Promise<{ changed: number }> {
	for (const storeId of storeIds) member.requireStore(storeId);
	const { entity, group, ownerId, colour, mark, mode } = change;
	const asked: Adoption = { entity, store_group: group, owner_id: ownerId, colour, mark, mode_said: mode };
	const written: Adoption = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
	if (Object.keys(written).length === 0) return { changed: 0 };
	const owner = typeof ownerId === 'string' ? await memberOf(scope, ownerId) : null;
	if (typeof ownerId === 'string' && !owner) throw problem('inputWrong', { field: 'ownerId' });
	const stores = await adoptStores(scope, member.storeScope, storeIds, written);
	if (stores.length !== new Set(storeIds).size) throw problem('notFound');
	await writeAudit(
		scope,
		...stores.map((store) => ({
			userId: member.user.id,
			action: 'stores.adopt' as const,
			subject: store.storeId,
			subjectName: store.name,
			storeId: store.storeId,
			before: fieldsOf(store.before, written),
			after: fieldsOf(owner ? { ...written, owner_id: owner.name } : written, written),
		})),
	);
	for (const { storeId } of stores) await recordEvent(scope, { kind: 'store.changed', storeId, ids: [storeId] });
	return { changed: stores.length };
}

/** Of the fields that were asked for. */
function fieldsOf(values: Adoption, asked: Adoption): AuditFields {
	const words = { entity: 'entity', store_group: 'group', owner_id: 'owner', colour: 'colour', mark: 'mark', mode_said: 'mode' } as const;
	const fields: AuditFields = {};
	for (const [column, field] of Object.entries(words) as [keyof Adoption, (typeof words)[keyof typeof words]][])
		if (asked[column] !== undefined) fields[field] = values[column] ?? null;
	return fields;
}
