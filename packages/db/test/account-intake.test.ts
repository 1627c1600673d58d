import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountIntake, keepDeliveries } from '../src/index.ts';
import { type ListHome, openListHome, WORKSPACE } from './list-home.ts';

let home: ListHome;
beforeAll(async () => {
	home = await openListHome(1);
});
afterAll(() => home.close());

test('what waits for an account tells since when each conversation that it names is to be read', async () => {
	const { database, storeIds } = home;
	const storeId = storeIds[0] ?? '';
	const lastAt = '2026-11-30T09:00:00.120Z';
	const { platform, account } = await database.inWorkspace(WORKSPACE, async ({ db }) => {
		const store = await db
			.selectFrom('store')
			.select(['platform', 'external_id'])
			.where('store_id', '=', storeId)
			.executeTakeFirstOrThrow();
		for (const externalId of ['known', 'unnamed'])
			await db
				.insertInto('conversation')
				.values({
					workspace_id: WORKSPACE,
					conversation_id: randomUUID(),
					store_id: storeId,
					platform: store.platform,
					kind: 'purchase',
					external_id: externalId,
					sealed: Buffer.from(''),
					last_at: lastAt,
					last_sender: 'buyer',
				})
				.execute();
		return { platform: store.platform, account: store.external_id };
	});
	const push = (deliveryId: string, kind: string, externalIds: string[]) => ({
		intakeId: randomUUID(),
		deliveryId,
		tidings: [{ deliveryId, kind, accountExternalId: account, externalIds }],
		sealed: Buffer.from(''),
		job: { name: 'test', payload: {}, key: null, group: null, priority: 0, startAfterSeconds: 0, trace: null },
	});
	await keepDeliveries(database, WORKSPACE, platform, [
		push('a', 'messages', ['known']),
		push('b', 'messages', ['new']),
		push('c', 'orders', ['unnamed']),
	]);
	const { waiting, stores } = await accountIntake(database, WORKSPACE, { platform, account, limit: 10 });
	expect(waiting).toHaveLength(3);
	expect(stores.map((store) => [store.store_id, store.last_said])).toEqual([[storeId, { known: lastAt }]]);
});
