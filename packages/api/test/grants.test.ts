import { addMember, upsertConnection, upsertStores, writeAudit } from '@pangea/db';
import type { PlatformId } from '@pangea/domain';
import { registry } from '@pangea/platform-registry';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaller, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let owner: SessionUser;
let workspaceId: string;
const stores = new Map<string, string>();

const GRANTS: readonly { platform: PlatformId; account: string; ends: string | null }[] = [
	{ platform: 'temu', account: 'later', ends: '2027-05-01T00:00:00.000Z' },
	{ platform: 'amazon', account: 'pasted', ends: null },
	{ platform: 'mercado-libre', account: 'moving', ends: '2027-03-01T00:00:00.000Z' },
	{ platform: 'tiktok-shop', account: 'soon', ends: '2026-12-01T00:00:00.000Z' },
];

beforeAll(async () => {
	api = await createTestApi();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	await api.database.inWorkspace(workspaceId, async (scope) => {
		for (const { platform, account, ends } of GRANTS) {
			const connectionId = await upsertConnection(scope, {
				platform,
				externalAccountId: account,
				accountName: null,
				host: 'h',
				scopes: [],
				accessExpiresAt: '2026-11-28T00:00:00.000Z',
				grantExpiresAt: ends,
			});
			const store = { siteId: 'S', mode: 'local' as const, active: true, attributes: {}, country: 'US', currency: 'USD', zone: 'UTC' };
			const [written] = await upsertStores(scope, connectionId, [
				{ ...store, platform, externalId: account, name: account, language: 'en', problem: null },
			]);
			stores.set(account, written?.storeId ?? '');
			if (account === 'soon') await writeAudit(scope, { userId: owner.id, action: 'stores.bind', subject: connectionId, connectionId });
			if (account === 'later') await writeAudit(scope, { userId: null, action: 'links.use', subject: 'l', connectionId });
		}
	});
});
afterAll(() => api.close());

const as = (user: SessionUser, workspace = workspaceId) =>
	createCaller({ services: { ...api.services, registry }, user, workspaceId: workspace });

describe('the grants', () => {
	test('come by the date on which they die, those without a date last, and none by its access token', async () => {
		const found = await as(owner).stores.grants();
		expect(found.map(({ account, endsAt }) => [account, endsAt])).toEqual([
			['soon', '2026-12-01T00:00:00.000Z'],
			['moving', '2027-03-01T00:00:00.000Z'],
			['later', '2027-05-01T00:00:00.000Z'],
			['pasted', null],
		]);
	});

	test('say what their date rests on', async () => {
		const found = await as(owner).stores.grants();
		expect(Object.fromEntries(found.map(({ account, basis, moves }) => [account, { basis, moves }]))).toEqual({
			soon: { basis: 'told', moves: false },
			moving: { basis: 'published', moves: true },
			later: { basis: 'told', moves: false },
			pasted: { basis: 'published', moves: false },
		});
	});

	test('name who consented last, where the trail knows', async () => {
		const found = await as(owner).stores.grants();
		const by = Object.fromEntries(found.map((grant) => [grant.account, [grant.grantedAt !== null, grant.grantedBy]]));
		expect(by).toEqual({ soon: [true, 'owner'], later: [true, null], moving: [false, null], pasted: [false, null] });
	});

	test('are shown as far as a member sees their stores, and not to another workspace', async () => {
		const agent = await api.user('agent');
		const one = stores.get('soon') ?? '';
		await api.database.inWorkspace(workspaceId, (scope) =>
			addMember(scope, { userId: agent.id, name: 'agent', email: agent.email, role: 'agent', storeScope: [one] }),
		);
		expect((await as(agent).stores.grants()).map((grant) => grant.storeIds)).toEqual([[one]]);
		const foreign = await api.as(owner).workspace.create({ name: 'T', baseCurrency: 'CNY', zone: 'UTC' });
		expect(await as(owner, foreign.workspaceId).stores.grants()).toEqual([]);
	});
});
