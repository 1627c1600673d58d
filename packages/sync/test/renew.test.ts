import { NotActiveError, OtherAccountError } from '@pangea/domain';
import type { Authorization, ExchangeRequest } from '@pangea/platform-contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { disconnect, type Engine, pullStore, renewConnection } from '../src/index.ts';
import { bindStore, type Home, openHome, OTHER_WORKSPACE, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const SIGNAL = new AbortController().signal;
const PASTE: ExchangeRequest = { kind: 'paste', fields: {}, host: 'api' };
let home: Home;
let ids: { workspaceId: string; storeId: string; connectionId: string };

beforeEach(async () => {
	home = await openHome();
	home.platform.orders.set('o1', { id: 'o1', updatedAt: Date.now() - 3_600_000, status: 'PAID' });
	ids = await bindStore(home.engine, WORKSPACE, new Date(Date.now() - 7_200_000).toISOString());
	await pullStore(home.engine, ids, SIGNAL);
});
afterEach(() => home.close());

/** An engine whose platform answers a consent otherwise. */
function consenting(change: Partial<Authorization>): Engine {
	const adapter = scriptedAdapter({ url: home.platform.url });
	return home.another({ ...adapter, authorization: { ...adapter.authorization, ...change } });
}

async function held(): Promise<{ connections: number; version: number; stores: number }> {
	return await home.database.inWorkspace(WORKSPACE, async ({ db }) => ({
		connections: (await db.selectFrom('connection').select('connection_id').execute()).length,
		stores: (await db.selectFrom('store').select('store_id').execute()).length,
		version: (await db.selectFrom('connection_secret').select('version').executeTakeFirst())?.version ?? 0,
	}));
}

const nothing = () => Promise.resolve();
const otherAccount: Partial<Authorization> = {
	exchange: async (context, request) => ({
		...(await scriptedAdapter({ url: home.platform.url }).authorization.exchange(context, request)),
		externalAccountId: 'seller-2',
	}),
};

describe('a grant is renewed', () => {
	test('by a consent of the same account, together with what settles it', async () => {
		const before = await held();
		let settled = 0;
		await renewConnection(home.engine, ids, PASTE, async ({ db }) => {
			await db.updateTable('store').set({ name: 'settled' }).execute();
			settled++;
		});
		expect(settled).toBe(1);
		expect(await held()).toEqual({ ...before, version: before.version + 1 });
	});

	test('not when what settles it fails', async () => {
		const before = await held();
		await expect(renewConnection(home.engine, ids, PASTE, () => Promise.reject(new Error('used')))).rejects.toThrow('used');
		expect(await held()).toEqual(before);
	});

	test('not by another account, of which nothing is kept', async () => {
		const before = await held();
		let settled = false;
		const renewing = renewConnection(consenting(otherAccount), ids, PASTE, () => {
			settled = true;
			return Promise.resolve();
		});
		await expect(renewing).rejects.toThrow(OtherAccountError);
		expect(settled).toBe(false);
		expect(await held()).toEqual(before);
	});

	test('not by one that only says it is the account, and does not see its orders', async () => {
		const engine = consenting({ accountIsClaimed: true });
		const before = await held();
		const order = home.platform.orders.get('o1');
		home.platform.orders.clear();
		await expect(renewConnection(engine, ids, PASTE, nothing)).rejects.toThrow(OtherAccountError);
		expect(await held()).toEqual(before);
		if (order) home.platform.orders.set('o1', order);
		await renewConnection(engine, ids, PASTE, nothing);
		expect((await held()).version).toBe(before.version + 1);
	});

	test('not when the connection was taken off or is another workspace’s', async () => {
		await expect(renewConnection(home.engine, { ...ids, workspaceId: OTHER_WORKSPACE }, PASTE, nothing)).rejects.toThrow(NotActiveError);
		await disconnect(home.engine, WORKSPACE, ids.connectionId);
		await expect(renewConnection(home.engine, ids, PASTE, nothing)).rejects.toThrow(NotActiveError);
		expect((await held()).version).toBe(0);
	});
});
