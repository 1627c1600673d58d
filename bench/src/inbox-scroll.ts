import { createWorkspace, Database } from '@pangea/db';
import type { ConversationFace } from '@pangea/domain';
import { cookiesIn, launchBrowser, visit, type Visitor } from '@pangea/e2e/browser';
import { startJobs } from '@pangea/jobs';
import { freePort } from '@pangea/launcher/ports';
import { registry } from '@pangea/platform-registry';
import { createEngine } from '@pangea/sync';
import { masterKeyFromText, newMasterKeyText } from '@pangea/vault';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { BenchChild } from './children.ts';
import { openBenchDatabase } from './database.ts';
import { quantile, round } from './figures.ts';
import { createListStores } from './lists-world.ts';
import { authOf, enter, type Place, serverVariables } from './people.ts';

type Page = Visitor['page'];

const CONVERSATIONS = 100_000;
const STORES = 40;
const BATCH = 5000;
const PERSON = { name: 'Operator', email: 'operator@bench.test', password: 'bench-password' };
/** Frames of a stretch, and pixels a frame: faster than a wheel is turned. */
const FRAMES = 300;
const STEP = 240;

/**
 * The inbox with a hundred thousand open conversations (or N) in a browser: all of them are scrolled into the page's list, and then frames are counted while the
 * list moves, at its beginning, in its middle and at its end. Limit: the frames of an empty page that scrolls as far.
 */
export async function benchScroll(rows: number | null, step: (text: string) => void): Promise<object> {
	const conversations = rows ?? CONVERSATIONS;
	const home = await openBenchDatabase();
	const children: BenchChild[] = [];
	const browser = await launchBrowser();
	try {
		const url = `http://localhost:${await freePort(15700)}`;
		const place = { databaseUrl: home.url, masterKey: newMasterKeyText(), url };
		await fill(place, conversations);
		step(`${conversations} conversations are in`);
		children.push((await BenchChild.start('server', '../../apps/server/src/main.ts', serverVariables(place))).child);
		const { page } = await visit(browser, url, { cookies: cookiesIn(await enter(url, PERSON)) });
		const empty = await visit(browser, url);
		await empty.page.setContent(
			'<section class="conversations" style="height:100vh;overflow:auto"><div style="height:7400000px"></div></section>',
		);
		const limit = await frames(empty.page, 0);
		await empty.context.close();
		await page.goto('/inbox?view=open');
		await page.locator('[data-conversation]').first().waitFor();
		const began = performance.now();
		const height = await readAll(page);
		step(`All of them were scrolled through after ${round((performance.now() - began) / 1000, 0)} s; the list is ${height} pixels high`);
		const stretches: Record<string, Stretch> = {};
		for (const [name, place] of Object.entries({ beginning: 0, middle: height / 2, end: height - (FRAMES + 1) * STEP }))
			stretches[name] = await frames(page, Math.max(0, place));
		for (const [name, one] of Object.entries({ ...stretches, 'an empty page': limit })) step(`${name}: ${JSON.stringify(one)}`);
		const slowest = Object.values(stretches).reduce((a, b) => (a.perSecond < b.perSecond ? a : b));
		return {
			value: slowest.perSecond,
			limit: limit.perSecond,
			ratio: round(slowest.perSecond / limit.perSecond, 2),
			unit: 'frames a second while the list moves, at its slowest place (value), of an empty page (limit)',
			p50: slowest.p50,
			p95: slowest.p95,
			p99: slowest.p99,
			rows: conversations,
			stretches,
		};
	} finally {
		await browser.close();
		for (const child of children) await child.stop();
		await home.close();
	}
}

interface Stretch {
	perSecond: number;
	/** Milliseconds a frame. */
	p50: number;
	p95: number;
	p99: number;
}

/** Goes on to the end until the list no longer grows. @returns its height in pixels */
async function readAll(page: Page): Promise<number> {
	return await page.evaluate(async () => {
		const list = document.querySelector('.conversations');
		if (!list) throw new Error('There is no list');
		const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));
		let height = 0;
		for (let still = 0; still < 300; still = list.scrollHeight === height ? still + 1 : 0) {
			height = list.scrollHeight;
			list.scrollTop = height;
			await frame();
		}
		return height;
	});
}

/** Moves the list from a place on, a step a frame. */
async function frames(page: Page, from: number): Promise<Stretch> {
	const taken = await page.evaluate(
		async ([start, count, step]) => {
			const list = document.querySelector('.conversations');
			if (!list) throw new Error('There is no list');
			const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
			list.scrollTop = start;
			for (let n = 0; n < 30; n++) await frame();
			const times: number[] = [];
			let before = await frame();
			for (let n = 1; n <= count; n++) {
				list.scrollTop = start + n * step;
				const now = await frame();
				times.push(now - before);
				before = now;
			}
			return times;
		},
		[from, FRAMES, STEP] as const,
	);
	const of = (q: number): number => round(quantile(taken, q), 1);
	return {
		perSecond: round((1000 * taken.length) / taken.reduce((sum, one) => sum + one, 0), 1),
		p50: of(0.5),
		p95: of(0.95),
		p99: of(0.99),
	};
}

/** A workspace with its owner, and conversations whose faces are sealed as the product seals them. */
async function fill(place: Place, conversations: number): Promise<void> {
	const { databaseUrl, masterKey } = place;
	const database = new Database({ url: databaseUrl, name: 'bench scroll', onIdleError: () => {} });
	const jobs = await startJobs({ url: databaseUrl, name: 'bench scroll', maintains: false, onError: () => {} });
	const auth = authOf(place);
	const client = new pg.Client({ connectionString: databaseUrl });
	await client.connect();
	try {
		const log = { info: () => {}, warn: () => {}, error: () => {} };
		const engine = createEngine({ database, jobs, registry, master: masterKeyFromText(masterKey), log });
		const userId = await auth.ensureUser(PERSON);
		const workspaceId = uuidv7();
		const owner = { userId, name: PERSON.name, email: PERSON.email };
		await database.inWorkspace(workspaceId, (scope) => createWorkspace(scope, { name: 'Inbox', baseCurrency: 'USD', zone: 'UTC' }, owner));
		const stores = await createListStores(database, workspaceId, STORES);
		const box = await engine.keys.box(workspaceId);
		await client.query(`set session_replication_role = replica; set synchronous_commit = off`);
		for (let from = 0; from < conversations; from += BATCH) {
			const ids = Array.from({ length: Math.min(BATCH, conversations - from) }, () => uuidv7());
			const faces = ids.map((id, n) => {
				const face: ConversationFace = { buyerName: `Buyer ${from + n}`, preview: 'When will it be shipped?', previewKind: 'text' };
				return box.seal(JSON.stringify(face), `conversation ${id}`);
			});
			await client.query(
				`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender, waiting_since, unread)
					select $1::uuid, x.id, ($4::uuid[])[(x.n + $5) % cardinality($4::uuid[]) + 1], 'tiktok-shop', 'chat', 'C' || x.n + $5, x.face,
						now() - (x.n + $5) * interval '20 seconds', 'buyer', now() - (x.n + $5) * interval '20 seconds', (x.n % 4)::int
					from unnest($2::uuid[], $3::bytea[]) with ordinality as x(id, face, n)`,
				[workspaceId, ids, faces, stores.map(({ storeId }) => storeId), from],
			);
		}
		await client.query('vacuum analyze conversation');
	} finally {
		await client.end();
		await auth.close();
		await jobs.stop(0);
		await database.close();
	}
}
