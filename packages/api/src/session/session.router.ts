import { memberOf, workspaceOf } from '@pangea/db';
import { LANGUAGES, PERMISSIONS, type Role, roleAllows } from '@pangea/domain';
import { z } from 'zod';
import type { MembershipView, MeView } from '../shapes.ts';
import { publicProcedure, router, signedInProcedure } from '../trpc.ts';

export const sessionRouter = router({
	me: publicProcedure.query(async ({ ctx: { user, services } }): Promise<MeView | null> => {
		if (!user) return null;
		const memberships: MembershipView[] = [];
		for (const { workspaceId } of await services.database.membershipsOf(user.id)) {
			const found = await services.database.inWorkspace(workspaceId, async (scope) => ({
				workspace: await workspaceOf(scope),
				member: await memberOf(scope, user.id),
			}));
			if (!found.workspace || !found.member) continue;
			const role = found.member.role as Role;
			memberships.push({
				workspaceId,
				name: found.workspace.name,
				role,
				permissions: PERMISSIONS.filter((p) => roleAllows(role, p)),
				storeScope: found.member.store_scope,
				baseCurrency: found.workspace.base_currency,
				zone: found.workspace.zone,
			});
		}
		return { userId: user.id, name: user.name, email: user.email, language: user.language, memberships };
	}),

	setLanguage: signedInProcedure.input(z.object({ language: z.enum(LANGUAGES) })).mutation(async ({ ctx, input }) => {
		await ctx.services.setLanguage(ctx.user.id, input.language);
		return { language: input.language };
	}),
});
