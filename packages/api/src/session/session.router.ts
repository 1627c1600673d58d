import { memberOf, workspaceOf } from '@pangea/db';
import { LANGUAGES, permissionsOf, type Role } from '@pangea/domain';
import { z } from 'zod';
import { recordPersonal } from '../audit/personal.ts';
import { problem } from '../problem.ts';
import type { MembershipView, MeView, SecurityView } from './shapes.ts';
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
				permissions: permissionsOf({ role, fields: found.member.fields }),
				storeScope: found.member.store_scope,
				baseCurrency: found.workspace.base_currency,
				zone: found.workspace.zone,
				secondFactorRequired: found.member.second_factor_required,
			});
		}
		return { userId: user.id, name: user.name, email: user.email, language: user.language, secondFactor: user.secondFactor, memberships };
	}),

	setLanguage: signedInProcedure.input(z.object({ language: z.enum(LANGUAGES) })).mutation(async ({ ctx, input }) => {
		await ctx.services.people.setLanguage(ctx.user.id, input.language);
		return { language: input.language };
	}),

	/** How a person gets into their account, and where they are in. */
	security: signedInProcedure.query(async ({ ctx: { user, services } }): Promise<SecurityView> => {
		const sessions = await services.people.sessionsOf(user.id);
		return {
			secondFactor: user.secondFactor,
			backupCodesLeft: await services.people.backupCodesLeft(user.id),
			sessions: sessions.map((session) => ({ ...session, current: session.sessionId === user.sessionId })),
		};
	}),

	end: signedInProcedure.input(z.object({ sessionId: z.string().max(100) })).mutation(async ({ ctx: { user, services }, input }) => {
		const ending = (await services.people.sessionsOf(user.id)).find((session) => session.sessionId === input.sessionId);
		if (!ending) throw problem('notFound');
		await services.people.endSessions(user.id, { only: ending.sessionId });
		const { browser, system } = ending;
		await recordPersonal(services.database, user.id, 'session.end', { browser, system });
		return { ended: 1 };
	}),

	/** Ends all sessions but the one that asks, and asks for the second factor again on devices that were trusted. */
	// Without an input a client that does not batch would send no body, which is no JSON.
	endOthers: signedInProcedure.input(z.object({})).mutation(async ({ ctx: { user, services } }) => {
		const ended = await services.people.endSessions(user.id, { except: user.sessionId });
		await recordPersonal(services.database, user.id, 'session.endOthers', { count: ended });
		return { ended };
	}),
});
