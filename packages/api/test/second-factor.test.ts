import { addMember } from '@pangea/db';
import { totp } from '@pangea/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUTH_DOORS, admit, exportAudit } from '../src/index.ts';
import { Visitor } from './door.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const PASSWORD = 'a long enough password';

let api: TestApi;
let admin: pg.Client;
let workspaceId: string;

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	const owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'Asia/Shanghai' }));
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

/** A person with an account, as a member of the workspace, who has signed in. */
async function person(name: string): Promise<{ visitor: Visitor; userId: string; email: string }> {
	const { id: userId, email } = await api.user(name);
	await api.database.inWorkspace(workspaceId, (scope) => addMember(scope, { userId, name, email, role: 'agent', storeScope: null }));
	const visitor = new Visitor(api.auth);
	expect((await visitor.post('/sign-in/email', { email, password: PASSWORD })).status).toBe(200);
	return { visitor, userId, email };
}

async function enrol(visitor: Visitor): Promise<{ secret: string; codes: string[] }> {
	const begun = await visitor.post('/two-factor/enable', { password: PASSWORD });
	expect(begun.status).toBe(200);
	const secret = new URL(String(begun.body['totpURI'])).searchParams.get('secret') ?? '';
	expect((await visitor.post('/two-factor/verify-totp', { code: totp(secret) })).status).toBe(200);
	return { secret, codes: begun.body['backupCodes'] as string[] };
}

async function callerOf(visitor: Visitor, workspace: string | null = workspaceId) {
	return api.as(await visitor.user(), workspace);
}

const trailOf = async (userId: string) =>
	(await admin.query<{ action: string }>('select action from audit where user_id = $1 order by at, audit_id', [userId])).rows.map(
		(r) => r.action,
	);

describe('a second factor', () => {
	test('is on once a code proved it, and then the password alone opens nothing', async () => {
		const { visitor, userId, email } = await person('ana');
		const begun = await visitor.post('/two-factor/enable', { password: PASSWORD });
		expect((await visitor.post('/two-factor/verify-totp', { code: '000000' })).status).toBe(401);
		expect((await visitor.user())?.secondFactor).toBe(false);
		const secret = new URL(String(begun.body['totpURI'])).searchParams.get('secret') ?? '';
		await visitor.post('/two-factor/verify-totp', { code: totp(secret) });
		expect((await visitor.user())?.secondFactor).toBe(true);
		expect(await trailOf(userId)).toEqual(['secondFactor.on']);

		const again = new Visitor(api.auth);
		expect((await again.post('/sign-in/email', { email, password: PASSWORD })).body).toMatchObject({ twoFactorRedirect: true });
		expect(await again.user()).toBeNull();
		expect((await again.post('/two-factor/verify-totp', { code: totp(secret, Date.now() - 600_000) })).status).toBe(401);
		expect(await again.user()).toBeNull();
		expect((await again.post('/two-factor/verify-totp', { code: totp(secret) })).status).toBe(200);
		expect((await again.user())?.email).toBe(email);
	});

	test('goes on also where there is no other session to end', async () => {
		const visitor = new Visitor(api.auth);
		await visitor.post('/sign-up/email', { name: 'Sole', email: 'sole@example.test', password: PASSWORD });
		await enrol(visitor);
		expect((await visitor.user())?.secondFactor).toBe(true);
		expect(await api.as(await visitor.user()).session.endOthers({})).toEqual({ ended: 0 });
	});

	test('ends the sessions that a password alone had opened', async () => {
		const { visitor, email } = await person('bea');
		const elsewhere = new Visitor(api.auth);
		await elsewhere.post('/sign-in/email', { email, password: PASSWORD });
		expect(await elsewhere.user()).not.toBeNull();
		await enrol(visitor);
		expect(await elsewhere.user()).toBeNull();
		expect(await visitor.user()).not.toBeNull();
	});

	test('is stored so that who reads the database has neither secret nor codes', async () => {
		const { visitor } = await person('carl');
		const { secret, codes } = await enrol(visitor);
		const { rows } = await admin.query(`select * from auth."twoFactor"`);
		expect(rows.length).toBeGreaterThan(0);
		const stored = JSON.stringify(rows);
		const raw = Buffer.from(secret, 'latin1').toString();
		for (const text of [secret, raw, ...codes]) expect(stored).not.toContain(text);
	});

	test('can be done without by a backup code, once', async () => {
		const { visitor, userId, email } = await person('dora');
		const { codes } = await enrol(visitor);
		const lost = new Visitor(api.auth);
		await lost.post('/sign-in/email', { email, password: PASSWORD });
		expect((await lost.post('/two-factor/verify-backup-code', { code: codes[0] })).status).toBe(200);
		expect((await (await callerOf(lost, null)).session.security()).backupCodesLeft).toBe(9);
		const twice = new Visitor(api.auth);
		await twice.post('/sign-in/email', { email, password: PASSWORD });
		expect((await twice.post('/two-factor/verify-backup-code', { code: codes[0] })).status).toBe(401);
		const made = await lost.post('/two-factor/generate-backup-codes', { password: PASSWORD });
		expect(made.body['backupCodes']).toHaveLength(10);
		expect((await twice.post('/two-factor/verify-backup-code', { code: codes[1] })).status).toBe(401);
		expect(await trailOf(userId)).toEqual(['secondFactor.on', 'secondFactor.codeUsed', 'secondFactor.newCodes']);
	});

	test('is not asked for on a trusted device, until its trust is taken back', async () => {
		const { visitor, email } = await person('emil');
		const { secret } = await enrol(visitor);
		const own = new Visitor(api.auth);
		await own.post('/sign-in/email', { email, password: PASSWORD });
		await own.post('/two-factor/verify-totp', { code: totp(secret), trustDevice: true });
		await own.post('/sign-out');
		expect((await own.post('/sign-in/email', { email, password: PASSWORD })).body).not.toHaveProperty('twoFactorRedirect');
		await (await callerOf(visitor, null)).session.endOthers({});
		expect(await own.user()).toBeNull();
		expect((await own.post('/sign-in/email', { email, password: PASSWORD })).body).toMatchObject({ twoFactorRedirect: true });
	});

	test('cannot be guessed: five wrong codes end the attempt, ten lock the account', async () => {
		const { visitor, email } = await person('fred');
		const { secret } = await enrol(visitor);
		const wrong = async () => {
			const thief = new Visitor(api.auth);
			await thief.post('/sign-in/email', { email, password: PASSWORD });
			const answers: unknown[] = [];
			for (let i = 0; i < 6; i++) answers.push((await thief.post('/two-factor/verify-totp', { code: '000000' })).body['code']);
			return answers;
		};
		expect(await wrong()).toEqual([...Array.from({ length: 5 }, () => 'INVALID_CODE'), 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE']);
		await wrong();
		const own = new Visitor(api.auth);
		await own.post('/sign-in/email', { email, password: PASSWORD });
		const answer = await own.post('/two-factor/verify-totp', { code: totp(secret) });
		expect([answer.status, answer.body['code']]).toEqual([429, 'ACCOUNT_TEMPORARILY_LOCKED']);
	});

	test('is limited by address: more than ten codes a minute are not even looked at', async () => {
		const { visitor } = await person('greta');
		const answers: number[] = [];
		for (let i = 0; i < 12; i++) answers.push((await visitor.post('/two-factor/verify-totp', { code: '000000' })).status);
		expect(answers.slice(10)).toEqual([429, 429]);
	});

	test('goes off with the password only', async () => {
		const { visitor, userId, email } = await person('hugo');
		await enrol(visitor);
		expect((await visitor.post('/two-factor/disable', { password: 'not the password' })).status).toBe(400);
		expect((await visitor.user())?.secondFactor).toBe(true);
		expect((await visitor.post('/two-factor/disable', { password: PASSWORD })).status).toBe(200);
		expect((await visitor.user())?.secondFactor).toBe(false);
		expect(await trailOf(userId)).toEqual(['secondFactor.on', 'secondFactor.off']);
		const again = new Visitor(api.auth);
		expect((await again.post('/sign-in/email', { email, password: PASSWORD })).body).not.toHaveProperty('twoFactorRedirect');
	});
});

describe('doors of the auth library', () => {
	test('that our screens do not use are shut', async () => {
		const { visitor } = await person('ines');
		for (const path of [
			'/two-factor/get-totp-uri',
			'/list-sessions',
			'/revoke-session',
			'/change-password',
			'/update-user',
			'/delete-user',
		])
			expect([path, (await visitor.post(path, { password: PASSWORD })).status]).toEqual([path, 404]);
		expect(Object.keys(AUTH_DOORS)).toHaveLength(8);
	});
});

describe('sessions', () => {
	test('are told by device, and end one by one or all others at once', async () => {
		const { visitor, userId, email } = await person('jana');
		const [second, third] = [new Visitor(api.auth), new Visitor(api.auth)];
		for (const other of [second, third]) await other.post('/sign-in/email', { email, password: PASSWORD });
		const caller = await callerOf(visitor, null);
		const { sessions } = await caller.session.security();
		// Making the account opened one too.
		expect(sessions).toHaveLength(4);
		expect(sessions.filter((s) => s.current)).toHaveLength(1);
		expect(sessions[0]).toMatchObject({ browser: 'Chrome', system: 'Windows', address: expect.stringMatching(/^10\.0\./) as unknown });
		const { rows } = await admin.query<{ token: string }>('select token from auth.session');
		for (const { token } of rows) expect(JSON.stringify(sessions)).not.toContain(token);

		const secondId = (await second.user())?.sessionId ?? '';
		await caller.session.end({ sessionId: secondId });
		expect(await second.user()).toBeNull();
		expect(await third.user()).not.toBeNull();
		expect(await caller.session.endOthers({})).toEqual({ ended: 2 });
		expect(await third.user()).toBeNull();
		expect(await visitor.user()).not.toBeNull();
		expect(await trailOf(userId)).toEqual(['session.end', 'session.endOthers']);
	});

	test('of somebody else cannot be ended', async () => {
		const [mine, theirs] = [await person('kai'), await person('lea')];
		const sessionId = (await theirs.visitor.user())?.sessionId ?? '';
		await expect((await callerOf(mine.visitor, null)).session.end({ sessionId })).rejects.toThrow('notFound');
		expect(await theirs.visitor.user()).not.toBeNull();
	});
});

describe('a workspace that asks for a second factor', () => {
	test('keeps everything from a member without one, at every door', async () => {
		const boss = new Visitor(api.auth);
		await boss.post('/sign-in/email', { email: 'owner@example.test', password: PASSWORD });
		const { visitor } = await person('mia');
		expect((await (await callerOf(visitor)).orders.list({})).rows).toEqual([]);
		await expect((await callerOf(boss)).workspace.requireSecondFactor({ required: true })).rejects.toThrow('secondFactorFirst');
		await enrol(boss);
		await (await callerOf(boss)).workspace.requireSecondFactor({ required: true });

		const held = await visitor.user();
		const caller = api.as(held, workspaceId);
		await expect(caller.orders.list({})).rejects.toThrow('secondFactorMissing');
		await expect(caller.today.summary()).rejects.toThrow('secondFactorMissing');
		await expect(exportAudit(api.services, held, workspaceId, {})).rejects.toThrow('secondFactorMissing');
		await expect(admit(api.services, held, workspaceId)).rejects.toThrow('secondFactorMissing');
		expect((await caller.session.me())?.memberships[0]).toMatchObject({ secondFactorRequired: true });

		await enrol(visitor);
		expect((await (await callerOf(visitor)).orders.list({})).rows).toEqual([]);
		const { members } = await (await callerOf(boss)).workspace.members();
		expect(members.find((m) => m.name === 'mia')?.secondFactor).toBe(true);
		expect(members.find((m) => m.name === 'kai')?.secondFactor).toBe(false);
		const { rows } = await admin.query<{ detail: object }>(`select detail from audit where action = 'workspace.change'`);
		expect(rows).toEqual([{ detail: { before: { secondFactorRequired: false }, after: { secondFactorRequired: true } } }]);
	});
});
