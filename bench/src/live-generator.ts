import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Push, Sent } from './live-plan.ts';
import { serve } from './serve.ts';

/*
 * The platforms' side of the `live` bench: posts by the clock, whatever the answers take.
 */

export interface GeneratorOrder {
	url: string;
	pushes: Push[];
	perSecond: number;
}

const clock = (): number => performance.timeOrigin + performance.now();

async function run({ url, pushes, perSecond }: GeneratorOrder): Promise<Sent> {
	const pool = new Pool(url, { connections: 64 });
	const sent: Sent = { posts: [], refused: 0 };
	const began = performance.now();
	const running: Promise<void>[] = [];
	for (const [i, push] of pushes.entries()) {
		const due = began + (i * 1000) / perSecond;
		if (due > performance.now()) await sleep(due - performance.now());
		running.push(post(pool, push, sent));
	}
	await Promise.all(running);
	await pool.close();
	return sent;
}

async function post(pool: Pool, push: Push, sent: Sent): Promise<void> {
	const posted = clock();
	const reply = await pool.request({ path: push.path, method: 'POST', headers: push.headers, body: push.body });
	await reply.body.dump();
	if (reply.statusCode === 200) sent.posts.push([push.order, posted, clock()]);
	else sent.refused++;
}

serve(run);
