import { addInvitation, addMember, changeMember, listMembers, removeMember } from '@pangea/db';
import { type FieldChoices, FIELDS, NotActiveError, type Permission, PERMISSIONS, type Role, ROLES } from '@pangea/domain';
import { TRPCError } from '@trpc/server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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

/** A person who is nothing but this member: of that role, those stores, with those fields chosen. */
async function memberAs(role: Role, storeScope: string[] | null, fields: FieldChoices): Promise<{ user: SessionUser }> {
	const name = `${role} ${JSON.stringify(fields)} ${storeScope === null ? 'all' : 'some'}`;
	const userId = `person ${name}`;
	const user: SessionUser = { ...people[role], id: userId, email: `${userId}@example.test` };
	await api.database.inWorkspace(workspaceId, async (scope) => {
		await removeMember(scope, userId);
		await addMember(scope, { userId, name, email: user.email, role, storeScope });
		await changeMember(scope, userId, { role, storeScope, fields });
	});
	return { user };
}

/** Whom {@link memberAs} made leaves again, or the last owner would not be the last. */
afterEach(() =>
	api.database.inWorkspace(workspaceId, async (scope) => {
		for (const { user_id: userId } of await listMembers(scope)) if (userId.startsWith('person ')) await removeMember(scope, userId);
	}),
);

/** Everything the router offers, so that a procedure added later is tested without anybody remembering. */
const procedures = Object.keys((appRouter._def as unknown as { procedures: Record<string, unknown> }).procedures);
const WITHOUT_SESSION = ['session.me'];
const WITHOUT_WORKSPACE = [
	'session.setLanguage',
	'session.security',
	'session.end',
	'session.endOthers',
	'workspace.create',
	'workspace.acceptInvitation',
];

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

/** What each procedure inside a workspace takes. A new one without a line here fails. */
const RULES: Record<string, Permission> = {
	'workspace.members': 'members.read',
	'workspace.requireSecondFactor': 'workspace.manage',
	'workspace.invite': 'members.manage',
	'workspace.revokeInvitation': 'members.manage',
	'workspace.changeMember': 'members.manage',
	'workspace.removeMember': 'members.manage',
	'orders.list': 'orders.read',
	'orders.counts': 'orders.read',
	'orders.among': 'orders.read',
	'orders.rows': 'orders.read',
	'orders.detail': 'orders.read',
	'orders.reveal': 'fields.buyer',
	'orders.annotate': 'orders.annotate',
	'orders.messageOffer': 'inbox.answer',
	'orders.messages': 'inbox.read',
	'orders.sendMessage': 'inbox.answer',
	'orders.evidence': 'evidence.read',
	'inbox.list': 'inbox.read',
	'inbox.counts': 'inbox.read',
	'inbox.stores': 'inbox.read',
	'inbox.rows': 'inbox.read',
	'inbox.search': 'inbox.read',
	'inbox.performance': 'inbox.read',
	'inbox.open': 'inbox.read',
	'inbox.buyer': 'inbox.read',
	'inbox.join': 'inbox.answer',
	'inbox.split': 'inbox.answer',
	'inbox.check': 'inbox.answer',
	'inbox.send': 'inbox.answer',
	'inbox.sendAgain': 'inbox.answer',
	'inbox.change': 'inbox.answer',
	'inbox.takeBack': 'inbox.answer',
	'inbox.addNote': 'inbox.answer',
	'inbox.tags': 'inbox.read',
	'inbox.saveTag': 'inbox.manage',
	'inbox.removeTag': 'inbox.manage',
	'inbox.macros': 'inbox.read',
	'inbox.fillMacro': 'inbox.answer',
	'inbox.saveMacro': 'inbox.manage',
	'inbox.removeMacro': 'inbox.manage',
	'inbox.noReply': 'inbox.answer',
	'inbox.rotas': 'inbox.manage',
	'inbox.saveRota': 'inbox.manage',
	'inbox.removeRota': 'inbox.manage',
	'inbox.seen': 'inbox.read',
	'inbox.askForFile': 'inbox.answer',
	'inbox.removeChosenFile': 'inbox.answer',
	'inbox.saveDraft': 'inbox.answer',
	'inbox.translate': 'inbox.read',
	'inbox.setReading': 'inbox.read',
	'inbox.translateAnswer': 'inbox.answer',
	'inbox.draftFromFacts': 'inbox.answer',
	'translator.settings': 'inbox.manage',
	'translator.save': 'inbox.manage',
	'translator.remove': 'inbox.manage',
	'translator.try': 'inbox.manage',
	'catalogue.coverage': 'catalogue.read',
	'catalogue.stores': 'catalogue.read',
	'catalogue.queue': 'catalogue.read',
	'catalogue.problems': 'catalogue.read',
	'catalogue.problem': 'catalogue.read',
	'catalogue.sku': 'catalogue.read',
	'catalogue.forMachines': 'catalogue.read',
	'catalogue.readiness': 'catalogue.read',
	'catalogue.master': 'catalogue.read',
	'catalogue.saveMaster': 'catalogue.pair',
	'catalogue.pair': 'catalogue.pair',
	'catalogue.refuse': 'catalogue.pair',
	'catalogue.unpair': 'catalogue.pair',
	'reviews.list': 'catalogue.read',
	'reviews.matrix': 'catalogue.read',
	'reviews.topics': 'catalogue.read',
	'reviews.stores': 'catalogue.read',
	'reviews.imports': 'catalogue.read',
	'reviews.alarm': 'catalogue.read',
	'reviews.setAlarm': 'notices.manage',
	'reviews.settle': 'inbox.answer',
	'reviews.takeBack': 'stores.manage',
	'reviews.link': 'catalogue.pair',
	'reviews.correct': 'catalogue.pair',
	'reviews.carryPlan': 'catalogue.publish',
	'reviews.carry': 'catalogue.publish',
	'copies.targets': 'catalogue.read',
	'copies.draft': 'catalogue.publish',
	'copies.categories': 'catalogue.publish',
	'copies.rules': 'catalogue.publish',
	'copies.save': 'catalogue.publish',
	'copies.publish': 'catalogue.publish',
	'copies.memory': 'catalogue.publish',
	'copies.translate': 'catalogue.publish',
	'glossary.list': 'catalogue.read',
	'glossary.save': 'catalogue.publish',
	'glossary.remove': 'catalogue.publish',
	'offers.list': 'catalogue.read',
	'offers.preview': 'catalogue.publish',
	'offers.change': 'catalogue.publish',
	'offers.batches': 'catalogue.publish',
	'offers.batch': 'catalogue.publish',
	'offers.undo': 'catalogue.publish',
	'today.summary': 'orders.read',
	'events.since': 'orders.read',
	'stores.list': 'stores.read',
	'stores.platforms': 'stores.read',
	'stores.grants': 'stores.read',
	'stores.quarantine': 'stores.read',
	'stores.gaps': 'stores.read',
	'stores.saveApp': 'stores.manage',
	'stores.startRedirect': 'stores.manage',
	'stores.paste': 'stores.manage',
	'stores.setEnabled': 'stores.manage',
	'stores.rename': 'stores.manage',
	'stores.adopt': 'stores.manage',
	'stores.disconnect': 'stores.manage',
	'stores.backfill': 'sync.operate',
	'stores.checkGaps': 'sync.operate',
	'stores.replayQuarantine': 'sync.operate',
	'stores.refillGap': 'sync.operate',
	'sync.overview': 'stores.read',
	'sync.checkAll': 'sync.operate',
	'sync.retryDead': 'sync.operate',
	'sync.setWrites': 'sync.operate',
	'mailboxes.list': 'stores.read',
	'mailboxes.save': 'stores.manage',
	'mailboxes.remove': 'stores.manage',
	'dossier.list': 'stores.manage',
	'dossier.save': 'stores.manage',
	'dossier.remove': 'stores.manage',
	'dossier.reveal': 'stores.manage',
	'dossier.removeFile': 'stores.manage',
	'openings.list': 'stores.manage',
	'openings.begin': 'stores.manage',
	'openings.change': 'stores.manage',
	'openings.tick': 'stores.manage',
	'openings.note': 'stores.manage',
	'openings.tie': 'stores.manage',
	'openings.difference': 'stores.manage',
	'openings.copySettings': 'stores.manage',
	'links.make': 'stores.manage',
	'links.list': 'stores.manage',
	'links.revoke': 'stores.manage',
	'audit.list': 'audit.read',
	'audit.people': 'audit.read',
	'notices.list': 'stores.read',
	'notices.channels': 'notices.manage',
	'notices.addChannel': 'notices.manage',
	'notices.removeChannel': 'notices.manage',
	'notices.testChannel': 'notices.manage',
	'buyerData.overview': 'audit.read',
	'buyerData.choose': 'workspace.manage',
	'numbers.overview': 'numbers.read',
	'numbers.rates': 'numbers.read',
	'numbers.profit': 'numbers.read',
	'numbers.skuProfit': 'numbers.read',
	'numbers.statements': 'numbers.read',
	'numbers.skus': 'numbers.read',
	'numbers.setRates': 'stores.manage',
	'costs.list': 'fields.cost',
	'costs.history': 'fields.cost',
	'costs.missing': 'fields.cost',
	'costs.set': 'stores.manage',
	'costs.takeBack': 'stores.manage',
	'exports.list': 'orders.read',
	'exports.ask': 'orders.read',
	'exports.cancel': 'orders.read',
	'exports.link': 'orders.read',
	'exports.templates': 'orders.read',
	'exports.sendAgain': 'orders.read',
	'destinations.list': 'orders.read',
	'destinations.hostKey': 'stores.manage',
	'destinations.save': 'stores.manage',
	'destinations.remove': 'stores.manage',
	'exports.saveTemplate': 'orders.read',
	'exports.removeTemplate': 'orders.read',
	'exports.make': 'orders.read',
	'exports.schedule': 'orders.read',
	'views.list': 'orders.read',
	'views.save': 'orders.read',
	'views.remove': 'orders.read',
};

/** Which roles have a permission: said here once more, by hand, so that a slip in the code shows. */
const HOLDERS: Record<Permission, Role[]> = {
	'orders.read': ['owner', 'manager', 'agent', 'analyst'],
	'orders.annotate': ['owner', 'manager', 'agent'],
	'inbox.read': ['owner', 'manager', 'agent'],
	'inbox.answer': ['owner', 'manager', 'agent'],
	'inbox.override': ['owner', 'manager'],
	'catalogue.read': ['owner', 'manager', 'agent', 'analyst'],
	'catalogue.pair': ['owner', 'manager'],
	'catalogue.publish': ['owner', 'manager'],
	'inbox.manage': ['owner', 'manager'],
	'numbers.read': ['owner', 'manager', 'analyst'],
	'fields.buyer': ['owner', 'manager', 'agent'],
	'fields.revenue': ['owner', 'manager', 'agent', 'analyst'],
	'fields.cost': ['owner', 'manager', 'analyst'],
	'stores.read': ['owner', 'manager', 'agent', 'analyst'],
	'stores.manage': ['owner', 'manager'],
	'members.read': ['owner', 'manager', 'agent', 'analyst'],
	'members.manage': ['owner', 'manager'],
	'evidence.read': ['owner', 'manager'],
	'sync.operate': ['owner', 'manager'],
	'audit.read': ['owner', 'manager'],
	'notices.manage': ['owner', 'manager'],
	'workspace.manage': ['owner'],
};

describe('roles', () => {
	const inside = procedures.filter((p) => ![...WITHOUT_SESSION, ...WITHOUT_WORKSPACE].includes(p));

	test('have a rule for every procedure of the router', () => {
		expect(inside.filter((path) => !(path in RULES))).toEqual([]);
		expect(Object.keys(RULES).filter((path) => !inside.includes(path))).toEqual([]);
		expect(Object.keys(HOLDERS).toSorted()).toEqual([...PERMISSIONS].toSorted());
	});
	test.each(Object.entries(RULES))('%s takes %s, for members of all stores and of one', async (path, permission) => {
		for (const role of ROLES)
			for (const storeScope of [null, [crypto.randomUUID()]]) {
				const { user } = await memberAs(role, storeScope, {});
				const outcome = await call(user, path, workspaceId);
				expect([role, storeScope?.length, outcome === 'FORBIDDEN']).toEqual([
					role,
					storeScope?.length,
					!HOLDERS[permission].includes(role),
				]);
			}
	});
	test.each(ROLES)('what a %s sees can be chosen otherwise, but never an owner’s', async (role) => {
		for (const field of FIELDS)
			for (const chosen of [true, false, undefined]) {
				const { user } = await memberAs(role, null, chosen === undefined ? {} : { [field]: chosen });
				const permissions = (await api.as(user).session.me())?.memberships[0]?.permissions ?? [];
				const byRole = HOLDERS[`fields.${field}`].includes(role);
				const expected = role === 'owner' ? true : (chosen ?? byRole);
				expect([field, chosen, permissions.includes(`fields.${field}`)]).toEqual([field, chosen, expected]);
				// Nothing else moves with it.
				const others = (list: readonly Permission[]) => list.filter((p) => p !== `fields.${field}`);
				expect(others(permissions)).toEqual(others(PERMISSIONS.filter((p) => HOLDERS[p].includes(role))));
			}
	});
	test('only an owner chooses what members see', async () => {
		const owner = api.as(people.owner, workspaceId);
		const change = { userId: people.agent.id, role: 'agent' as const, storeScope: null };
		await expect(api.as(people.manager, workspaceId).workspace.changeMember({ ...change, fields: { cost: true } })).rejects.toThrow(
			'notAllowed',
		);
		await owner.workspace.changeMember({ ...change, fields: { cost: true } });
		expect((await owner.workspace.members()).members.find((m) => m.userId === people.agent.id)?.fields).toEqual({ cost: true });
		// A manager who changes the rest leaves it as it is.
		await api.as(people.manager, workspaceId).workspace.changeMember(change);
		expect((await owner.workspace.members()).members.find((m) => m.userId === people.agent.id)?.fields).toEqual({ cost: true });
		await owner.workspace.changeMember({ ...change, fields: {} });
	});
	test('who does not see a field cannot make somebody who does', async () => {
		const { user } = await memberAs('manager', null, { cost: false });
		const blind = api.as(user, workspaceId);
		await expect(blind.workspace.invite({ email: 'eyes@example.test', role: 'manager', storeScope: null })).rejects.toThrow('notAllowed');
		await expect(blind.workspace.changeMember({ userId: people.agent.id, role: 'analyst', storeScope: null })).rejects.toThrow(
			'notAllowed',
		);
		await blind.workspace.invite({ email: 'no-eyes@example.test', role: 'agent', storeScope: null });
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
		expect(me?.memberships[0]?.permissions).toEqual([
			'orders.read',
			'catalogue.read',
			'numbers.read',
			'fields.revenue',
			'fields.cost',
			'stores.read',
			'members.read',
		]);
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
