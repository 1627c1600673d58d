import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WORKER_FLAGS } from '@pangea/config';
import type { IngestJob, IngestResult } from './ingest-work.ts';

const WORKER = fileURLToPath(new URL('./ingest-worker.ts', import.meta.url));

export interface Figures {
	/** Orders a second. */
	rate: number;
	result: IngestResult;
}

/** Worker processes that stay for the whole run, so that every round finds compiled code. */
export class Crew {
	readonly #workers: Promise<Member>[] = [];
	readonly #env: NodeJS.ProcessEnv;

	constructor(url: string, key: string) {
		this.#env = { ...process.env, DATABASE_URL: url, PANGEA_MASTER_KEY: key };
	}

	async run(count: number, job: IngestJob): Promise<Figures> {
		while (this.#workers.length < count) this.#workers.push(this.#start());
		const workers = await Promise.all(this.#workers.slice(0, count));
		const started = performance.now();
		const results = await Promise.all(
			workers.map((worker, n) => ask(worker, { ...job, stores: job.stores.filter((_, i) => i % count === n) })),
		);
		const orders = results.reduce((sum, r) => sum + r.orders, 0);
		const [result] = results;
		if (!result) throw new Error('No worker');
		return { rate: orders / ((performance.now() - started) / 1000), result };
	}

	async #start(): Promise<Member> {
		const process = fork(WORKER, { execArgv: [...WORKER_FLAGS], env: this.#env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
		const ended = failure(process);
		ended.catch(() => {});
		await Promise.race([once(process, 'message'), ended]);
		return { process, ended };
	}

	async close(): Promise<void> {
		for (const worker of await Promise.allSettled(this.#workers))
			if (worker.status === 'fulfilled' && worker.value.process.connected) worker.value.process.disconnect();
	}
}

interface Member {
	process: ChildProcess;
	/** Rejects when it ends. */
	ended: Promise<never>;
}

async function ask({ process, ended }: Member, job: IngestJob): Promise<IngestResult> {
	process.send(job);
	const [result] = (await Promise.race([once(process, 'message'), ended])) as [IngestResult];
	return result;
}

async function failure(worker: ChildProcess): Promise<never> {
	const [code] = await once(worker, 'exit');
	throw new Error(`A worker of the bench ended with ${String(code)}`);
}
