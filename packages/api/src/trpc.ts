import type { Scope, StoreScope } from '@pangea/db';
import { allows, type Field, isPlatformId, type Permission, type PlatformId, type Powers, type Role, sees } from '@pangea/domain';
import { inSpan } from '@pangea/tracing';
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import { admit } from './admission.ts';
import type { RequestContext, Services, SessionUser } from './context.ts';
import { unsoundText } from './plain-text.ts';
import { asWireError, problem, problemOf } from './problem.ts';

const t = initTRPC.context<RequestContext>().create({
	errorFormatter: ({ shape, error }) => ({
		...shape,
		// The cause stays in the log: it may name hosts, tables or ids that are nobody's business.
		message: error.code === 'INTERNAL_SERVER_ERROR' ? 'internal' : shape.message,
		data: { code: shape.data.code, httpStatus: shape.data.httpStatus, path: shape.data.path, problem: problemOf(error.cause ?? error) },
	}),
});

export const router = t.router;
export const callerFactory = t.createCallerFactory;

/** Without a session. Only for what a person does before signing in. */
export const publicProcedure = t.procedure.use(async ({ ctx, path, next, getRawInput }) => {
	const started = performance.now();
	const told = (outcome: string): void => ctx.services.onProcedure?.(path, outcome, (performance.now() - started) / 1000);
	const field = unsoundText(await getRawInput());
	if (field !== null) {
		told('BAD_REQUEST');
		throw problem('inputWrong', { field });
	}
	const result = await inSpan(path, {}, async (label) => {
		const done = await next();
		label({ outcome: done.ok ? 'ok' : done.error.code });
		return done;
	});
	if (!result.ok) {
		const error = asWireError(result.error);
		told(error.code);
		throw error;
	}
	told('ok');
	return result;
});

/** With a session, before a workspace is chosen. */
export const signedInProcedure = publicProcedure.use(({ ctx, next }) => {
	if (!ctx.user) throw problem('notSignedIn');
	return next({ ctx: { ...ctx, user: ctx.user } });
});

/** The member on whose behalf a procedure runs. */
export interface Member {
	user: SessionUser;
	workspaceId: string;
	role: Role;
	powers: Powers;
	storeScope: StoreScope;
	services: Services;
	/** One transaction that sees this workspace only; with `snapshot`, all of it as it stood at the first statement. */
	scoped<T>(work: (scope: Scope) => Promise<T>, opening?: { snapshot: boolean }): Promise<T>;
	sees(field: Field): boolean;
	/** @throws notFound unless the store lies in the member's scope. */
	requireStore(storeId: string): void;
}

/**
 * The member that a signed-in person is in a workspace, once a permission has been looked up: for tRPC and for downloads alike.
 * @throws notSignedIn, noWorkspace, secondFactorMissing, notAllowed
 */
export async function memberFor(
	services: Services,
	user: SessionUser | null,
	asked: string | null,
	permission: Permission,
): Promise<Member> {
	const { row, signedIn, workspaceId } = await admit(services, user, asked);
	const role = row.role as Role;
	const powers: Powers = { role, fields: row.fields };
	if (!allows(powers, permission)) throw problem('notAllowed', { permission });
	return {
		user: signedIn,
		workspaceId,
		role,
		powers,
		sees: (field) => sees(powers, field),
		storeScope: row.store_scope,
		services,
		scoped: (work, opening) => services.database.inWorkspace(workspaceId, work, opening),
		requireStore: (storeId) => {
			if (row.store_scope && !row.store_scope.includes(storeId)) throw problem('notFound');
		},
	};
}

/** The base of everything inside a workspace: the member exists and the role allows it. There is no way to a workspace without naming a permission. */
export function memberProcedure(permission: Permission) {
	return signedInProcedure.use(async ({ ctx, next }) => {
		const member = await memberFor(ctx.services, ctx.user, ctx.workspaceId, permission);
		return next({ ctx: { ...ctx, member } });
	});
}

export const platformInput = z
	.string()
	.refine(isPlatformId)
	.transform((value) => value as PlatformId);
