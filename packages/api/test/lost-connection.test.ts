import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuth } from '../src/index.ts';

let home: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
	home = await createTestDatabase();
	owner = new pg.Client({ connectionString: home.url });
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await home.drop();
});

test('a connection that is lost while somebody signs in fails the sign-in and not the process', async () => {
	const origin = 'http://localhost:4780';
	const auth = createAuth({
		databaseUrl: home.url,
		secret: 'x'.repeat(32),
		publicUrl: origin,
		onIdleError: () => {},
		onDeed: () => Promise.resolve(),
	});
	const person = { name: 'A', email: 'a@example.com', password: 'long enough 1' };
	const signIn = (): Promise<Response> =>
		auth.handler(
			new Request(`${origin}/auth/sign-in/email`, {
				method: 'POST',
				headers: { 'content-type': 'application/json', origin },
				body: JSON.stringify({ email: person.email, password: person.password }),
			}),
		);
	await auth.ensureUser(person);
	await owner.query('begin; lock table auth."user" in access exclusive mode');
	const answer = signIn().then(
		(reply) => reply.status,
		() => 500,
	);
	const cut = async (): Promise<number> =>
		(
			await owner.query(
				`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pangea auth' and wait_event_type = 'Lock'`,
			)
		).rowCount ?? 0;
	while ((await cut()) === 0) await sleep(50);
	expect(await answer).toBe(500);
	await owner.query('rollback');
	// The pool may hand the lost connection out once more before it hears of the loss.
	await expect.poll(async () => (await signIn()).status, { timeout: 5000 }).toBe(200);
	await auth.close();
}, 30_000);
