import { addMember, changeMember } from '@pangea/db';
import { type Field, type FieldChoices, FIELDS } from '@pangea/domain';
import { registry } from '@pangea/platform-registry';
import { packBytes } from '@pangea/vault';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRouter, createCaller, exportAudit, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

/** What gives each field away wherever it turns up. */
const SIGNS: Record<Field, string[]> = {
	buyer: ['Zoraida Quispe', '+51 999 111 222', 'zoraida@buyers.test'],
	revenue: ['91827364', '81726354', '71625344', '61524334', '51423324', '41322314'],
	cost: ['31221304', '21120294', '51122334', '11223341'],
};
const [TOTAL, ITEMS, UNIT, DISCOUNT, TAX, REFUND] = SIGNS.revenue;
const [FEE, PAYOUT, GOODS, INBOUND] = SIGNS.cost;

const STORE_ORDER = '01a00000-0000-7000-8000-0000000000a1';
const AMAZON_ORDER = '01a00000-0000-7000-8000-0000000000a9';
const SKU = '01a00000-0000-7000-8000-0000000000f1';
const REPLY = '01a00000-0000-7000-8000-0000000000b1';
const CONVERSATION = '01a00000-0000-7000-8000-0000000000c1';

let api: TestApi;
let admin: pg.Client;
let owner: SessionUser;
let workspaceId: string;

let storeId: string;

beforeAll(async () => {
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	owner = await api.user('owner');
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	const connectionId = crypto.randomUUID();
	storeId = crypto.randomUUID();
	const run = (text: string, values: unknown[]) => admin.query(text, values);
	await run(
		`insert into connection (workspace_id, connection_id, platform, external_account_id, host, state) values ($1, $2, 'temu', 'a', 'us', 'active')`,
		[workspaceId, connectionId],
	);
	await run(
		`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
			values ($1, $2, $3, 'temu', 'one', 'US', 'One', 'US', 'USD', 'UTC', 'en', 'local', true)`,
		[workspaceId, storeId, connectionId],
	);
	await run(
		`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, local_day,
				ext_updated_at, is_test, currency, tax_basis, total_minor, total_computed, money, line_count, unit_count, digest, raw_reply_ids)
			values ($1, $2, $3, 'temu', 'PO-1', 'toShip', '1', 'seller', now(), current_date, now(), false, 'USD', 'unknown', $4, true, $5, 1, 1, 'd', $6)`,
		[workspaceId, STORE_ORDER, storeId, TOTAL, { total: TOTAL, items: ITEMS, estimatedPayout: PAYOUT }, [REPLY]],
	);
	await run(
		`insert into order_line (workspace_id, order_id, store_id, external_id, position, title, seller_sku, quantity, quantity_cancelled, currency,
				unit_price_minor, discount_minor, tax_minor)
			values ($1, $2, $3, 'l1', 0, 'Lamp', 'lamp', 1, 0, 'USD', $4, $5, $6)`,
		[workspaceId, STORE_ORDER, storeId, UNIT, DISCOUNT, TAX],
	);
	await run(
		`insert into order_return (workspace_id, order_id, external_id, kind, state, raw_status, requested_by, refund_minor, refund_currency)
			values ($1, $2, 'r1', 'refund', 'requested', 'open', 'buyer', $3, 'USD')`,
		[workspaceId, STORE_ORDER, REFUND],
	);
	await run(
		`insert into fee (workspace_id, order_id, external_id, kind, raw_kind, amount_minor, currency) values ($1, $2, 'f1', 'commission', 'c', $3, 'USD')`,
		[workspaceId, STORE_ORDER, FEE],
	);
	await run(
		`insert into sku_cost (workspace_id, seller_sku, valid_from, currency, amount_minor, inbound_minor) values ($1, 'lamp', '2026-01-01', 'USD', $2, $3)`,
		[workspaceId, GOODS, INBOUND],
	);
	const [name, phone, email] = SIGNS.buyer;
	const nobody = { taxId: null, addressLines: [], city: null, region: null, postalCode: null, maskedByPlatform: false };
	await run(
		`insert into buyer_data (workspace_id, order_id, sealed, purpose, dies_at) values ($1, $2, $3, 'p', now() + interval '1 day')`,
		[workspaceId, STORE_ORDER, api.box.seal(JSON.stringify({ name, phone, email, ...nobody }), `buyer ${STORE_ORDER}`)],
	);
	await run(
		`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, local_day,
				ext_updated_at, is_test, currency, tax_basis, total_computed, money, line_count, unit_count, digest)
			values ($1, $2, $3, 'amazon', '1-2-3', 'toShip', '1', 'seller', now(), current_date, now(), true, 'USD', 'unknown', false, '{}', 1, 1, 'e')`,
		[workspaceId, AMAZON_ORDER, storeId],
	);
	await run(
		`insert into order_message (workspace_id, message_id, order_id, store_id, external_order_id, kind, state, sealed, user_id, asked_at, dies_at)
			values ($1, $2, $3, $4, '1-2-3', 'problem', 'accepted', $5, $6, now(), now() + interval '1 day')`,
		[
			workspaceId,
			REPLY,
			AMAZON_ORDER,
			storeId,
			api.box.seal(JSON.stringify({ text: `Dear ${name}, we call ${phone}` }), `orderMessage ${REPLY}`),
			owner.id,
		],
	);
	await run(
		`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender)
			values ($1, $2, $3, 'temu', 'chat', 'C-1', $4, now(), 'buyer')`,
		[
			workspaceId,
			CONVERSATION,
			storeId,
			api.box.seal(JSON.stringify({ buyerName: name, preview: `call ${phone}`, previewKind: 'text' }), `conversation ${CONVERSATION}`),
		],
	);
	await run(
		`insert into conversation_note (workspace_id, note_id, conversation_id, user_id, sealed, dies_at)
			values ($1, $2, $3, $4, $5, now() + interval '1 day')`,
		[workspaceId, REPLY, CONVERSATION, owner.id, api.box.seal(`she is ${name}`, `note ${REPLY}`)],
	);
	await run(
		`insert into message (workspace_id, message_id, conversation_id, store_id, external_id, position, kind, sender, state, sent_at, sealed, dies_at)
			values ($1, $2, $3, $5, 'm1', '1', 'text', 'buyer', 'received', now(), $4, now() + interval '1 day')`,
		[
			workspaceId,
			REPLY,
			CONVERSATION,
			api.box.seal(JSON.stringify({ text: `write to ${email}`, imageUrl: null }), `message ${REPLY}`),
			storeId,
		],
	);
	await run(`insert into sku (workspace_id, sku_id, code, title) values ($1, $2, 'LMP-WH', 'Lamp')`, [workspaceId, SKU]);
	await run(
		`insert into listing (workspace_id, listing_id, store_id, external_listing_id, external_variant_id, gtins, title, state, raw_status, issues,
				price_minor, currency, digest, pairing_state, sku_id)
			values ($1, $2, $3, 'g1', '', '{}', 'Lamp', 'live', '1', '{}', ${UNIT}, 'USD', 'd', 'paired', $4)`,
		[workspaceId, SKU, storeId, SKU],
	);
	await run(
		`insert into listing_change (workspace_id, change_id, batch_id, listing_id, store_id, field, currency, was, shall, state, code, reasons, made_by)
			values ($1, $2, $2, $2, $3, 'price', 'USD', ${UNIT}, ${UNIT}, 'refused', 'offerRefused', $4, 'x')`,
		[workspaceId, SKU, storeId, JSON.stringify([{ field: 'price', code: '1', words: `not ${UNIT}` }])],
	);
	await run(`insert into pairing (workspace_id, pairing_id, listing_id, sku_id, reasons) values ($1, $2, $2, $2, '{}')`, [
		workspaceId,
		SKU,
	]);
	const reply = Buffer.from(JSON.stringify({ orderSn: 'PO-1', who: name, call: phone, sum: TOTAL, commission: FEE }));
	await run(
		`insert into raw_reply (workspace_id, raw_reply_id, store_id, platform, operation, fetched_at, digest, size, sealed)
			values ($1, $2, $3, 'temu', 'order.list', now(), 'd', $4, $5)`,
		[workspaceId, REPLY, storeId, reply.length, api.box.seal(await packBytes(reply), `reply ${REPLY}`)],
	);
});
afterAll(async () => {
	await admin.end();
	await api.close();
});

type Caller = ReturnType<typeof createCaller>;
const as = (user: SessionUser): Caller => createCaller({ services: { ...api.services, registry }, user, workspaceId });

/** How each question is asked so that it tells all it can of the order. */
const QUESTIONS: Record<string, (caller: Caller) => Promise<unknown>> = {
	'session.me': (c) => c.session.me(),
	'session.security': (c) => c.session.security(),
	'workspace.members': (c) => c.workspace.members(),
	'orders.list': (c) => c.orders.list({}),
	'orders.counts': (c) => c.orders.counts({}),
	'orders.among': (c) => c.orders.among({ orderIds: [STORE_ORDER] }),
	'orders.rows': (c) => c.orders.rows({ orderIds: [STORE_ORDER] }),
	'orders.detail': (c) => c.orders.detail({ orderId: STORE_ORDER }),
	'orders.messageOffer': (c) => c.orders.messageOffer({ orderId: AMAZON_ORDER }),
	'orders.messages': (c) => c.orders.messages({ orderId: AMAZON_ORDER }),
	'orders.evidence': (c) => c.orders.evidence({ rawReplyId: REPLY }),
	'orders.reveal': (c) => c.orders.reveal({ orderId: STORE_ORDER, reason: 'delivery' }),
	'orders.annotate': (c) => c.orders.annotate({ orderIds: [STORE_ORDER], flag: 'red' }),
	'reviews.list': (c) => c.reviews.list({}),
	'reviews.matrix': (c) => c.reviews.matrix({}),
	'reviews.topics': (c) => c.reviews.topics({ skuId: SKU }),
	'reviews.stores': (c) => c.reviews.stores(),
	'reviews.carryPlan': (c) => c.reviews.carryPlan({ skuId: SKU }),
	'reviews.imports': (c) => c.reviews.imports(),
	'reviews.alarm': (c) => c.reviews.alarm(),
	'catalogue.coverage': (c) => c.catalogue.coverage({ view: 'all' }),
	'catalogue.stores': (c) => c.catalogue.stores(),
	'catalogue.queue': (c) => c.catalogue.queue({}),
	'catalogue.problems': (c) => c.catalogue.problems({}),
	'catalogue.problem': (c) => c.catalogue.problem({ platform: 'temu', cause: 'any' }),
	'catalogue.sku': (c) => c.catalogue.sku({ skuId: SKU }),
	'catalogue.master': (c) => c.catalogue.master({ skuId: SKU }),
	'catalogue.forMachines': (c) => c.catalogue.forMachines({ skuId: SKU }),
	'catalogue.readiness': (c) => c.catalogue.readiness({ skuIds: [SKU] }),
	'copies.targets': (c) => c.copies.targets({ skuId: SKU }),
	'copies.draft': (c) => c.copies.draft({ skuId: SKU, storeId }),
	'copies.memory': (c) => c.copies.memory({ skuId: SKU, storeId, into: 'es-MX' }),
	'glossary.list': (c) => c.glossary.list(),
	'copies.categories': (c) => c.copies.categories({ skuId: SKU, storeId, words: 'lamp' }),
	'copies.rules': (c) => c.copies.rules({ skuId: SKU, storeId, categoryId: 'C1' }),
	'offers.list': (c) => c.offers.list({}),
	'offers.preview': (c) => c.offers.preview({ rows: [{ listingId: SKU, price: { amount: '1', currency: 'USD' }, stock: 1 }] }),
	'offers.batches': (c) => c.offers.batches(),
	'offers.batch': (c) => c.offers.batch({ batchId: SKU }),
	'inbox.list': (c) => c.inbox.list({ view: 'all' }),
	'inbox.counts': (c) => c.inbox.counts({}),
	'inbox.stores': (c) => c.inbox.stores(),
	'inbox.performance': (c) => c.inbox.performance({ from: '2026-11-01', until: '2026-11-30' }),
	'inbox.rows': (c) => c.inbox.rows({ conversationIds: [CONVERSATION] }),
	'inbox.buyer': (c) => c.inbox.buyer({ conversationId: CONVERSATION }),
	'inbox.tags': (c) => c.inbox.tags(),
	'inbox.rotas': (c) => c.inbox.rotas(),
	'inbox.macros': (c) => c.inbox.macros(),
	'inbox.fillMacro': async (c) => {
		await c.inbox.saveMacro({ macroId: CONVERSATION, name: 'All', texts: [{ language: 'any', text: '{buyer} {order} {item}' }] });
		return await c.inbox.fillMacro({ conversationId: CONVERSATION, macroId: CONVERSATION });
	},
	'translator.settings': (c) => c.translator.settings(),
	'inbox.open': (c) => c.inbox.open({ conversationId: CONVERSATION }),
	'today.summary': (c) => c.today.summary(),
	'events.since': (c) => c.events.since({ after: '0' }),
	'stores.list': (c) => c.stores.list(),
	'stores.platforms': (c) => c.stores.platforms(),
	'stores.grants': (c) => c.stores.grants(),
	'stores.quarantine': (c) => c.stores.quarantine({}),
	'stores.gaps': (c) => c.stores.gaps({}),
	'sync.overview': (c) => c.sync.overview(),
	'mailboxes.list': (c) => c.mailboxes.list(),
	'dossier.list': (c) => c.dossier.list(),
	'openings.list': (c) => c.openings.list(),
	'openings.difference': async (c) => {
		const [store] = await c.stores.list();
		return await c.openings.difference({ fromStoreId: store?.storeId ?? '', toStoreId: store?.storeId ?? '' });
	},
	'links.list': async (c) => {
		const [grant] = await c.stores.grants();
		return await c.links.list({ connectionId: grant?.connectionId ?? '' });
	},
	'audit.list': (c) => c.audit.list({}),
	'audit.people': (c) => c.audit.people(),
	'buyerData.overview': (c) => c.buyerData.overview(),
	'notices.list': (c) => c.notices.list(),
	'notices.channels': (c) => c.notices.channels(),
	'numbers.overview': (c) => c.numbers.overview({ from: '2026-01-01', until: '2026-12-31' }),
	'numbers.rates': (c) => c.numbers.rates(),
	'numbers.statements': (c) => c.numbers.statements({}),
	'numbers.profit': (c) => c.numbers.profit({ from: '2026-01-01', until: '2026-12-31' }),
	'numbers.skuProfit': (c) => c.numbers.skuProfit({ from: '2026-01-01', until: '2026-12-31' }),
	'numbers.skus': (c) => c.numbers.skus({ from: '2026-01-01', until: '2026-12-31' }),
	'costs.list': (c) => c.costs.list({}),
	'costs.history': (c) => c.costs.history({ sellerSku: 'lamp' }),
	'costs.missing': (c) => c.costs.missing(),
	'exports.list': (c) => c.exports.list(),
	'exports.templates': (c) => c.exports.templates(),
	'destinations.list': (c) => c.destinations.list(),
	'views.list': (c) => c.views.list({ screen: 'orders' }),
	/** Beside the router: what is downloaded. */
	'audit.csv': async () => '',
};

async function answerOf(user: SessionUser, question: string): Promise<string> {
	try {
		if (question !== 'audit.csv') return JSON.stringify(await QUESTIONS[question]?.(as(user)));
		let text = '';
		for await (const piece of (await exportAudit(api.services, user, workspaceId, {})).body) text += piece;
		return text;
	} catch (error) {
		return String(error);
	}
}

/** A manager, who may ask everything, with fields chosen. */
async function manager(fields: FieldChoices): Promise<SessionUser> {
	const name = `manager ${JSON.stringify(fields)}`;
	const user: SessionUser = { ...owner, id: name, name, email: `${name}@example.test` };
	await api.database.inWorkspace(workspaceId, async (scope) => {
		await addMember(scope, { userId: name, name, email: user.email, role: 'manager', storeScope: null });
		await changeMember(scope, name, { role: 'manager', storeScope: null, fields });
	});
	return user;
}

const procedures = (appRouter._def as unknown as { procedures: Record<string, { _def: { type: string } }> }).procedures;

describe('a field that is hidden from a member', () => {
	test('is looked for in every question of the router', () => {
		const questions = Object.entries(procedures).flatMap(([path, { _def }]) => (_def.type === 'query' ? [path] : []));
		expect(questions.length).toBeGreaterThan(15);
		expect(questions.filter((path) => !(path in QUESTIONS))).toEqual([]);
	});

	test('would be found: who sees everything gets every sign of it', async () => {
		const all = await manager({});
		const answers = await Promise.all(Object.keys(QUESTIONS).map((question) => answerOf(all, question)));
		for (const field of FIELDS) for (const sign of SIGNS[field]) expect(answers.join('\n')).toContain(sign);
	});

	test.each(FIELDS)('is in no answer: %s', async (field) => {
		const blind = await manager({ [field]: false });
		for (const question of Object.keys(QUESTIONS)) {
			const answer = await answerOf(blind, question);
			for (const sign of SIGNS[field]) expect([question, answer.includes(sign)]).toEqual([question, false]);
		}
		// What is not hidden stays to be seen.
		const order = await answerOf(blind, 'orders.detail');
		expect(order).toContain('PO-1');
		expect(order.includes(TOTAL ?? '')).toBe(field !== 'revenue');
		expect(order.includes(FEE ?? '')).toBe(field !== 'cost');
	});

	test('is refused by name where an answer cannot be without it', async () => {
		const blind = as(await manager({ buyer: false, cost: false }));
		await expect(blind.orders.reveal({ orderId: STORE_ORDER, reason: 'delivery' })).rejects.toMatchObject({
			code: 'FORBIDDEN',
			cause: { params: { permission: 'fields.buyer' } },
		});
		await expect(blind.orders.evidence({ rawReplyId: REPLY })).rejects.toMatchObject({ code: 'FORBIDDEN' });
	});

	test('can be opened to one member beyond the role', async () => {
		const name = 'trusted analyst';
		const user: SessionUser = { ...owner, id: name, name, email: 'trusted@example.test' };
		await api.database.inWorkspace(workspaceId, (scope) =>
			addMember(scope, { userId: name, name, email: user.email, role: 'analyst', storeScope: null }),
		);
		await expect(as(user).orders.reveal({ orderId: STORE_ORDER, reason: 'delivery' })).rejects.toThrow('notAllowed');
		await as(owner).workspace.changeMember({ userId: name, role: 'analyst', storeScope: null, fields: { buyer: true } });
		expect(await as(user).orders.reveal({ orderId: STORE_ORDER, reason: 'delivery' })).toMatchObject({ name: SIGNS.buyer[0] });
		const { rows } = await admin.query<{ detail: object }>(`select detail from audit where action = 'members.change'`);
		expect(rows).toEqual([
			{ detail: { before: { role: 'analyst', storeScope: null }, after: { role: 'analyst', storeScope: null, shown: ['buyer'] } } },
		]);
	});
});
