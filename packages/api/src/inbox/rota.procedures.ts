import { inboxRotas, listMembers, MOST_ROTAS, placesOfStores, removeInboxRota, saveInboxRota, writeAudit } from '@pangea/db';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { isZone } from '../zone.ts';
import { inboxProcedure } from './inbox.procedure.ts';
import type { RotaView } from './shapes.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const shift = z.object({
	zone: z.string().max(100).refine(isZone),
	weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
	from: time,
	until: time,
});

/** Who is given conversations that nobody holds. */
export const rotaProcedures = {
	rotas: inboxProcedure('inbox.manage').query(
		async ({ ctx: { member } }): Promise<RotaView[]> => (await member.scoped(inboxRotas)).map(({ lastUserId: _last, ...rota }) => rota),
	),

	/**
	 * Adds a rota behind the others or changes one. What waits by then is given within seconds.
	 * @throws rotaTaken, notFound for a store that the member does not see, inputWrong for somebody who is no member, when there are too many, or for a
	 * rota for all stores by a member who does not see all
	 */
	saveRota: inboxProcedure('inbox.manage')
		.input(
			z.object({
				rotaId: z.uuid(),
				name: z.string().trim().min(1).max(60),
				isOn: z.boolean(),
				storeIds: z.array(z.uuid()).max(500),
				languages: z.array(z.string().regex(/^[a-z]{2}$/)).max(50),
				userIds: z.array(z.string().max(100)).min(1).max(100),
				capacity: z.int().min(1).max(10_000).nullable().default(null),
				shift: shift.nullable().default(null),
			}),
		)
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const { rotaId, name } = input;
				const [storeIds, userIds] = [[...new Set(input.storeIds)], [...new Set(input.userIds)]];
				if (storeIds.length === 0 && member.storeScope !== null) throw problem('inputWrong', { field: 'storeIds' });
				const isSeen = (storeId: string): boolean => member.storeScope?.includes(storeId) ?? true;
				if ((await placesOfStores(scope, storeIds)).size < storeIds.length || !storeIds.every(isSeen)) throw problem('notFound');
				const members = new Set((await listMembers(scope)).map((one) => one.user_id));
				if (!userIds.every((userId) => members.has(userId))) throw problem('inputWrong', { field: 'userIds' });
				const all = await inboxRotas(scope);
				const before = all.find((rota) => rota.rotaId === rotaId);
				if (!before && all.length >= MOST_ROTAS) throw problem('inputWrong', { field: 'name' });
				if (!(await saveInboxRota(scope, { ...input, storeIds, userIds }))) throw problem('rotaTaken');
				const told = (rota: Pick<RotaView, 'name' | 'isOn' | 'userIds'>) => ({
					name: rota.name,
					isOn: rota.isOn,
					count: rota.userIds.length,
				});
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.saveRota',
					subject: rotaId,
					subjectName: name,
					...(before && { before: told(before) }),
					after: told({ ...input, userIds }),
				});
				return { rotaId };
			}),
		),

	/** What members hold by then stays theirs. @throws notFound */
	removeRota: inboxProcedure('inbox.manage')
		.input(z.object({ rotaId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const name = await removeInboxRota(scope, input.rotaId);
				if (name === undefined) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.removeRota',
					subject: input.rotaId,
					subjectName: name,
					before: { name },
				});
				return { removed: true };
			}),
		),
};
