import { auditPeople, listAudit } from '@pangea/db';
import { AUDIT_ACTIONS } from '@pangea/domain';
import { z } from 'zod';
import type { AuditPageView } from './shapes.ts';
import { memberProcedure, router } from '../trpc.ts';
import { toAudit } from './audit.view.ts';

/** Which records: those of a member, an action, a store, a time; everything where nothing is said. */
export const auditFilter = z.object({
	member: z.string().max(100).optional(),
	action: z.enum(AUDIT_ACTIONS).optional(),
	store: z.uuid().optional(),
	from: z.iso.datetime({ offset: true }).optional(),
	until: z.iso.datetime({ offset: true }).optional(),
});
export type AuditFilterInput = z.infer<typeof auditFilter>;

/** The filter as the database is asked. */
export function filterFor(storeScope: readonly string[] | null, { member, store, ...rest }: AuditFilterInput) {
	return { storeScope, userId: member, storeId: store, ...rest };
}

export const auditRouter = router({
	list: memberProcedure('audit.read')
		.input(auditFilter.extend({ after: z.string().max(500).optional(), limit: z.int().min(1).max(200).default(100) }))
		.query(async ({ ctx: { member }, input: { after, limit, ...filter } }): Promise<AuditPageView> => {
			const asked = { ...filterFor(member.storeScope, filter), after, limit };
			const { rows, next } = await member.scoped((scope) => listAudit(scope, asked));
			return { rows: rows.map(toAudit), next };
		}),

	/** Everybody who stands in the trail, also those who have left. */
	people: memberProcedure('audit.read').query(({ ctx: { member } }) => member.scoped(auditPeople)),
});
