import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { broken } from '../src/fleet/bounds.ts';
import { type FleetReport, runFleet } from '../src/fleet/run.ts';
import { fleet } from '../src/fleet/stores.ts';

let server: TestDatabase;

beforeAll(async () => {
	server = await createTestDatabase();
});
afterAll(() => server?.drop());

describe('a fleet', () => {
	test('has as many stores and connections as was asked for', () => {
		const stores = fleet(200, 60);
		expect(stores).toHaveLength(200);
		expect(new Set(stores.map((store) => `${store.platform} ${store.account}`)).size).toBe(60);
		expect(new Set(stores.map((store) => store.number)).size).toBe(200);
	});

	// The short form of `npm run fleet`.
	test('is read within the limits of its platforms, no store far behind, news before history', async () => {
		const report = await runFleet({
			databaseUrl: server.url,
			stores: 40,
			connections: 18,
			size: 400,
			changes: 40,
			minutes: 5,
			seed: 'fleet',
			pace: { busy: 8, idle: 60 },
			onTrouble: () => {},
		});
		expect(report).toMatchObject({ stores: 40, connections: 18 });
		expect(report.asked).toBeGreaterThan(500);
		expect(broken(report)).toEqual([]);
	}, 300_000);

	test('that is refused, late or behind its history is told apart from one that is not', () => {
		const good: FleetReport = {
			stores: 1,
			connections: 1,
			orders: 0,
			asked: 1000,
			refused: 10,
			refusedShare: 0.01,
			worstLag: 1,
			behindHistoryMillis: 1000,
			behindHistoryJob: null,
			seconds: 1,
		};
		expect(broken(good)).toEqual([]);
		expect(broken({ ...good, refusedShare: 0.011 })).toHaveLength(1);
		expect(broken({ ...good, worstLag: 1.1 })).toHaveLength(1);
		expect(broken({ ...good, behindHistoryMillis: 1001 })).toHaveLength(1);
	});
});
