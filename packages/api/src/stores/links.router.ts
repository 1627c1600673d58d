import { randomBytes } from 'node:crypto';
import {
	addReconnectLink,
	connectionById,
	reconnectLink,
	reconnectLinks,
	revokeReconnectLink,
	type Scope,
	storesOfConnection,
	writeAudit,
} from '@pangea/db';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { problem } from '../problem.ts';
import type { ReconnectLinkView } from '../shapes.ts';
import { digestOf } from '../token-digest.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';

const HOUR = 3_600_000;
/** Hours for which a link is good; a week at most, for it opens a door to whoever holds it. */
const DEFAULT_HOURS = 72;
const MOST_HOURS = 168;
/** Of one connection at once; nobody needs more, and a list of them stays readable. */
const MOST_OPEN = 5;

const ofConnection = z.object({ connectionId: z.uuid() });

export const linksRouter = router({
	list: memberProcedure('stores.manage')
		.input(ofConnection)
		.query(async ({ ctx: { member }, input }): Promise<ReconnectLinkView[]> => {
			const now = member.services.now();
			return await member.scoped(async (scope) => {
				await requireConnection(scope, member, input.connectionId);
				return (await reconnectLinks(scope, input.connectionId)).map((row) => toLink(row, now));
			});
		}),

	make: memberProcedure('stores.manage')
		.input(ofConnection.extend({ hours: z.int().min(1).max(MOST_HOURS).default(DEFAULT_HOURS) }))
		.mutation(async ({ ctx: { member }, input }) => {
			const now = member.services.now();
			const token = randomBytes(32).toString('base64url');
			const expiresAt = new Date(now.getTime() + input.hours * HOUR).toISOString();
			await member.scoped(async (scope) => {
				const connection = await requireConnection(scope, member, input.connectionId);
				if (connection.state === 'disconnected') throw problem('storeStopped');
				const known = (await reconnectLinks(scope, input.connectionId)).map((row) => toLink(row, now));
				if (known.filter((link) => link.state === 'open').length >= MOST_OPEN) throw problem('tooManyLinks');
				const linkId = uuid();
				await addReconnectLink(scope, {
					linkId,
					connectionId: input.connectionId,
					tokenDigest: digestOf(token),
					madeBy: member.user.id,
					expiresAt,
				});
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'links.make',
					subject: linkId,
					subjectName: connection.account_name,
					connectionId: input.connectionId,
					facts: { until: expiresAt },
				});
			});
			return { link: `${member.services.publicUrl}/reconnect/${token}`, expiresAt };
		}),

	revoke: memberProcedure('stores.manage')
		.input(z.object({ linkId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			await member.scoped(async (scope) => {
				const link = await reconnectLink(scope, input.linkId);
				if (!link) throw problem('notFound');
				const connection = await requireConnection(scope, member, link.connection_id);
				if (!(await revokeReconnectLink(scope, input.linkId, member.services.now().toISOString()))) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'links.revoke',
					subject: input.linkId,
					subjectName: connection.account_name,
					connectionId: link.connection_id,
				});
			});
			return { revoked: true };
		}),
});

/** A link is for all stores of the connection: who makes it must see them all. */
async function requireConnection(scope: Scope, member: Member, connectionId: string) {
	const connection = await connectionById(scope, connectionId);
	if (!connection) throw problem('notFound');
	for (const store of await storesOfConnection(scope, connectionId)) member.requireStore(store.store_id);
	return connection;
}

function toLink(row: Awaited<ReturnType<typeof reconnectLinks>>[number], now: Date): ReconnectLinkView {
	const state =
		row.used_at !== null ? 'used' : row.revoked_at !== null ? 'revoked' : Date.parse(row.expires_at) <= now.getTime() ? 'expired' : 'open';
	return {
		linkId: row.link_id,
		madeBy: row.made_by,
		maker: row.maker,
		madeAt: row.made_at,
		expiresAt: row.expires_at,
		state,
		endedAt: row.used_at ?? row.revoked_at,
	};
}
