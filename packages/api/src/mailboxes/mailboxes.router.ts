import { connectionById, mailboxes, type MailboxRow, storeOverview, writeAudit } from '@pangea/db';
import { allows, isPlatformId } from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';
import type { MailboxView } from './shapes.ts';

const ADDRESS = /^[a-z0-9][a-z0-9.+_-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}[a-z]{2,24}$/i;
/** Nothing that could end a line of a mail server's dialogue. */
const line = z
	.string()
	.min(1)
	.max(250)
	.refine((text) => !/[\p{Cc}\u2028\u2029]/u.test(text));
const server = z.object({
	host: z
		.string()
		.trim()
		.toLowerCase()
		.max(250)
		.regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/),
	port: z.int().min(1).max(65_535),
	security: z.enum(['tls', 'starttls', 'none']),
});
const settings = z.object({
	address: z.string().trim().max(250).regex(ADDRESS),
	user: line,
	/** Left out where the stored one stays. */
	password: line.optional(),
	imap: server,
	smtp: server,
	folder: line.default('INBOX'),
});

export const mailboxesRouter = router({
	list: memberProcedure('stores.read').query(async ({ ctx: { member } }): Promise<MailboxView[]> => {
		const helps = new Map(
			[...member.services.registry.values()].flatMap(({ id, manifest }) => {
				const help = manifest.messages?.mailbox?.help;
				return help === undefined ? [] : [[String(id), help] as const];
			}),
		);
		const box = await member.services.operations.box(member.workspaceId);
		const rows = await member.scoped((scope) => mailboxes(scope, member.storeScope, [...helps.keys()]));
		const shown = allows(member.powers, 'stores.manage');
		return rows.flatMap((row) => toMailbox(row, box, { help: helps.get(row.platform) ?? '', shown }));
	}),

	/** @throws notFound, inputWrong, and the cause where the mailbox cannot be read or does not let us send */
	save: memberProcedure('stores.manage')
		.input(settings.extend({ connectionId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			const { connectionId, password, ...rest } = input;
			const before = await requireConnection(member, connectionId);
			await member.services.operations.saveMailbox(member.workspaceId, connectionId, { ...rest, password: password ?? null });
			await member.scoped((scope) =>
				writeAudit(scope, {
					userId: member.user.id,
					action: 'mailboxes.save',
					subject: connectionId,
					subjectName: before.account_name,
					connectionId,
					after: { stored: true },
					facts: { fields: Object.keys(input).filter((field) => field !== 'connectionId') },
				}),
			);
			return { saved: true };
		}),

	remove: memberProcedure('stores.manage')
		.input(z.object({ connectionId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			const before = await requireConnection(member, input.connectionId);
			await member.services.operations.removeMailbox(member.workspaceId, input.connectionId);
			await member.scoped((scope) =>
				writeAudit(scope, {
					userId: member.user.id,
					action: 'mailboxes.remove',
					subject: input.connectionId,
					subjectName: before.account_name,
					connectionId: input.connectionId,
					before: { stored: true },
					after: { stored: false },
				}),
			);
			return { removed: true };
		}),
});

/** A mailbox serves all stores of its grant, so whoever changes it needs all of them. */
async function requireConnection(member: Member, connectionId: string) {
	const found = await member.scoped((scope) => connectionById(scope, connectionId));
	if (!found) throw problem('notFound');
	if (member.storeScope) {
		const all = await member.scoped((scope) => storeOverview(scope, null));
		for (const store of all) if (store.connection_id === connectionId) member.requireStore(store.store_id);
	}
	return found;
}

// Written by ourselves; the password stays behind.
function toMailbox(row: MailboxRow, box: SealedBox, { help, shown }: { help: string; shown: boolean }): MailboxView[] {
	if (!isPlatformId(row.platform)) return [];
	const opened =
		row.sealed && shown
			? (JSON.parse(box.open(row.sealed, `mailbox ${row.connection_id}`).toString('utf8')) as NonNullable<MailboxView['settings']>)
			: null;
	return [
		{
			connectionId: row.connection_id,
			platform: row.platform,
			accountName: row.account_name,
			externalAccountId: row.external_account_id,
			storeIds: row.store_ids,
			settings: opened && {
				address: opened.address,
				user: opened.user,
				imap: opened.imap,
				smtp: opened.smtp,
				folder: opened.folder,
			},
			named: row.sealed !== null,
			savedAt: row.saved_at,
			code: row.error_code,
			readUntil: row.read_until,
			help,
		},
	];
}
