import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpRequest } from '../src/adapter.ts';
import type { BudgetCorrection, RateBudgets } from '../src/budget.ts';
import { PlatformError } from '../src/error.ts';
import { createPlatformHttp, type PlatformHttpOptions, retryAfterMillis } from '../src/http.ts';

const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse, count: number) => void): Promise<string> {
	let count = 0;
	const server = createServer((request, response) => handler(request, response, ++count));
	servers.push(server);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function world(base: string, options: Partial<PlatformHttpOptions> = {}) {
	const slept: number[] = [];
	const taken: string[] = [];
	const adjusted: BudgetCorrection[] = [];
	const budgets: RateBudgets = {
		take: async (operation) => void taken.push(operation),
		adjust: async (_operation, seen) => void adjusted.push(seen),
	};
	const http = createPlatformHttp({
		hosts: { api: base },
		budgets,
		sleep: async (millis) => void slept.push(millis),
		random: () => 0,
		...options,
	});
	return { http, slept, taken, adjusted };
}

const get = (url: string): HttpRequest => ({ operation: 'orders', method: 'GET', url, idempotent: true });
const post = (url: string): HttpRequest => ({ operation: 'ship', method: 'POST', url, idempotent: false, body: '{}' });

async function failure(promise: Promise<unknown>): Promise<PlatformError> {
	const error = await promise.then(
		() => null,
		(e: unknown) => e,
	);
	expect(error).toBeInstanceOf(PlatformError);
	return error as PlatformError;
}

describe('sending', () => {
	it('takes one token of the budget for each attempt and returns status, headers and exact bytes', async () => {
		const base = await serve((request, response) => {
			response.setHeader('X-Request-Id', 'r1');
			response.end(`${request.method} ${request.url} ${String(request.headers['x-token'])}`);
		});
		const { http, taken } = world(base);
		const reply = await http.send({ ...get(`${base}/a?b=%20c`), headers: { 'x-token': 't' } });
		expect(reply).toMatchObject({ status: 200, headers: { 'x-request-id': 'r1' } });
		expect(reply.body.toString()).toBe('GET /a?b=%20c t');
		expect(taken).toEqual(['orders']);
	});

	it('sends the body byte for byte', async () => {
		const base = await serve((request, response) => request.pipe(response));
		const body = '{"name":"Ünï 世界"}';
		expect((await world(base).http.send({ ...post(`${base}/`), body })).body.toString()).toBe(body);
	});

	it('decodes compressed answers', async () => {
		const base = await serve((_request, response) => {
			response.setHeader('content-encoding', 'gzip');
			response.end(gzipSync('{"a":1}'));
		});
		expect((await world(base).http.send(get(base))).body.toString()).toBe('{"a":1}');
	});
});

describe('repeating', () => {
	it('repeats an idempotent request after a 5xx, with growing waits', async () => {
		const base = await serve((_request, response, count) => {
			response.statusCode = count < 3 ? 502 : 200;
			response.end(String(count));
		});
		const { http, slept, taken } = world(base);
		expect((await http.send(get(base))).body.toString()).toBe('3');
		expect(slept).toEqual([250, 500]);
		expect(taken).toHaveLength(3);
	});

	it('hands over the last 5xx when the attempts are used up', async () => {
		const base = await serve((_request, response) => {
			response.statusCode = 503;
			response.end();
		});
		const { http, taken } = world(base);
		expect((await http.send(get(base))).status).toBe(503);
		expect(taken).toHaveLength(3);
	});

	it('never repeats a request that is not idempotent after a 5xx', async () => {
		let seen = 0;
		const base = await serve((_request, response) => {
			seen++;
			response.statusCode = 500;
			response.end();
		});
		expect((await world(base).http.send(post(base))).status).toBe(500);
		expect(seen).toBe(1);
	});

	it('repeats an idempotent request whose answer breaks off in the body', async () => {
		const base = await serve((_request, response, count) => {
			if (count > 1) return void response.end('whole');
			response.writeHead(200, { 'content-length': '1000' });
			response.write('half');
			setTimeout(() => response.destroy(), 20);
		});
		expect((await world(base).http.send(get(base))).body.toString()).toBe('whole');
	});

	it('reports a broken connection as unavailable without naming the URL', async () => {
		const base = await serve((request) => void request.socket.destroy());
		const { http, taken } = world(base);
		const error = await failure(http.send(get(`${base}/token?app_secret=hush`)));
		expect(error.kind).toBe('unavailable');
		expect(error.userMessage.code).toBe('platformDown');
		expect(taken).toHaveLength(3);
		expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('hush');
		expect((await failure(http.send(post(base)))).message).toContain('one attempt');
	});

	it('reports silence as unavailable', async () => {
		const base = await serve(() => undefined);
		const { http } = world(base, { timeoutMillis: 60, attempts: 1 });
		expect((await failure(http.send(get(base)))).message).toBe('orders: no answer within 60 ms (one attempt)');
	});

	it('waits as long as a 429 asks, closes the budget for that long, and repeats whatever the method', async () => {
		const base = await serve((_request, response, count) => {
			if (count === 1) response.writeHead(429, { 'retry-after': '2' });
			response.end();
		});
		const { http, slept, adjusted } = world(base);
		expect((await http.send(post(base))).status).toBe(200);
		expect(slept).toEqual([2000]);
		expect(adjusted).toEqual([{ waitMillis: 2000 }]);
	});

	it('hands over a 429 whose wait is too long to sit out, after closing the budget', async () => {
		const base = await serve((_request, response) => {
			response.writeHead(429, { 'retry-after': '120' });
			response.end();
		});
		const { http, slept, adjusted } = world(base);
		const reply = await http.send(get(base));
		expect(reply.status).toBe(429);
		expect(retryAfterMillis(reply.headers, Date.now())).toBe(120_000);
		expect(slept).toEqual([]);
		expect(adjusted).toEqual([{ waitMillis: 120_000 }]);
	});

	it('ends with the reason of the signal', async () => {
		const base = await serve(() => undefined);
		const stop = new AbortController();
		const sending = world(base, { signal: stop.signal }).http.send(get(base));
		setTimeout(() => stop.abort(new Error('shutting down')), 20);
		await expect(sending).rejects.toThrow('shutting down');
	});
});

describe('Retry-After', () => {
	it.each([
		['5', 5000],
		['0', 0],
		['1.5', 1500],
		['Sun, 22 Nov 2026 00:00:10 GMT', 10_000],
		['Sun, 22 Nov 2020 00:00:10 GMT', 0],
		['999999999', 3_600_000],
		['soon', null],
	])('reads %j', (text, millis) => {
		expect(retryAfterMillis({ 'retry-after': text }, Date.UTC(2026, 10, 22))).toBe(millis);
	});
});

describe('limits', () => {
	it('refuses a redirect instead of following it', async () => {
		let followed = false;
		const base = await serve((request, response) => {
			if (request.url === '/inside') followed = true;
			response.writeHead(302, { location: '/inside' });
			response.end();
		});
		expect((await failure(world(base).http.send(get(base)))).kind).toBe('unexpected');
		expect(followed).toBe(false);
	});

	it('refuses an answer that is larger than allowed, at once', async () => {
		const base = await serve((_request, response) => response.end(Buffer.alloc(5000)));
		const { http, taken } = world(base, { maxBodyBytes: 1000 });
		expect((await failure(http.send(get(base)))).message).toBe('orders: answer is larger than 1000 bytes');
		expect(taken).toHaveLength(1);
	});

	it.each([
		['says so', true],
		['does not say so', false],
	])('takes no more of a file than was asked for, where its host %s', async (_what, says) => {
		let sentBytes = 0;
		const base = await serve((_request, response) => {
			if (says) response.setHeader('content-length', '900000000');
			const piece = Buffer.alloc(64 * 1024);
			const go = (): void => {
				while (!response.destroyed && sentBytes < 900_000_000 && response.write(piece)) sentBytes += piece.length;
			};
			response.on('drain', go);
			go();
		});
		const refused = await failure(world(base).http.send({ ...get(base), most: 100_000 }));
		expect(refused).toMatchObject({ kind: 'rejected', userMessage: { code: 'attachmentTooLarge' } });
		expect(sentBytes).toBeLessThan(20_000_000);
		const small = await serve((_request, response) => response.end('abc'));
		expect((await world(small).http.send({ ...get(small), most: 3 })).body.toString()).toBe('abc');
	});

	it('refuses a small answer that unpacks to more than allowed', async () => {
		const base = await serve((_request, response) => {
			response.setHeader('content-encoding', 'gzip');
			response.end(gzipSync(Buffer.alloc(1_000_000)));
		});
		expect((await failure(world(base, { maxBodyBytes: 10_000 }).http.send(get(base)))).kind).toBe('unexpected');
	});
});

describe('addresses', () => {
	it.each([
		['file:///etc/passwd'],
		['http://169.254.169.254/latest'],
		['http://localhost:1/'],
		['http://user:word@127.0.0.1/'],
		['https://reports.example.com/x'],
		['not a url'],
	])('refuses %s, which is not configured, without taking a token', async (url) => {
		const { http, taken } = world('http://127.0.0.1:9');
		expect((await failure(http.send(get(url)))).kind).toBe('unexpected');
		expect(taken).toEqual([]);
	});

	it('refuses the configured host on another port or scheme', async () => {
		const { http } = world('http://127.0.0.1:9');
		for (const url of ['http://127.0.0.1:10/', 'https://127.0.0.1:9/'])
			expect((await failure(http.send(get(url)))).kind).toBe('unexpected');
	});

	it.each([
		['https://127.0.0.1/', 'private address'],
		['https://10.1.2.3/', 'private address'],
		['https://[::1]/', 'private address'],
		['https://[::ffff:10.0.0.1]/', 'private address'],
		['https://[fd00::1]/', 'private address'],
		['https://2130706433/', 'private address'],
		['http://8.8.8.8/', 'https only'],
		['https://localhost/', 'resolves to a private address'],
	])('refuses %s although the rule for foreign hosts admits it', async (url, reason) => {
		const { http } = world('http://127.0.0.1:9', { allowedHosts: () => true, attempts: 1 });
		const error = await failure(http.send(get(url)));
		expect(error.kind).toBe('unexpected');
		expect(error.message).toContain(reason);
	});

	it('asks nothing that is configured, nor anything private, at an address that people named', async () => {
		const base = await serve((_request, response) => response.end('inner'));
		const { http } = world(base, { attempts: 1 });
		for (const url of [base, base.replace('http:', 'https:'), 'https://10.1.2.3/a.jpg', 'http://8.8.8.8/a.jpg', 'https://localhost/a.jpg'])
			expect((await failure(http.send({ ...get(url), anywhere: true }))).kind).toBe('unexpected');
	});

	it('has a gateway fetch what people named, where there is one, after the same look at the address', async () => {
		const asked: string[] = [];
		const base = await serve((request, response) => {
			asked.push(request.url ?? '');
			response.end('picture');
		});
		const { http } = world('http://127.0.0.1:9', { attempts: 1, gateway: `${base}/fetch` });
		const url = 'https://pictures.example.com/a b.jpg?size=1&x=2';
		expect((await http.send({ ...get(url), anywhere: true })).body.toString()).toBe('picture');
		expect(asked).toEqual([`/fetch?url=${encodeURIComponent(url)}`]);
		expect((await failure(http.send({ ...get('https://127.0.0.1/a.jpg'), anywhere: true }))).kind).toBe('unexpected');
		expect((await failure(http.send(get(url)))).kind).toBe('unexpected');
		expect(asked).toHaveLength(1);
	});

	it('sends bytes as they are', async () => {
		const base = await serve((request, response) => void request.pipe(response));
		const upload = Buffer.from([0, 255, 13, 10, 128]);
		const reply = await world(base).http.send({ operation: 'ship', method: 'POST', url: base, idempotent: false, upload });
		expect(reply.body).toEqual(upload);
	});
});
