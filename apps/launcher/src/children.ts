import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** A process of ours. Says `{ ready: … }` over its channel when it serves, and stops by itself when the channel closes. */
export interface Child {
	name: string;
	pid: number;
	/** What the child said when it was ready. */
	ready: unknown;
	exited: Promise<number | null>;
	stop(): Promise<void>;
}

export interface ChildOptions {
	name: string;
	file: string;
	/** What node is told before its program. */
	flags?: readonly string[] | undefined;
	env: Record<string, string>;
	/** Folder of its log. */
	logs: string;
}

const PATIENCE = 15_000;

/**
 * Starts a process and waits until it is ready.
 * @throws Error with the end of its output when it ends before.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
	const log = createWriteStream(join(options.logs, `${options.name}.log`), { flags: 'a', mode: 0o600 });
	// A group of its own: Ctrl-C comes to the launcher, which stops its children in order.
	const child = spawn(process.execPath, [...(options.flags ?? []), options.file], {
		env: options.env,
		detached: true,
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
	});
	const tail = keepTail(child, log);
	const exited = new Promise<number | null>((done) => {
		child.once('exit', (code) => {
			log.end();
			done(code);
		});
	});
	const ready = await new Promise<unknown>((done, fail) => {
		child.once('message', (message) => done((message as { ready?: unknown }).ready));
		child.once('error', fail);
		void exited.then((code) => fail(new Error(`${options.name} ended with code ${String(code)} before it was ready:\n${tail()}`)));
	});
	return {
		name: options.name,
		pid: child.pid ?? 0,
		ready,
		exited,
		stop: async () => {
			if (child.exitCode !== null || child.signalCode !== null) return;
			child.kill('SIGTERM');
			const hard = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
			await exited;
			clearTimeout(hard);
		},
	};
}

function keepTail(child: ChildProcess, log: WriteStream): () => string {
	let tail = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', (chunk: Buffer) => {
			log.write(chunk);
			tail = (tail + chunk.toString('utf8')).slice(-4000);
		});
	}
	return () => tail;
}
