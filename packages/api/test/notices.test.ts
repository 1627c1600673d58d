import { addMember, reconcileNotices } from '@pangea/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const [MINE, OTHERS] = ['01a00000-0000-7000-8000-00000000000a', '01a00000-0000-7000-8000-00000000000b'] as const;

let api: TestApi;
let workspaceId: string;
let owner: SessionUser;
let clerk: SessionUser;

beforeAll(async () => {
	api = await createTestApi();
	owner = await api.user('owner');
	clerk = await api.user('clerk');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'Asia/Shanghai' }));
	await api.database.inWorkspace(workspaceId, async (scope) => {
		await addMember(scope, { userId: clerk.id, name: 'Clerk', email: clerk.email, role: 'agent', storeScope: [MINE] });
		const notice = { level: 'risk', detail: { platform: 'temu' } } as const;
		await reconcileNotices(scope, [
			{ ...notice, kind: 'syncStalled', subject: MINE, storeIds: [MINE] },
			{ ...notice, kind: 'syncStalled', subject: OTHERS, storeIds: [OTHERS] },
			{ ...notice, kind: 'grantEnded', subject: 'a grant', storeIds: [MINE, OTHERS] },
		]);
	});
});
afterAll(() => api.close());

describe('notices', () => {
	test('are told of the stores that a member sees, and name no other', async () => {
		expect((await api.as(owner, workspaceId).notices.list()).open).toBe(3);
		const { open, notices } = await api.as(clerk, workspaceId).notices.list();
		expect(open).toBe(2);
		expect(notices.map((n) => n.storeIds)).toEqual([[MINE], [MINE]]);
	});

	test('that are over are listed below those that stand', async () => {
		await api.database.inWorkspace(workspaceId, (scope) =>
			reconcileNotices(scope, [
				{ kind: 'syncStalled', subject: MINE, storeIds: [MINE], level: 'risk', detail: { platform: 'temu' } },
				{ kind: 'grantEnded', subject: 'a grant', storeIds: [MINE, OTHERS], level: 'risk', detail: { platform: 'temu' } },
			]),
		);
		const { open, notices } = await api.as(owner, workspaceId).notices.list();
		expect(open).toBe(2);
		expect(notices.map((n) => n.resolvedAt === null)).toEqual([true, true, false]);
	});
});

describe('a channel', () => {
	test('is a member or a group chat, and nothing else is taken', async () => {
		const caller = api.as(owner, workspaceId).notices;
		const email = { kind: 'email', name: 'Me', language: 'en' } as const;
		await caller.addChannel({ ...email, userId: owner.id });
		await expect(caller.addChannel({ ...email, userId: 'nobody' })).rejects.toThrow('notFound');
		const hook = { kind: 'dingtalk', name: 'Group', language: 'zh-CN', secret: '' } as const;
		await caller.addChannel({ ...hook, url: 'https://oapi.dingtalk.com/robot/send?access_token=x' });
		for (const url of ['file:///etc/passwd', 'javascript:alert(1)', 'no address'])
			await expect(caller.addChannel({ ...hook, url })).rejects.toThrow('Invalid');
		const saved = api.calls.filter((call) => call.name === 'saveChannel').map((call) => call.args);
		expect(saved).toEqual([
			[workspaceId, { ...email, userId: owner.id }],
			[
				workspaceId,
				{
					kind: 'dingtalk',
					name: 'Group',
					language: 'zh-CN',
					hook: { url: 'https://oapi.dingtalk.com/robot/send?access_token=x', secret: null },
				},
			],
		]);
	});
});
