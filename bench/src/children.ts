import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of a bench: speaks first when it is ready, answers each message with one, and ends when it is let go. */
export class BenchChild {
	readonly pid: number;
	readonly #process: ChildProcess;
	/** Rejects when the process ends. */
	readonly #ended: Promise<never>;

	private constructor(name: string, process: ChildProcess) {
		this.#process = process;
		this.#ended = once(process, 'exit').then(([code]) => {
			throw new Error(`The process ${name} of the bench ended with ${String(code)}`);
		});
		this.#ended.catch(() => {});
		this.pid = process.pid ?? 0;
	}

	/** @param file relative to this folder. @param flags of node, before its program. @returns the child and what it said first. */
	static async start(
		name: string,
		file: string,
		env: Record<string, string> = {},
		flags: readonly string[] = [],
	): Promise<{ child: BenchChild; ready: unknown }> {
		const started = fork(fileURLToPath(new URL(file, import.meta.url)), {
			execArgv: [...flags],
			env: { ...process.env, ...env },
			serialization: 'advanced',
			stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		});
		const child = new BenchChild(name, started);
		return { child, ready: await child.#next() };
	}

	async ask(message: object | string): Promise<unknown> {
		const answer = this.#next();
		this.#process.send(message);
		return await answer;
	}

	async #next(): Promise<unknown> {
		const [message] = (await Promise.race([once(this.#process, 'message'), this.#ended])) as [unknown];
		return message;
	}

	async stop(): Promise<void> {
		if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
		const ended = once(this.#process, 'exit');
		if (this.#process.connected) this.#process.disconnect();
		const hard = setTimeout(() => this.#process.kill('SIGKILL'), 10_000);
		await ended;
		clearTimeout(hard);
	}
}
