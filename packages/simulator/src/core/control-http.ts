import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Control } from './control.ts';
import { faultKinds } from './faults.ts';
import { stepKinds } from './timeline.ts';

const platformName = z.enum(['amazon', 'tiktok-shop', 'mercado-libre', 'temu']);
/** Milliseconds, or ISO 8601. */
const instant = z.union([z.coerce.number(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))]);
const by = z.enum(['buyer', 'seller', 'platform']);
const bodies = {
	order: z.strictObject({
		store: z.string(),
		lives: z.boolean().optional(),
		placedAt: instant.optional(),
		buyerName: z.string().optional(),
		note: z.string().optional(),
		lines: z
			.array(z.strictObject({ sku: z.string(), quantity: z.int().min(1), unitPrice: z.int().min(0).optional() }))
			.min(1)
			.max(5)
			.optional(),
	}),
	advance: z.strictObject({ store: z.string(), id: z.string(), step: z.enum(stepKinds), by: by.optional() }),
	clock: z.strictObject({
		set: instant.optional(),
		advance: z.number().optional(),
		frozen: z.boolean().optional(),
		speed: z.number().positive().optional(),
	}),
	fault: z.strictObject({
		kind: z.enum(faultKinds),
		platform: platformName.optional(),
		operation: z.string().optional(),
		store: z.string().optional(),
		probability: z.number().min(0).max(1).optional(),
		count: z.int().min(1).optional(),
		options: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
	}),
	target: z.strictObject({ platform: platformName, url: z.url(), topic: z.string().optional(), store: z.string().optional() }),
	tokens: z.strictObject({ platform: platformName, account: z.string().optional(), refresh: z.boolean().optional() }),
	configure: z.strictObject({ platform: platformName, settings: z.record(z.string(), z.unknown()) }),
	live: z.strictObject({ perMinute: z.number().min(0) }),
	window: z.strictObject({
		store: z.string().optional(),
		platform: platformName.optional(),
		by: z.enum(['placed', 'updated']).default('updated'),
		from: instant.default(0),
		to: instant.default(Number.MAX_SAFE_INTEGER),
		limit: z.coerce.number().int().min(1).max(1000).default(100),
		cursor: z.string().optional(),
	}),
	one: z.strictObject({ store: z.string(), id: z.string() }),
	message: z.strictObject({
		store: z.string(),
		text: z.string(),
		files: z
			.array(z.strictObject({ name: z.string(), type: z.string(), base64: z.base64() }))
			.max(25)
			.default([]),
		order: z.string().optional(),
		before: z.literal('sale').optional(),
	}),
	store: z.strictObject({ store: z.string() }),
};
const position = z.object({ time: z.number(), store: z.number(), index: z.number() });

/** The control door over HTTP: JSON below `/_control`. Bad input is answered 400 with what is wrong, an unknown thing 404. */
export async function mountControl(app: FastifyInstance, control: Control): Promise<void> {
	await app.register(
		async (scope) => {
			scope.setErrorHandler(async (error, _request, reply) => {
				if (error instanceof z.ZodError) return reply.status(400).send({ error: 'bad input', issues: error.issues });
				if (error instanceof RangeError) return reply.status(404).send({ error: error.message });
				return reply.status(500).send({ error: error instanceof Error ? error.message : 'unknown' });
			});
			scope.get('/world', async () => control.facts());
			scope.get('/clock', async () => control.clock.state());
			scope.post('/clock', async (request) => control.setClock(bodies.clock.parse(request.body)));
			scope.post('/live', async (request) => {
				control.setLive(bodies.live.parse(request.body).perMinute);
				return {};
			});
			scope.post('/orders', async (request) => {
				const { store, lives, ...overrides } = bodies.order.parse(request.body);
				return control.createOrder(store, overrides, lives);
			});
			scope.post('/orders/advance', async (request) => {
				const { store, id, step, by: who } = bodies.advance.parse(request.body);
				return control.advanceOrder(store, id, step, who);
			});
			scope.post('/messages', async (request) => {
				const { store, text, order, before, files } = bodies.message.parse(request.body);
				if (before === 'sale') return { conversation: control.somebodyAsks(store, text) };
				const sent = files.map(({ base64, ...file }) => ({ ...file, bytes: Buffer.from(base64, 'base64') }));
				return { conversation: control.buyerWrites(store, text, order, sent) };
			});
			scope.get('/truth/conversations', async (request) => control.conversations(bodies.store.parse(request.query).store));
			scope.get('/truth/offers', async (request) => control.offers(bodies.store.parse(request.query).store));
			scope.get('/budgets', async () => Object.fromEntries(control.buckets.tally()));
			scope.get('/truth/order', async (request) => {
				const { store, id } = bodies.one.parse(request.query);
				return control.truthOf(control.find(store, id));
			});
			scope.get('/truth/orders', async (request) => {
				const { limit, cursor, ...window } = bodies.window.parse(request.query);
				const after = cursor === undefined ? undefined : position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
				const page = control.truth(window, limit, after);
				return { orders: page.orders, cursor: page.next === null ? null : Buffer.from(JSON.stringify(page.next)).toString('base64url') };
			});
			scope.get('/truth/count', async (request) => {
				const { limit: _limit, cursor: _cursor, ...window } = bodies.window.parse(request.query);
				return { count: control.count(window) };
			});
			scope.get('/faults', async () => control.faults.list());
			scope.post('/faults', async (request) => control.arm(bodies.fault.parse(request.body)));
			scope.delete('/faults', async () => {
				control.disarm();
				return {};
			});
			scope.delete('/faults/:id', async (request) => {
				control.disarm(z.object({ id: z.coerce.number() }).parse(request.params).id);
				return {};
			});
			scope.get('/deliveries', async () => control.listDeliveries());
			scope.post('/deliveries/:id/resend', async (request) => {
				control.deliveries.resend(z.object({ id: z.coerce.number() }).parse(request.params).id);
				return {};
			});
			scope.post('/targets', async (request) => {
				const { platform, ...target } = bodies.target.parse(request.body);
				control.addTarget(platform, target);
				return {};
			});
			scope.post('/tokens/expire', async (request) => {
				const { platform, ...options } = bodies.tokens.parse(request.body);
				control.expireTokens(platform, options);
				return {};
			});
			scope.post('/configure', async (request) => {
				const { platform, settings } = bodies.configure.parse(request.body);
				control.configure(platform, settings);
				return {};
			});
			scope.get('/calls', async () => control.calls());
		},
		{ prefix: '/_control' },
	);
}
