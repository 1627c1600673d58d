import { addMember, addInvitation } from '@pangea/db';
import { NotActiveError, PERMISSIONS, type Role, ROLES } from '@pangea/domain';
import { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRouter, createCaller, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let workspaceId: string;
const people = {} as Record<Role | 'stranger', SessionUser>;

beforeAll(async () => {
	api = await createTestApi();
	for (const name of [...ROLES, 'stranger'] as const) people[name] = await api.user(name);
	({ workspaceId } = await api.as(people.owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'Asia/Shanghai' }));
	await api.database.inWorkspace(workspaceId, async (scope) => {
		for (const role of ROLES.filter((r) => r !== 'owner')) {
			await addMember(scope, { userId: people[role].id, name: role, email: people[role].email, role, storeScope: null });
		}
	});
});
afterAll(() => api.close());

/** Everything the router offers, so that a procedure added later is tested without anybody remembering. */
const procedures = Object.keys((appRouter._def as unknown as { procedures: Record<string, unknown> }).procedures);
const WITHOUT_SESSION = ['session.me'];
const WITHOUT_WORKSPACE = ['session.setLanguage', 'workspace.create', 'workspace.acceptInvitation'];

async function call(user: SessionUser | null, path: string, workspace: string | null, input: unknown = {}): Promise<string> {
	const [area = '', name = ''] = path.split('.');
	const caller = api.as(user, workspace) as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
	try {
		await caller[area]?.[name]?.(input);
		return 'OK';
	} catch (error) {
		return error instanceof TRPCError ? error.code : String(error);
	}
}

describe('every procedure', () => {
	test.each(procedures.filter((p) => !WITHOUT_SESSION.includes(p)))('%s refuses a visitor without a session', async (path) => {
		expect(await call(null, path, workspaceId)).toBe('UNAUTHORIZED');
	});
	test.each(procedures.filter((p) => !WITHOUT_SESSION.includes(p) && !WITHOUT_WORKSPACE.includes(p)))(
		'%s refuses a signed-in stranger',
		async (path) => {
			expect(await call(people.stranger, path, workspaceId)).toBe('FORBIDDEN');
			expect(await call(people.stranger, path, null)).toBe('FORBIDDEN');
			expect(await call(people.stranger, path, 'not-a-uuid')).toBe('FORBIDDEN');
		},
	);
});

describe('roles', () => {
	const allowed: Record<string, Role[]> = {
		'orders.list': ['owner', 'manager', 'agent', 'analyst'],
		'orders.reveal': ['owner', 'manager', 'agent'],
		'orders.annotate': ['owner', 'manager', 'agent'],
		'numbers.overview': ['owner', 'manager', 'analyst'],
		'numbers.rates': ['owner', 'manager', 'analyst'],
		'numbers.setRates': ['owner', 'manager'],
		'stores.saveApp': ['owner', 'manager'],
		'stores.disconnect': ['owner', 'manager'],
		'stores.backfill': ['owner', 'manager'],
		'sync.overview': ['owner', 'manager', 'agent', 'analyst'],
		'sync.checkAll': ['owner', 'manager'],
		'sync.retryDead': ['owner', 'manager'],
		'links.make': ['owner', 'manager'],
		'links.list': ['owner', 'manager'],
		'links.revoke': ['owner', 'manager'],
		'audit.list': ['owner', 'manager'],
		'audit.people': ['owner', 'manager'],
		'notices.list': ['owner', 'manager', 'agent', 'analyst'],
		'notices.channels': ['owner', 'manager'],
		'notices.addChannel': ['owner', 'manager'],
		'notices.removeChannel': ['owner', 'manager'],
		'notices.testChannel': ['owner', 'manager'],
		'workspace.invite': ['owner', 'manager'],
		'workspace.members': ['owner', 'manager', 'agent', 'analyst'],
	};
	test.each(Object.entries(allowed))('%s is for %j', async (path, roles) => {
		for (const role of ROLES) {
			const outcome = await call(people[role], path, workspaceId);
			expect([role, outcome === 'FORBIDDEN']).toEqual([role, !roles.includes(role)]);
		}
	});
	test('a manager can neither make an owner nor remove one', async () => {
		const manager = api.as(people.manager, workspaceId);
		await expect(manager.workspace.invite({ email: 'new@example.test', role: 'owner', storeScope: null })).rejects.toThrow('notAllowed');
		await expect(manager.workspace.changeMember({ userId: people.agent.id, role: 'owner', storeScope: null })).rejects.toThrow(
			'notAllowed',
		);
		await expect(manager.workspace.changeMember({ userId: people.owner.id, role: 'agent', storeScope: null })).rejects.toThrow(
			'notAllowed',
		);
		await expect(manager.workspace.removeMember({ userId: people.owner.id })).rejects.toThrow('notAllowed');
	});
	test('the last owner can neither leave nor step down', async () => {
		const owner = api.as(people.owner, workspaceId);
		await expect(owner.workspace.removeMember({ userId: people.owner.id })).rejects.toThrow('lastOwner');
		await expect(owner.workspace.changeMember({ userId: people.owner.id, role: 'agent', storeScope: null })).rejects.toThrow('lastOwner');
	});
	test('an analyst reads an empty day as zeros, state by state', async () => {
		const analyst = api.as(people.analyst, workspaceId);
		const none = { count: 0, capped: false };
		expect(await analyst.today.summary()).toMatchObject({ lateToShip: none, shipWithin24h: none, returnsToAnswer: none, ordersToday: 0 });
		expect(await analyst.orders.counts({})).toMatchObject({ all: none, unpaid: none, toShip: none, cancelled: none, unknown: none });
	});
	test('the session tells each member what they may do', async () => {
		const me = await api.as(people.analyst).session.me();
		expect(me?.memberships).toHaveLength(1);
		expect(me?.memberships[0]?.permissions).toEqual(['orders.read', 'numbers.read', 'stores.read', 'members.read']);
		expect((await api.as(people.owner).session.me())?.memberships[0]?.permissions).toEqual([...PERMISSIONS]);
		expect(await api.as(null).session.me()).toBeNull();
	});
});

describe('invitations', () => {
	const tokenOf = (link: string) => link.slice(link.lastIndexOf('/') + 1);

	test('let exactly the invited person in, once', async () => {
		const guest = await api.user('guest');
		const { link } = await api
			.as(people.owner, workspaceId)
			.workspace.invite({ email: 'guest@example.test', role: 'agent', storeScope: null });
		await expect(api.as(people.stranger).workspace.acceptInvitation({ token: tokenOf(link) })).rejects.toThrow('invitationForOther');
		expect(await api.as(guest).workspace.acceptInvitation({ token: tokenOf(link) })).toEqual({ workspaceId });
		await expect(api.as(guest).workspace.acceptInvitation({ token: tokenOf(link) })).rejects.toThrow('invitationInvalid');
		expect(await call(guest, 'orders.list', workspaceId)).toBe('OK');
		await api.as(people.owner, workspaceId).workspace.removeMember({ userId: guest.id });
		expect(await call(guest, 'orders.list', workspaceId)).toBe('FORBIDDEN');
	});
	test('end when they are revoked or too old', async () => {
		const owner = api.as(people.owner, workspaceId);
		const { link } = await owner.workspace.invite({ email: 'late@example.test', role: 'agent', storeScope: null });
		const { invitations } = await owner.workspace.members();
		const mine = invitations.find((i) => i.email === 'late@example.test');
		await owner.workspace.revokeInvitation({ invitationId: mine?.invitationId ?? '' });
		const late = await api.user('late');
		await expect(api.as(late).workspace.acceptInvitation({ token: tokenOf(link) })).rejects.toThrow('invitationInvalid');
		const { createHash } = await import('node:crypto');
		await api.database.inWorkspace(workspaceId, (scope) =>
			addInvitation(scope, {
				invitationId: crypto.randomUUID(),
				email: 'late@example.test',
				role: 'agent',
				storeScope: null,
				tokenDigest: createHash('sha256').update('an old token of enough length').digest(),
				expiresAt: '2026-01-01T00:00:00Z',
				invitedBy: people.owner.id,
			}),
		);
		await expect(api.as(late).workspace.acceptInvitation({ token: 'cut-off' })).rejects.toThrow('invitationInvalid');
	});
	test('the link’s token is stored as a digest only', async () => {
		const { link } = await api
			.as(people.owner, workspaceId)
			.workspace.invite({ email: 'digest@example.test', role: 'agent', storeScope: null });
		const rows = await api.database.inWorkspace(workspaceId, ({ db }) =>
			db.selectFrom('invitation').selectAll().where('email', '=', 'digest@example.test').execute(),
		);
		expect(JSON.stringify(rows)).not.toContain(tokenOf(link));
	});
});

describe('wrong input', () => {
	test.each(procedures)('%s refuses a text that the database cannot hold, and names the field', async (path) => {
		const [area = '', name = ''] = path.split('.');
		const caller = api.as(people.owner, workspaceId) as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>;
		for (const text of ['a\0b', '\uD800', 'x\uDC00y']) {
			const refusal = { code: 'BAD_REQUEST', cause: { code: 'inputWrong', params: { field: 'one.0' } } };
			await expect(caller[area]?.[name]?.({ one: [text] })).rejects.toMatchObject(refusal);
		}
	});
	test('the sign-up form refuses such a text too', async () => {
		const body = { name: 'a\0b', email: 'nul@example.test', password: 'long-enough-indeed' };
		const reply = await api.auth.handler(
			new Request('http://localhost:4780/auth/sign-up/email', {
				method: 'POST',
				headers: { 'content-type': 'application/json', origin: 'http://localhost:4780' },
				body: JSON.stringify(body),
			}),
		);
		expect(reply.status).toBe(400);
		expect(await reply.json()).toMatchObject({ code: 'INPUT_WRONG' });
	});
	test.each([
		{ reason: 'missing', code: 'NOT_FOUND', problem: 'notFound' },
		{ reason: 'stopped', code: 'CONFLICT', problem: 'storeStopped' },
	] as const)('a store that is $reason is told as such, not as our fault', async ({ reason, code, problem }) => {
		const failing = { ...api.services.operations, checkGaps: () => Promise.reject(new NotActiveError(reason, 'for the log')) };
		const caller = createCaller({ services: { ...api.services, operations: failing }, user: people.owner, workspaceId });
		await expect(caller.stores.checkGaps({ storeId: crypto.randomUUID() })).rejects.toMatchObject({ code, cause: { code: problem } });
	});
	test('is told by the field', async () => {
		const owner = api.as(people.owner, workspaceId);
		await expect(owner.orders.list({ limit: 100000 } as never)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		await expect(owner.orders.list({ from: 'yesterday' } as never)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		await expect(api.as(people.owner).workspace.create({ name: 'x', baseCurrency: 'EURO', zone: 'UTC' })).rejects.toMatchObject({
			code: 'BAD_REQUEST',
		});
		await expect(api.as(people.owner).workspace.create({ name: 'x', baseCurrency: 'EUR', zone: 'Mars/Olympus' })).rejects.toMatchObject({
			code: 'BAD_REQUEST',
		});
		await expect(api.as(people.owner).workspace.create({ name: '  ', baseCurrency: 'EUR', zone: 'UTC' })).rejects.toMatchObject({
			code: 'BAD_REQUEST',
		});
	});
	test('a foreign page cursor is refused as input, not as a fault', async () => {
		const owner = api.as(people.owner, workspaceId);
		await expect(owner.orders.list({ after: 'bm9wZQ' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
	});
});
