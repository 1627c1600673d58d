import { setTimeout as sleep } from 'node:timers/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { setWrites } from '@pangea/db';
import { NotActiveError } from '@pangea/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStoreContext, type Engine } from '../src/index.ts';
import { bindStore, type Home, openHome, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const ROOT = new URL('../../', import.meta.url);
/** A call of its own beside the HTTP that an adapter is given; methods of that name are none. */
const OWN_WAY_OUT = /(?<!async |\.)\bfetch\(|from '(node:https?|node:net|undici)'/;
const call = { signal: new AbortController().signal, urgent: true };
let home: Home;
let ids: { workspaceId: string; storeId: string };

beforeEach(async () => {
	home = await openHome();
	ids = await bindStore(home.engine);
});
afterEach(() => home.close());

/** As a later write of a store goes: through the store's context, by the platform's HTTP. */
async function write(engine: Engine): Promise<number> {
	const { context } = await createStoreContext(engine, ids, call);
	const reply = await context.http.send({
		operation: 'call',
		method: 'POST',
		url: `${context.hosts['api']}/write`,
		headers: { authorization: context.grant().secrets['access'] ?? '' },
		body: '{}',
		idempotent: false,
		writes: true,
	});
	return reply.status;
}

/** Writes without a pause until it is refused. @returns what refused it. */
async function writeOn(engine: Engine): Promise<unknown> {
	for (;;) {
		try {
			await write(engine);
		} catch (error) {
			return error;
		}
	}
}

async function set(storeId: string | null, allowed: boolean): Promise<void> {
	await home.database.inWorkspace(WORKSPACE, (scope) => setWrites(scope, storeId, { allowed, at: new Date().toISOString() }));
}

describe('writes at a platform', () => {
	test.each([
		['a store', () => ids.storeId],
		['all stores', () => null],
	])('of %s stop within a second in every process, reading goes on, and they go again when allowed', async (_whose, storeId) => {
		const processes = [home.engine, home.another(scriptedAdapter({ url: home.platform.url }))];
		const writing = processes.map(writeOn);
		await sleep(300);
		expect(home.platform.writtenAt.length).toBeGreaterThan(2);
		await set(storeId(), false);
		const stopped = Date.now();
		const refusals = await Promise.all(writing);
		for (const refusal of refusals) {
			expect(refusal).toBeInstanceOf(NotActiveError);
			expect(refusal).toMatchObject({ reason: 'writesStopped' });
		}
		await sleep(1100);
		expect(Math.max(...home.platform.writtenAt) - stopped).toBeLessThan(1000);
		const { context } = await createStoreContext(home.engine, ids, call);
		const read = { operation: 'call', method: 'POST', url: `${context.hosts['api']}/get`, body: '{"ids":[]}', idempotent: true } as const;
		expect((await context.http.send({ ...read, headers: { authorization: 'access-0' } })).status).toBe(200);
		await set(storeId(), true);
		expect(await write(home.engine)).toBe(200);
	});

	test('that wait for their budget when the stop comes are not sent', async () => {
		const adapter = scriptedAdapter({ url: home.platform.url });
		const budgets = [{ operation: 'call', rate: 1, burst: 1, per: 'connection', source: 'test' } as const];
		const slow = home.another({ ...adapter, manifest: { ...adapter.manifest, budgets } });
		expect(await write(slow)).toBe(200);
		const waiting = write(slow);
		await sleep(100);
		await set(ids.storeId, false);
		await expect(waiting).rejects.toMatchObject({ reason: 'writesStopped' });
		expect(home.platform.writtenAt).toHaveLength(1);
	});

	test('of one store go on when another is stopped', async () => {
		await set('33333333-3333-7333-8333-333333333333', false);
		expect(await write(home.engine)).toBe(200);
	});

	test('have one door: no adapter reaches a platform but through the HTTP it is given', () => {
		const adapters = new URL('platforms/', ROOT);
		const offenders: string[] = [];
		for (const platform of ['amazon', 'temu', 'mercado-libre', 'tiktok-shop']) {
			const folder = new URL(`${platform}/src/`, adapters);
			for (const file of readdirSync(folder)) {
				const source = readFileSync(new URL(file, folder), 'utf8');
				if (OWN_WAY_OUT.test(source)) offenders.push(`${platform}/${file}`);
			}
		}
		expect(offenders).toEqual([]);
	});
});
