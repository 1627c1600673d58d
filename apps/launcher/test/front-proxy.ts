import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../src/ports.ts';

export interface FrontProxy {
	url: string;
	name: string;
	stop(): Promise<void>;
}

const CONFIG = fileURLToPath(new URL('../../../infra/nginx/nginx.conf', import.meta.url));

/** nginx with the configuration that infra/ holds where the machine has one, else a proxy of the same manners. */
export async function startFrontProxy(folder: string, port: number, backends: readonly number[]): Promise<FrontProxy> {
	return spawnSync('nginx', ['-v']).status === 0 ? await startNginx(folder, port, backends) : await startNodeProxy(port, backends);
}

async function startNginx(folder: string, port: number, backends: readonly number[]): Promise<FrontProxy> {
	const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path "${join(folder, kind)}";`);
	mkdirSync(folder, { recursive: true });
	const config = readFileSync(CONFIG, 'utf8')
		.replaceAll(/server server:4780 (.*);/g, (_line, options: string) => backends.map((b) => `server 127.0.0.1:${b} ${options};`).join(' '))
		.replace('listen 8080;', `listen 127.0.0.1:${port};`)
		.replace('worker_processes auto;', `worker_processes 1; pid "${join(folder, 'pid')}"; daemon off;`)
		.replace('http {', `http { ${temporary.join(' ')}`);
	const file = join(folder, 'nginx.conf');
	writeFileSync(file, config);
	const child: ChildProcess = spawn('nginx', ['-c', file, '-p', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
	for (let waited = 0; waited < 10_000; waited += 50) {
		if (await answers(port)) break;
		await sleep(50);
	}
	return {
		url: `http://127.0.0.1:${port}`,
		name: 'nginx',
		stop: async () => {
			if (child.exitCode !== null) return;
			const ended = new Promise((done) => child.once('exit', done));
			child.kill('SIGTERM');
			await ended;
		},
	};
}

function answers(port: number): Promise<boolean> {
	return new Promise((done) => {
		const probe = connect(port, '127.0.0.1', () => {
			probe.destroy();
			done(true);
		});
		probe.once('error', () => done(false));
	});
}

/** Requests in turn, sockets by the person's session; a server that refuses the connection is passed over. */
async function startNodeProxy(port: number, backends: readonly number[]): Promise<FrontProxy> {
	let turn = 0;
	const order = (from: number): number[] => backends.map((_, i) => backends[(from + i) % backends.length] ?? 0);
	const headersOf = (incoming: IncomingMessage): NodeJS.Dict<string | string[]> => ({
		...incoming.headers,
		'x-forwarded-for': incoming.socket.remoteAddress ?? '',
		'x-forwarded-proto': 'http',
	});
	const server = createServer((incoming, reply) => {
		const parts: Buffer[] = [];
		incoming.on('data', (part: Buffer) => parts.push(part));
		incoming.on('end', () => {
			const attempt = ([backend, ...rest]: number[]): void => {
				const onward = request({ port: backend, method: incoming.method, path: incoming.url, headers: headersOf(incoming) }, (answer) => {
					reply.writeHead(answer.statusCode ?? 502, answer.headers);
					answer.pipe(reply);
				});
				onward.on('error', (error: NodeJS.ErrnoException) => {
					if (error.code === 'ECONNREFUSED' && rest.length > 0) return attempt(rest);
					if (!reply.headersSent) reply.writeHead(502);
					reply.end();
				});
				onward.end(Buffer.concat(parts));
			};
			attempt(order(turn++));
		});
	});
	server.on('upgrade', (incoming, socket, head) => {
		socket.on('error', () => socket.destroy());
		const session = /session_token=([^;]+)/.exec(incoming.headers.cookie ?? '')?.[1] ?? '';
		const seat = Buffer.from(session).reduce((sum, byte) => sum + byte, 0) % backends.length;
		const attempt = ([backend, ...rest]: number[]): void => {
			const onward = connect(backend ?? 0, '127.0.0.1', () => {
				const lines = Object.entries(headersOf(incoming)).map(([name, value]) => `${name}: ${String(value)}`);
				onward.write(`GET ${incoming.url ?? '/'} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
				onward.write(head);
				onward.pipe(socket).pipe(onward);
				onward.on('close', () => socket.destroy());
				socket.on('close', () => onward.destroy());
			});
			onward.on('error', (error: NodeJS.ErrnoException) => {
				// Refused: the person waits on, and the next server is asked.
				if (error.code === 'ECONNREFUSED' && rest.length > 0) attempt(rest);
				else socket.destroy();
			});
		};
		attempt(order(seat));
	});
	await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		name: 'node',
		stop: () =>
			new Promise((done) => {
				server.close(() => done());
				server.closeAllConnections();
			}),
	};
}

/** Ports that nobody has, from `first` on. */
export async function freePorts(first: number, count: number): Promise<number[]> {
	const taken = new Set<number>();
	while (taken.size < count) taken.add(await freePort(first, taken));
	return [...taken];
}
