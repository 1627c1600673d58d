import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, openDesk, type Stage } from '../src/binding/desk.ts';

interface Span {
	traceId: string;
	spanId: string;
	parentSpanId?: string;
	name: string;
}

const WORDS = 'Where is the parcel for Ana Conceicao?';
const spans: Span[] = [];
let told = '';
let server: TestDatabase;
let desk: Desk;
let stage: Stage;

/** Takes what a collector of OpenTelemetry takes. */
const collector = createServer((request, reply) => {
	const parts: Buffer[] = [];
	request.on('data', (part: Buffer) => parts.push(part));
	request.on('end', () => {
		const text = Buffer.concat(parts).toString('utf8');
		told += text;
		const body = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
		for (const resource of body.resourceSpans) for (const scope of resource.scopeSpans) spans.push(...scope.spans);
		reply.writeHead(200, { 'content-type': 'application/json' }).end('{}');
	});
});

beforeAll(async () => {
	await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
	server = await createTestDatabase();
	const { port } = collector.address() as AddressInfo;
	desk = await openDesk(server.url, 5010, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
	stage = await desk.stage('tiktok-shop');
	await stage.saveApp();
	const outcome = await stage.bind();
	if (outcome !== 'bound') throw new Error(outcome);
}, 60_000);
afterAll(async () => {
	await desk?.stop();
	collector.close();
	await server?.drop();
}, 60_000);

async function traceWith(names: readonly string[]): Promise<Span[]> {
	for (const end = Date.now() + 15_000; Date.now() < end; await sleep(100)) {
		const traces = Map.groupBy(spans, (span) => span.traceId).values();
		const found = [...traces].find((trace) => names.every((name) => trace.some((span) => span.name === name)));
		if (found) return found;
	}
	throw new Error(`No trace with ${names.join(', ')}; there are ${[...new Set(spans.map((s) => s.name))].join(', ')}`);
}

describe('a trace', () => {
	test('leads from a push over its job to the calls of the platform that it takes', async () => {
		await traceWith(['job intake.subscribe', 'call webhooks.update']);
		stage.control.buyerWrites('tiktok-br', WORDS);
		const trace = await traceWith(['POST /webhooks/:platform/:workspaceId', 'job intake.process', 'call customerService.read']);
		const of = (name: string): Span | undefined => trace.find((span) => span.name === name);
		const push = of('POST /webhooks/:platform/:workspaceId');
		expect(push?.parentSpanId ?? '').toBe('');
		expect(of('job intake.process')?.parentSpanId).toBe(push?.spanId);
		const parents = new Map(trace.map((span) => [span.spanId, span.parentSpanId]));
		const above: (string | undefined)[] = [];
		for (let at = of('call customerService.read')?.parentSpanId; at; at = parents.get(at)) above.push(at);
		expect(above).toContain(push?.spanId);
	});
	test('leads from what a person asks for to the job that does it', async () => {
		const { rows } = await stage.owner.query<{ rows: { conversationId: string }[] }>('inbox.list', { view: 'all' });
		await stage.owner.mutate('inbox.send', {
			conversationId: rows[0]?.conversationId,
			messageId: crypto.randomUUID(),
			text: 'It is on its way, Ana.',
		});
		const trace = await traceWith(['POST /trpc/:path', 'inbox.send', 'job message.send']);
		expect(trace.filter((span) => (span.parentSpanId ?? '') === '').map((span) => span.name)).toEqual(['POST /trpc/:path']);
	});
	test('tells neither words nor secrets', async () => {
		expect(spans.length).toBeGreaterThan(20);
		const { appSecret = 'x' } = stage.demo.appFields;
		for (const secret of ['Ana', 'parcel', '@desk.test', 'access_token', 'app_key', appSecret]) expect(told).not.toContain(secret);
	});
});
