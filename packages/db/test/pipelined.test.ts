import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CopyOut } from '../src/copy-out.ts';
import { createEmptyWorkspace, Database, type Opening, type Scope } from '../src/index.ts';

const WORKSPACE = '11111111-1111-7111-8111-111111111111';
let home: TestDatabase;
let database: Database;

beforeAll(async () => {
	home = await createTestDatabase();
	// One connection: what a transaction leaves behind meets the next one.
	database = new Database({ url: home.url, name: 'pipelined', maxConnections: 1, onIdleError: () => {} });
	await database.inWorkspace(WORKSPACE, (scope) => createEmptyWorkspace(scope, { name: '', baseCurrency: 'USD', zone: 'UTC' }));
});
beforeEach(() => inScope((scope) => rename(scope, 'untouched'), {}));
afterAll(async () => {
	await database.close();
	await home.drop();
});

const inScope = <T>(work: (scope: Scope) => Promise<T>, opening: Opening = { pipelined: true }): Promise<T> =>
	database.inWorkspace(WORKSPACE, work, opening);
const rename = (scope: Scope, name: string): Promise<unknown> =>
	scope.client.query('update workspace set name = name || $2 where workspace_id = $1', [scope.workspaceId, ` ${name}`]);
const fails = (scope: Scope): Promise<unknown> => scope.client.query('select 1 / 0');
async function nameNow(): Promise<string> {
	return await inScope(async ({ client, workspaceId }) => {
		const { rows } = await client.query<{ name: string }>('select name from workspace where workspace_id = $1', [workspaceId]);
		return rows[0]?.name ?? '';
	}, {});
}
/** What a piece of work adds to the name. */
async function added(work: () => Promise<unknown>): Promise<string> {
	const before = await nameNow();
	await work();
	return (await nameNow()).slice(before.length);
}

describe('a pipelined transaction', () => {
	test('keeps what was only sent, in the order in which it was sent', async () => {
		const work = async (scope: Scope): Promise<void> => {
			await scope.send(rename(scope, 'one'));
			await rename(scope, 'two');
			await scope.send(rename(scope, 'three'));
			await scope.send(rename(scope, 'four'));
		};
		expect(await added(() => inScope(work))).toBe(' one two three four');
	});

	test('keeps nothing where something that was sent fails, and says what', async () => {
		const ran: string[] = [];
		const work = async (scope: Scope): Promise<void> => {
			scope.onCommit(() => ran.push('committed'));
			await scope.send(rename(scope, 'one'));
			await scope.send(fails(scope));
			await scope.send(rename(scope, 'two'));
		};
		expect(await added(() => expect(inScope(work)).rejects.toThrow('division by zero'))).toBe('');
		expect(ran).toEqual([]);
	});

	test('says what failed first where its work fails of that', async () => {
		const work = async (scope: Scope): Promise<void> => {
			await scope.send(fails(scope));
			await rename(scope, 'one');
		};
		await expect(inScope(work)).rejects.toThrow('division by zero');
	});

	test('keeps nothing where its work fails of itself', async () => {
		const work = async (scope: Scope): Promise<void> => {
			await scope.send(rename(scope, 'one'));
			throw new Error('No longer wanted');
		};
		expect(await added(() => expect(inScope(work)).rejects.toThrow('No longer wanted'))).toBe('');
	});

	test('sees its own workspace from its first statement on, and none when its opening fails', async () => {
		const all = (scope: Scope) => scope.client.query('select from workspace');
		expect((await inScope(all)).rowCount).toBe(1);
		const asleep = inScope(all, { pipelined: true, savepoint: '' });
		await expect(asleep).rejects.toThrow('zero-length delimited identifier');
		expect((await inScope(all)).rowCount).toBe(1);
	});

	test('leaves its connection as it was: the next transaction can copy', async () => {
		await inScope((scope) => rename(scope, 'one'));
		await inScope(async ({ client }) => {
			const copy = new CopyOut('copy (select 7) to stdout');
			for await (const piece of copy.pieces(client)) expect(piece.toString()).toBe('7\n');
			expect(copy.rows).toBe(1);
		}, {});
	});
});
