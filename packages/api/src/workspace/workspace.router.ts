import { randomBytes } from 'node:crypto';
import {
	addInvitation,
	addMember,
	changeMember,
	createWorkspace,
	listMembers,
	memberOf,
	openInvitations,
	otherOwners,
	removeMember,
	requireSecondFactor,
	revokeInvitation,
	takeInvitation,
	writeAudit,
} from '@pangea/db';
import { type AuditFields, type FieldChoices, FIELDS, type Powers, ROLES, type Role, sees } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { currencyInput } from '../money-input.ts';
import { problem } from '../problem.ts';
import type { InvitationView, MemberView } from '../shapes.ts';
import { digestOf } from '../token-digest.ts';
import { type Member, memberProcedure, router, signedInProcedure } from '../trpc.ts';
import { isZone } from '../zone.ts';

const INVITATION_DAYS = 7;
const roleInput = z.enum(ROLES);
const scopeInput = z.array(z.uuid()).max(500).nullable();

export const workspaceRouter = router({
	create: signedInProcedure
		.input(z.object({ name: z.string().trim().min(1).max(80), baseCurrency: currencyInput, zone: z.string().refine(isZone) }))
		.mutation(async ({ ctx: { user, services }, input }) => {
			const workspaceId = uuid();
			await services.database.inWorkspace(workspaceId, async (scope) => {
				await createWorkspace(scope, input, { userId: user.id, name: user.name, email: user.email });
				const { name, baseCurrency: currency, zone } = input;
				await writeAudit(scope, {
					userId: user.id,
					action: 'workspace.create',
					subject: workspaceId,
					subjectName: name,
					after: { name, currency, zone },
				});
			});
			return { workspaceId };
		}),

	members: memberProcedure('members.read').query(
		async ({ ctx: { member } }): Promise<{ members: MemberView[]; invitations: InvitationView[] }> => {
			const now = member.services.now().toISOString();
			const all = await member.scoped(listMembers);
			const sure = await member.services.people.withSecondFactor(all.map((m) => m.user_id));
			return await member.scoped(async (scope) => ({
				members: all.map((m) => ({
					userId: m.user_id,
					name: m.name,
					email: m.email,
					role: m.role as Role,
					storeScope: m.store_scope,
					fields: m.fields,
					since: m.created_at,
					secondFactor: sure.has(m.user_id),
				})),
				invitations: (await openInvitations(scope, now)).map((i) => ({
					invitationId: i.invitation_id,
					email: i.email,
					role: i.role as Role,
					storeScope: i.store_scope,
					expiresAt: i.expires_at,
				})),
			}));
		},
	),

	/** Lets in only who has a second factor, or everybody. Who asks for it needs one, so that somebody remains who can take it back. */
	requireSecondFactor: memberProcedure('workspace.manage')
		.input(z.object({ required: z.boolean() }))
		.mutation(async ({ ctx: { member }, input: { required } }) => {
			if (required && !member.user.secondFactor) throw problem('secondFactorFirst');
			await member.scoped(async (scope) => {
				const before = await requireSecondFactor(scope, required);
				if (before === required) return;
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'workspace.change',
					subject: member.workspaceId,
					before: { secondFactorRequired: before },
					after: { secondFactorRequired: required },
				});
				await recordEvent(scope, { kind: 'member.changed', storeId: null, ids: [] });
			});
			return { required };
		}),

	invite: memberProcedure('members.manage')
		.input(z.object({ email: z.email().max(200), role: roleInput, storeScope: scopeInput }))
		.mutation(async ({ ctx: { member }, input }) => {
			onlyOwnersMakeOwners(member, input.role);
			onlyWithinOwnSight(member, { role: input.role, fields: {} });
			const token = randomBytes(32).toString('base64url');
			const expiresAt = new Date(member.services.now().getTime() + INVITATION_DAYS * 86_400_000).toISOString();
			await member.scoped(async (scope) => {
				const members = await listMembers(scope);
				if (members.some((m) => m.email.toLowerCase() === input.email.toLowerCase())) throw problem('alreadyMember');
				await addInvitation(scope, { ...input, invitationId: uuid(), tokenDigest: digestOf(token), expiresAt, invitedBy: member.user.id });
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'members.invite',
					subject: input.email,
					subjectName: input.email,
					after: { role: input.role, storeScope: input.storeScope },
				});
			});
			return { link: `${member.services.publicUrl}/join/${token}`, expiresAt };
		}),

	revokeInvitation: memberProcedure('members.manage')
		.input(z.object({ invitationId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			await member.scoped(async (scope) => {
				const before = await revokeInvitation(scope, input.invitationId);
				if (!before) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'members.revokeInvitation',
					subject: input.invitationId,
					subjectName: before.email,
					before: { role: before.role },
				});
			});
			return { revoked: true };
		}),

	acceptInvitation: signedInProcedure
		// Of any length: a link that was cut off is an invitation that does not hold, not a field typed wrongly.
		.input(z.object({ token: z.string().max(200) }))
		.mutation(async ({ ctx: { user, services }, input }) => {
			const digest = digestOf(input.token);
			const workspaceId = await services.database.workspaceOfInvitation(digest);
			if (workspaceId === null) throw problem('invitationInvalid');
			await services.database.inWorkspace(workspaceId, async (scope) => {
				if (await memberOf(scope, user.id)) throw problem('alreadyMember');
				const invitation = await takeInvitation(scope, digest, services.now().toISOString());
				if (!invitation) throw problem('invitationInvalid');
				if (invitation.email.toLowerCase() !== user.email.toLowerCase()) throw problem('invitationForOther', { email: invitation.email });
				await addMember(scope, {
					userId: user.id,
					name: user.name,
					email: user.email,
					role: invitation.role as Role,
					storeScope: invitation.store_scope,
				});
				await writeAudit(scope, {
					userId: user.id,
					action: 'members.join',
					subject: user.id,
					subjectName: user.name,
					after: { role: invitation.role, storeScope: invitation.store_scope },
				});
				await recordEvent(scope, { kind: 'member.changed', storeId: null, ids: [] });
			});
			return { workspaceId };
		}),

	/** Where a member differs from the role in what they see is an owner's to choose. */
	changeMember: memberProcedure('members.manage')
		.input(
			z.object({
				userId: z.string().max(100),
				role: roleInput,
				storeScope: scopeInput,
				fields: z.partialRecord(z.enum(FIELDS), z.boolean()).optional(),
			}),
		)
		.mutation(async ({ ctx: { member }, input }) => {
			await member.scoped(async (scope) => {
				const before = await memberOf(scope, input.userId);
				if (!before) throw problem('notFound');
				const fields = input.fields ?? before.fields;
				if (member.role !== 'owner' && FIELDS.some((field) => fields[field] !== before.fields[field]))
					throw problem('notAllowed', { permission: 'workspace.manage' });
				if (before.role !== input.role) {
					onlyOwnersMakeOwners(member, input.role);
					onlyOwnersMakeOwners(member, before.role as Role);
					onlyWithinOwnSight(member, { role: input.role, fields });
				}
				if (before.role === 'owner' && input.role !== 'owner' && (await otherOwners(scope, input.userId)) === 0) throw problem('lastOwner');
				await changeMember(scope, input.userId, { ...input, fields });
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'members.change',
					subject: input.userId,
					subjectName: before.name,
					before: { role: before.role, storeScope: before.store_scope, ...choices(before.fields) },
					after: { role: input.role, storeScope: input.storeScope, ...choices(fields) },
				});
				await recordEvent(scope, { kind: 'member.changed', storeId: null, ids: [] });
			});
			return { changed: true };
		}),

	removeMember: memberProcedure('members.manage')
		.input(z.object({ userId: z.string().max(100) }))
		.mutation(async ({ ctx: { member }, input }) => {
			await member.scoped(async (scope) => {
				const before = await memberOf(scope, input.userId);
				if (!before) throw problem('notFound');
				onlyOwnersMakeOwners(member, before.role as Role);
				if (before.role === 'owner' && (await otherOwners(scope, input.userId)) === 0) throw problem('lastOwner');
				// First, while a person who leaves still has a name here.
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'members.remove',
					subject: input.userId,
					subjectName: before.name,
					before: { role: before.role, storeScope: before.store_scope },
				});
				await removeMember(scope, input.userId);
				await recordEvent(scope, { kind: 'member.changed', storeId: null, ids: [] });
			});
			return { removed: true };
		}),
});

function onlyOwnersMakeOwners(member: Member, role: Role): void {
	if (role === 'owner' && member.role !== 'owner') throw problem('notAllowed', { permission: 'members.manage' });
}

/** Who does not see a field cannot make a member who does, and look through that one's eyes. */
function onlyWithinOwnSight(member: Member, other: Powers): void {
	const beyond = FIELDS.find((field) => sees(other, field) && !member.sees(field));
	if (beyond) throw problem('notAllowed', { permission: `fields.${beyond}` });
}

/** Chosen fields for the trail; a side without any says nothing. */
function choices(fields: FieldChoices): AuditFields {
	const shown = FIELDS.filter((field) => fields[field] === true);
	const hidden = FIELDS.filter((field) => fields[field] === false);
	return { ...(shown.length > 0 && { shown }), ...(hidden.length > 0 && { hidden }) };
}
