import { addMember, keepSettlements, keepStatements, noteFinanceRead, upsertConnection, upsertStores } from '@pangea/db';
import type { Settlement, SettlementLine } from '@pangea/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

const at = (day: number): string => `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`;
const gbp = (amountMinor: bigint) => ({ amountMinor, currency: 'GBP' });
const told = (amountMinor: string) => ({ amountMinor, currency: 'GBP' });
const line = (kind: SettlementLine['kind'], minor: bigint): SettlementLine => ({
	kind,
	rawKind: kind,
	externalLineId: null,
	sellerSku: null,
	amount: gbp(minor),
});
const settlement = (externalId: string, lines: SettlementLine[], more: Partial<Settlement> = {}): Settlement => ({
	externalId,
	statementId: 'S1',
	externalOrderId: 'O1',
	rawType: 'ORDER',
	state: 'released',
	postedAt: at(3),
	knownAt: at(3),
	lines,
	...more,
});

let api: TestApi;
let workspaceId: string;
let owner: SessionUser;
let ofOther: SessionUser;
let blind: SessionUser;
const stores: string[] = [];

beforeAll(async () => {
	api = await createTestApi();
	[owner, ofOther, blind] = [await api.user('owner'), await api.user('other'), await api.user('blind')];
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	await api.database.inWorkspace(workspaceId, async (scope) => {
		const connectionId = await upsertConnection(scope, {
			platform: 'tiktok-shop',
			externalAccountId: 'a',
			accountName: null,
			host: 'h',
			scopes: [],
			accessExpiresAt: null,
			grantExpiresAt: null,
		});
		for (const externalId of ['one', 'other']) {
			const store = { externalId, name: externalId, siteId: 'GB', mode: 'local' as const, active: true, attributes: {}, problem: null };
			const place = { platform: 'tiktok-shop' as const, country: 'GB', currency: 'GBP', zone: 'Europe/London', language: 'en' };
			const [made] = await upsertStores(scope, connectionId, [{ ...store, ...place }]);
			stores.push(made?.storeId ?? '');
		}
		const [one = '', other = ''] = stores;
		await addMember(scope, { userId: ofOther.id, name: 'o', email: ofOther.email, role: 'analyst', storeScope: [other] });
		await addMember(scope, { userId: blind.id, name: 'b', email: blind.email, role: 'agent', storeScope: null });
		const statement = { total: gbp(2000n), rawStatus: 'PAID', payoutId: 'P1', knownAt: at(3) };
		await keepStatements(scope, one, [{ ...statement, externalId: 'S1', closedAt: at(3) }], null);
		await keepStatements(scope, other, [{ ...statement, externalId: 'S1', closedAt: at(4), total: gbp(0n), payoutId: null }], null);
		await keepSettlements(
			scope,
			one,
			[
				settlement('T1', [line('sale', 3000n), line('commission', -600n), line('unknown', -10n)]),
				settlement('T2', [line('reserve', -400n)], { externalOrderId: null, rawType: 'RESERVE' }),
				settlement('D1', [line('sale', 900n)], { state: 'deferred', statementId: null, externalOrderId: 'O2' }),
			],
			null,
		);
		await noteFinanceRead(scope, one, { state: 'read', from: at(1), until: at(5), unreadable: 2 });
		await noteFinanceRead(scope, other, { state: 'scopeMissing' });
	});
});
afterAll(() => api.close());

const ask = (user: SessionUser, question: { stores?: string[]; limit?: number } = {}) =>
	api.as(user, workspaceId).numbers.statements(question);

describe('statements', () => {
	test('are told with what their lines come to by kind, what does not add up, and what is held back', async () => {
		const view = await ask(owner);
		expect(view.rows.map(({ storeId, externalId }) => [storeId, externalId])).toEqual([
			[stores[1], 'S1'],
			[stores[0], 'S1'],
		]);
		const parts = view.rows[1]?.parts.toSorted((a, b) => a.kind.localeCompare(b.kind));
		expect({ ...view.rows[1], parts }).toEqual({
			storeId: stores[0],
			externalId: 'S1',
			closedAt: at(3),
			rawStatus: 'PAID',
			payoutId: 'P1',
			total: told('2000'),
			remainder: told('10'),
			foreignLines: 0,
			parts: [
				{ kind: 'commission', amount: told('-600') },
				{ kind: 'reserve', amount: told('-400') },
				{ kind: 'sale', amount: told('3000') },
				{ kind: 'unknown', amount: told('-10') },
			],
		});
		expect(view.stores.find((s) => s.storeId === stores[0])).toEqual({
			storeId: stores[0],
			state: 'read',
			readFrom: at(1),
			readUntil: at(5),
			unreadable: 2,
			held: [{ amount: told('900'), settlements: 1 }],
		});
		expect(view.stores.find((s) => s.storeId === stores[1])).toMatchObject({ state: 'scopeMissing', readFrom: null, held: [] });
	});
	test('are those of the chosen store, and say when there are more', async () => {
		expect((await ask(owner, { stores: [stores[0] ?? ''] })).rows.map((row) => row.storeId)).toEqual([stores[0]]);
		expect(await ask(owner, { limit: 1 })).toMatchObject({ more: true, rows: [{ storeId: stores[1] }] });
		expect((await ask(owner, { limit: 2 })).more).toBe(false);
	});
	test('of stores outside a member’s scope are not told, also when they are asked for by name', async () => {
		for (const question of [{}, { stores: [...stores] }]) {
			const view = await ask(ofOther, question);
			expect(view.rows.map((row) => row.storeId)).toEqual([stores[1]]);
			expect(view.stores.map((stand) => stand.storeId)).toEqual([stores[1]]);
		}
		expect((await ask(ofOther, { stores: [stores[0] ?? ''] })).rows).toEqual([]);
	});
	test('are refused to who does not see fees', async () => {
		await expect(ask(blind)).rejects.toThrow('notAllowed');
	});
});
