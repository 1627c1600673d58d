import { createTestDatabase } from '@pangea/testing';
import { createEmptyWorkspace, Database, upsertConnection, upsertStores } from '../src/index.ts';

export const WORKSPACE = '11111111-1111-7111-8111-111111111111';

export interface ListHome {
	database: Database;
	storeIds: string[];
	close(): Promise<void>;
}

/** A database with one workspace and so many stores in it, without orders. */
export async function openListHome(stores: number): Promise<ListHome> {
	const home = await createTestDatabase();
	const database = new Database({ url: home.url, name: 'test', onIdleError: () => {} });
	const made = await database.inWorkspace(WORKSPACE, async (scope) => {
		await createEmptyWorkspace(scope, { name: 'W', baseCurrency: 'USD', zone: 'UTC' });
		const connectionId = await upsertConnection(scope, {
			platform: 'temu',
			externalAccountId: 'a',
			accountName: null,
			host: 'h',
			scopes: [],
			accessExpiresAt: null,
			grantExpiresAt: null,
		});
		const one = (n: number) => ({
			platform: 'temu' as const,
			externalId: `s${n}`,
			name: `S${n}`,
			siteId: 'x',
			mode: 'local' as const,
			active: true,
			attributes: {},
			country: 'XX',
			currency: 'USD',
			zone: 'UTC',
			language: 'en',
			problem: null,
		});
		return await upsertStores(
			scope,
			connectionId,
			Array.from({ length: stores }, (_, n) => one(n)),
		);
	});
	return {
		database,
		storeIds: made.map((store) => store.storeId),
		async close() {
			await database.close();
			await home.drop();
		},
	};
}
