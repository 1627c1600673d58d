import { addMember, purgePersonalData } from '@pangea/db';
import { type ModelServer, startModelServer, textsOf } from '@pangea/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCaller, type SessionUser } from '../src/index.ts';
import { createTestApi, type TestApi } from './workbench.ts';

let api: TestApi;
let admin: pg.Client;
let host: ModelServer;
let owner: SessionUser;
let agent: SessionUser;
let workspaceId: string;
const storeId = crypto.randomUUID();
const orderId = crypto.randomUUID();

beforeAll(async () => {
	host = await startModelServer();
	api = await createTestApi();
	admin = new pg.Client({ connectionString: api.databaseUrl });
	await admin.connect();
	[owner, agent] = [await api.user('owner'), await api.user('agent')];
	({ workspaceId } = await api.as(owner).workspace.create({ name: 'Ours', baseCurrency: 'CNY', zone: 'UTC' }));
	await api.database.inWorkspace(workspaceId, (scope) =>
		addMember(scope, { userId: agent.id, name: 'agent', email: agent.email, role: 'agent', storeScope: null }),
	);
	const connectionId = crypto.randomUUID();
	await admin.query(
		`insert into connection (workspace_id, connection_id, platform, external_account_id, host, state) values ($1, $2, 'temu', 'a', 'us', 'active')`,
		[workspaceId, connectionId],
	);
	await admin.query(
		`insert into store (workspace_id, store_id, connection_id, platform, external_id, site_id, name, country, currency, zone, language, mode, active)
			values ($1, $2, $3, 'temu', 'one', 'MX', 'One', 'MX', 'MXN', 'UTC', 'es-MX', 'local', true)`,
		[workspaceId, storeId, connectionId],
	);
	await admin.query(
		`insert into orders (workspace_id, order_id, store_id, platform, external_id, state, raw_status, fulfilment, placed_at, local_day, shipped_at,
				ext_updated_at, is_test, currency, tax_basis, total_computed, money, line_count, unit_count, digest)
			values ($1, $2, $3, 'temu', 'PO-MANGO', 'shipped', '1', 'seller', '2026-11-20T10:00:00Z', '2026-11-20', '2026-11-22T10:00:00Z', now(), false, 'MXN', 'unknown',
				false, '{}', 1, 1, 'd')`,
		[workspaceId, orderId, storeId],
	);
	await admin.query(
		`insert into parcel (workspace_id, order_id, external_id, carrier, tracking_number, state) values ($1, $2, 'p1', 'Estafeta', 'EST9988776655', 'inTransit')`,
		[workspaceId, orderId],
	);
	await admin.query(
		`insert into order_return (workspace_id, order_id, external_id, kind, state, raw_status, requested_by, refund_minor, refund_currency)
			values ($1, $2, 'r1', 'refund', 'completed', 'done', 'buyer', 25990, 'MXN')`,
		[workspaceId, orderId],
	);
	await admin.query(
		`insert into buyer_data (workspace_id, order_id, sealed, purpose, dies_at) values ($1, $2, $3, 'p', now() + interval '1 day')`,
		[
			workspaceId,
			orderId,
			api.box.seal(
				JSON.stringify({ name: 'Zoraida Quispe', addressLines: ['Callejón del Beso 7'], city: 'Guanajuato' }),
				`buyer ${orderId}`,
			),
		],
	);
});
afterAll(async () => {
	await admin.end();
	await api.close();
	await host.close();
});
beforeEach(() => {
	host.asked.length = 0;
	host.faults.length = 0;
	host.say = null;
});

/** As the operator allows it: the stand-in lies on the own machine. */
const as = (user: SessionUser, modelOrigins = [host.origin]) =>
	createCaller({ services: { ...api.services, modelOrigins }, user, workspaceId });
const model = () => ({ baseUrl: host.url, model: 'stand-in-1', key: host.key });

let second = 0;
/** A conversation about the order with what the buyer said. @returns its id and those of the messages */
async function said(...texts: string[]): Promise<{ conversationId: string; messageIds: string[] }> {
	const conversationId = crypto.randomUUID();
	await admin.query(
		`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender, external_order_id)
			values ($1, $2, $3, 'temu', 'chat', $2::uuid::text, $4, now(), 'buyer', 'PO-MANGO')`,
		[
			workspaceId,
			conversationId,
			storeId,
			api.box.seal(JSON.stringify({ buyerName: 'Zoraida', preview: null, previewKind: 'text' }), `conversation ${conversationId}`),
		],
	);
	const messageIds: string[] = [];
	for (const text of texts) messageIds.push(await message(conversationId, text));
	return { conversationId, messageIds };
}

async function message(conversationId: string, text: string, more: { state?: string; userId?: string } = {}): Promise<string> {
	const messageId = crypto.randomUUID();
	await admin.query(
		`insert into message (workspace_id, message_id, conversation_id, store_id, external_id, position, kind, sender, state, sent_at, sealed, dies_at, user_id)
			values ($1, $2, $3, $4, $2::uuid::text, '1', 'text', $7, $8, now() + $5 * interval '1 second', $6, now() + interval '9 days', $9)`,
		[
			workspaceId,
			messageId,
			conversationId,
			storeId,
			second++,
			api.box.seal(JSON.stringify({ text, imageUrl: null }), `message ${messageId}`),
			more.userId === undefined ? 'buyer' : 'seller',
			more.state ?? 'received',
			more.userId ?? null,
		],
	);
	return messageId;
}

const kept = async (): Promise<number> =>
	Number((await admin.query<{ n: string }>('select count(*) as n from message_translation')).rows[0]?.n);

describe('without a model', () => {
	test('each message has its language, and the conversation that of its buyer', async () => {
		const { conversationId } = await said('¿Dónde está mi pedido?', 'ok', 'Não chegou ainda, quero reembolso');
		const open = await as(agent).inbox.open({ conversationId });
		expect(open.messages.map((one) => one.language)).toEqual(['es', null, 'pt']);
		expect(open.buyerLanguage).toEqual({ language: 'pt', told: true });
		expect(open).toMatchObject({ translator: 'phraseBook', reading: { translated: false, byDefault: false } });
		expect((await as(agent).inbox.open({ conversationId: (await said('ok')).conversationId })).buyerLanguage).toEqual({
			language: 'es-MX',
			told: false,
		});
	});

	test('the phrase book tells the gist, keeps nothing and says nothing of what it does not know', async () => {
		const { conversationId, messageIds } = await said(
			'Me llegó roto, quiero un reembolso',
			'La tela es de algodón, ¿verdad?',
			'refund please',
		);
		const before = await kept();
		const { translator, renderings } = await as(agent).inbox.translate({ conversationId, messageIds, into: 'en' });
		expect(translator).toBe('phraseBook');
		expect(renderings.map((one) => [one.kind, 'phrases' in one ? one.phrases.map(({ phrase }) => phrase) : null])).toEqual([
			['gist', ['broken', 'refund']],
			['gist', []],
			['none', null],
		]);
		expect([await kept(), host.asked.length]).toEqual([before, 0]);
	});

	test('nothing is translated for the buyer, and nothing drafted', async () => {
		const { conversationId } = await said('¿Dónde está mi pedido?');
		await expect(as(agent).inbox.translateAnswer({ conversationId, text: '已经发货了' })).rejects.toThrow('modelMissing');
		await expect(as(agent).inbox.draftFromFacts({ conversationId })).rejects.toThrow('modelMissing');
	});
});

describe('the settings', () => {
	test('take public hosts over https and inner ones only where the operator names them', async () => {
		for (const baseUrl of [host.url, 'http://api.example.com/v1', 'https://10.0.0.8/v1', 'https://169.254.169.254/v1'])
			await expect(as(owner, []).translator.save({ ...model(), baseUrl })).rejects.toThrow('modelAddressRefused');
		await expect(as(owner).translator.save({ ...model(), baseUrl: 'no address' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
		expect((await as(owner).translator.settings()).model).toBeNull();
	});

	test('can be tried before they are kept, and what goes wrong is told', async () => {
		const trial = (more: object = {}, origins?: string[]) => as(owner, origins).translator.try({ ...model(), into: 'zh-CN', ...more });
		expect(await trial()).toMatchObject({ worked: true, text: '«Hola, me llamo Ana. ¿Dónde está mi pedido 111-2223334?»' });
		expect(host.asked[0]?.body).not.toMatch(/Ana|2223334/);
		expect(await trial({ key: 'sk-other' })).toMatchObject({
			worked: false,
			code: 'modelKeyRefused',
			words: 'Incorrect API key provided: ….',
		});
		expect(await trial({ model: 'gone' })).toMatchObject({ worked: false, code: 'modelUnknown' });
		expect(await trial({}, [])).toMatchObject({ worked: false, code: 'modelAddressRefused', words: '' });
		host.say = () => JSON.stringify({ texts: [{ id: '1', text: '你好' }] });
		expect(await trial()).toMatchObject({ worked: false, code: 'translationRefused' });
		expect((await as(owner).translator.settings()).model).toBeNull();
	});

	test('are kept sealed, never tell the key, and give it to no other host', async () => {
		await as(owner).translator.save({ ...model(), baseUrl: `${host.url}/chat/completions` });
		const told = await as(owner).translator.settings();
		expect(told.model).toMatchObject({ baseUrl: host.url, model: 'stand-in-1', hasKey: true, savedBy: owner.id });
		expect(JSON.stringify(told)).not.toContain(host.key);
		const { rows } = await admin.query<{ row: string }>('select t::text as row from translator t union all select a::text from audit a');
		expect(JSON.stringify(rows)).not.toContain(host.key);
		const { key: _, ...without } = model();
		await as(owner).translator.save({ ...without, model: 'stand-in-2' });
		await as(owner).translator.save(without);
		expect(await as(owner).translator.try({ ...without, into: 'en' })).toMatchObject({ worked: true });
		await expect(as(owner).translator.save({ ...without, baseUrl: 'https://api.example.com/v1' })).rejects.toThrow('inputWrong');
		await expect(as(owner).translator.try({ ...without, baseUrl: 'https://api.example.com/v1', into: 'en' })).rejects.toThrow('inputWrong');
	});
});

describe('a conversation read in another language', () => {
	test('is asked for once, in one batch, and kept sealed as long as its messages', async () => {
		const { conversationId, messageIds } = await said('Hola amiga', 'Quiero saber cuándo llega', '👍', '谢谢你们');
		const first = await as(agent).inbox.translate({ conversationId, messageIds, into: 'zh-CN' });
		expect(first).toEqual({
			translator: 'model',
			renderings: [
				{ messageId: messageIds[0], kind: 'translation', text: '«Hola amiga»' },
				{ messageId: messageIds[1], kind: 'translation', text: '«Quiero saber cuándo llega»' },
				{ messageId: messageIds[2], kind: 'none' },
				{ messageId: messageIds[3], kind: 'none' },
			],
		});
		expect(await as(owner).inbox.translate({ conversationId, messageIds, into: 'zh-CN' })).toEqual(first);
		expect(host.asked).toHaveLength(1);
		await as(agent).inbox.translate({ conversationId, messageIds, into: 'en' });
		expect(host.asked).toHaveLength(2);
		const { rows } = await admin.query<{ row: string; same: boolean }>(
			`select t::text as row, t.dies_at = m.dies_at as same from message_translation t join message m using (workspace_id, message_id)`,
		);
		expect(rows.every((row) => row.same)).toBe(true);
		expect(JSON.stringify(rows)).not.toMatch(/amiga|cu.ndo/);
		// And goes with them.
		await admin.query(`update message set dies_at = now() - interval '1 second' where conversation_id = $1`, [conversationId]);
		await admin.query(`update message_translation t set dies_at = m.dies_at from message m where m.message_id = t.message_id`);
		await api.database.inWorkspace(workspaceId, (scope) => purgePersonalData(scope, new Date().toISOString(), '2026-01-01T00:00:00Z'));
		const left = await admin.query('select 1 from message_translation where message_id = any($1)', [messageIds]);
		expect(left.rowCount).toBe(0);
	});

	test('is asked for by one of many who open it at once; the others are told that it is under way', async () => {
		const { conversationId, messageIds } = await said('Hola a todos');
		let asked = 0;
		host.say = (request) => {
			asked++;
			return JSON.stringify({ texts: textsOf(request).texts });
		};
		const ask = () => as(agent).inbox.translate({ conversationId, messageIds, into: 'en' });
		const kinds = (await Promise.all(Array.from({ length: 8 }, ask))).map(({ renderings }) => renderings[0]?.kind);
		expect(asked).toBe(1);
		expect(kinds.filter((kind) => kind !== 'translation' && kind !== 'underWay')).toEqual([]);
		expect((await ask()).renderings[0]).toMatchObject({ kind: 'translation', text: 'Hola a todos' });
	});

	test('tells the model neither who the buyer is nor a figure', async () => {
		const words = 'Soy Zoraida Quispe de Guanajuato, Callejón del Beso 7, tel. +52 473 123 4567, pedido PO-MANGO por $259.90';
		const { conversationId, messageIds } = await said(words);
		const { renderings } = await as(agent).inbox.translate({ conversationId, messageIds, into: 'en' });
		expect(renderings[0]).toMatchObject({ kind: 'translation', text: `«${words}»` });
		for (const hidden of ['Zoraida', 'Quispe', 'Guanajuato', 'Beso', '4567', 'MANGO', '259'])
			expect(host.asked[0]?.body).not.toContain(hidden);
	});

	test('shows no answer that lost or changed a figure, says why, and asks again only when told', async () => {
		const { conversationId, messageIds } = await said('Ya pagué $259.90, quiero mi dinero');
		host.say = (request) => JSON.stringify({ texts: textsOf(request).texts.map(({ id }) => ({ id, text: 'I paid and want 0.01 back' })) });
		const ask = (again: string[] = []) => as(agent).inbox.translate({ conversationId, messageIds, into: 'en', again });
		const refused = [{ messageId: messageIds[0], kind: 'refused', fault: 'lost' }];
		expect((await ask()).renderings).toEqual(refused);
		expect((await ask()).renderings).toEqual(refused);
		expect(host.asked).toHaveLength(1);
		host.say = null;
		expect((await ask(messageIds)).renderings[0]).toMatchObject({ kind: 'translation' });
		expect((await ask()).renderings[0]).toMatchObject({ kind: 'translation' });
		expect(host.asked).toHaveLength(2);
	});

	test.each([
		['modelBusy', { status: 429, headers: { 'retry-after': '3600' }, body: '{}' }],
		['modelKeyRefused', { status: 401, body: '{}' }],
		['modelAnswerWrong', { status: 200, body: '{"choices":' }],
	] as const)('says %s, and the next who opens it asks anew', async (code, fault) => {
		const { conversationId, messageIds } = await said('Hola otra vez');
		host.faults.push(fault);
		const ask = () => as(agent).inbox.translate({ conversationId, messageIds, into: 'en' });
		await expect(ask()).rejects.toThrow(code);
		expect((await ask()).renderings[0]).toMatchObject({ kind: 'translation' });
	});

	test('is what its member chose: for it, else for all', async () => {
		const [{ conversationId }, other] = [await said('Hola'), await said('Hola')];
		const reading = async (id: string, user = agent) => (await as(user).inbox.open({ conversationId: id })).reading;
		await as(agent).inbox.setReading({ conversationId: null, translated: true });
		expect(await reading(conversationId)).toEqual({ translated: true, byDefault: true });
		await as(agent).inbox.setReading({ conversationId, translated: false });
		expect(await reading(conversationId)).toEqual({ translated: false, byDefault: true });
		expect(await reading(other.conversationId)).toEqual({ translated: true, byDefault: true });
		expect(await reading(other.conversationId, owner)).toEqual({ translated: false, byDefault: false });
		await expect(as(agent).inbox.setReading({ conversationId: crypto.randomUUID(), translated: true })).rejects.toThrow('notFound');
	});

	test('takes messages of another conversation for none of its own', async () => {
		const [{ conversationId }, other] = [await said('Hola'), await said('Secreto de otra compradora')];
		const { renderings } = await as(agent).inbox.translate({ conversationId, messageIds: other.messageIds, into: 'en' });
		expect(renderings).toEqual([{ messageId: other.messageIds[0], kind: 'none' }]);
		expect(host.asked).toEqual([]);
	});
});

describe('an answer in the buyer’s language', () => {
	test('is translated for its writer to read, and nothing is sent by it', async () => {
		const { conversationId } = await said('¿Dónde está mi pedido?');
		api.calls.length = 0;
		expect(await as(agent).inbox.translateAnswer({ conversationId, text: '已发货，单号 EST9988776655' })).toEqual({
			text: '«已发货，单号 EST9988776655»',
			into: 'es-MX',
		});
		expect(host.asked[0]?.body).not.toContain('9988776655');
		expect(textsOf(host.asked[0]?.request ?? { model: '', messages: [] }).into).toContain('es-MX');
		expect((await as(agent).inbox.translateAnswer({ conversationId, text: '您好', into: 'de' })).into).toBe('de');
		expect(api.calls).toEqual([]);
		host.say = (request) => JSON.stringify({ texts: textsOf(request).texts.map(({ id }) => ({ id, text: 'Enviado con 12345' })) });
		await expect(as(agent).inbox.translateAnswer({ conversationId, text: '单号 EST9988776655' })).rejects.toThrow('translationRefused');
	});

	test('keeps both when it is sent: colleagues who read in the writer’s language see the writer’s words', async () => {
		const { conversationId } = await said('¿Dónde está mi pedido?');
		// What the engine keeps with the same commit.
		const sendReply = async (
			scope: { workspaceId: string; client: pg.PoolClient },
			_box: unknown,
			_stores: unknown,
			reply: { messageId: string; text: string },
		) => {
			await scope.client.query(
				`insert into message (workspace_id, message_id, conversation_id, store_id, position, kind, sender, state, sent_at, sealed, dies_at, user_id)
					values ($1, $2, $3, $4, '~', 'text', 'seller', 'queued', now() + interval '1 day', $5, now() + interval '9 days', $6)`,
				[
					workspaceId,
					reply.messageId,
					conversationId,
					storeId,
					api.box.seal(JSON.stringify({ text: reply.text, imageUrl: null }), `message ${reply.messageId}`),
					agent.id,
				],
			);
			return { sentAt: new Date().toISOString(), isNew: true };
		};
		const operations = { ...api.services.operations, sendReply } as typeof api.services.operations;
		const caller = createCaller({ services: { ...api.services, operations, modelOrigins: [host.origin] }, user: agent, workspaceId });
		await caller.inbox.saveDraft({ conversationId, text: 'Ya va en camino', own: '已经在路上' });
		expect(await caller.inbox.open({ conversationId })).toMatchObject({ draft: 'Ya va en camino', ownDraft: '已经在路上' });
		const messageId = crypto.randomUUID();
		const own = { text: '已经在路上', language: 'zh-CN' as const };
		await caller.inbox.send({ conversationId, messageId, text: 'Ya va en camino', own });
		const read = async (into: 'zh-CN' | 'en') =>
			(await caller.inbox.translate({ conversationId, messageIds: [messageId], into })).renderings[0];
		expect(await read('zh-CN')).toEqual({ messageId, kind: 'own', text: '已经在路上' });
		expect(host.asked).toEqual([]);
		expect(await read('en')).toMatchObject({ kind: 'translation', text: '«Ya va en camino»' });
		expect(await caller.inbox.open({ conversationId })).toMatchObject({ draft: '', ownDraft: '' });
		// Taken back, both are drafts again.
		expect(await caller.inbox.takeBack({ conversationId, messageId })).toMatchObject({ own: '已经在路上' });
		expect((await caller.inbox.open({ conversationId })).ownDraft).toBe('已经在路上');
	});
});

describe('a draft from facts', () => {
	const DRAFT = { draft: 'Su pedido fue enviado [[F1]] con [[F6]], guía [[F7]].' };

	test('tells what the order says, each stretch with its field, and the model no figure', async () => {
		const { conversationId } = await said('Soy Zoraida, ¿dónde está mi pedido PO-MANGO?');
		let asked: { facts: { mask: string; what: string; value?: string }[] } = { facts: [] };
		host.say = ({ messages }) => {
			asked = JSON.parse(messages[1]?.content ?? '{}') as typeof asked;
			const maskOf = (what: string): string => asked.facts.find((fact) => fact.what.startsWith(what))?.mask ?? '';
			return JSON.stringify({
				draft: `Su pedido ya va en camino ${maskOf('state of the parcel')} con ${maskOf('carrier')}, guía ${maskOf('tracking')}, desde el ${maskOf('day on which the order was shipped')}; reembolso: ${maskOf('refunded')}.`,
			});
		};
		const draft = await as(agent).inbox.draftFromFacts({ conversationId });
		expect(draft.text).toBe(
			'Su pedido ya va en camino con Estafeta, guía EST9988776655, desde el 22 de noviembre de 2026; reembolso: $259.90.',
		);
		expect(draft.cites.map(({ start, end, field, value }) => [field, value, draft.text.slice(start, end)])).toEqual([
			['parcel.state', 'inTransit', ''],
			['parcel.carrier', 'Estafeta', 'Estafeta'],
			['parcel.trackingNumber', 'EST9988776655', 'EST9988776655'],
			['shippedAt', '22 de noviembre de 2026', '22 de noviembre de 2026'],
			['return.refund', '$259.90', '$259.90'],
		]);
		for (const hidden of ['Zoraida', 'Quispe', 'MANGO', '9988776655', '259', '2026']) expect(host.asked[0]?.body).not.toContain(hidden);
	});

	test('is refused where a figure stands that no fact holds', async () => {
		const { conversationId } = await said('¿Dónde está mi pedido?');
		for (const draft of ['Le devolvemos 500 pesos [[F1]]', 'Gracias por escribir', 'Pedido [[F99]]']) {
			host.say = () => JSON.stringify({ draft });
			await expect(as(agent).inbox.draftFromFacts({ conversationId })).rejects.toThrow('draftRefused');
		}
	});

	test('knows no refund where the member sees no amounts, and needs an order', async () => {
		const { conversationId } = await said('¿Dónde está mi pedido?');
		const blind = await api.user('blind');
		await api.database.inWorkspace(workspaceId, (scope) =>
			addMember(scope, { userId: blind.id, name: 'blind', email: blind.email, role: 'agent', storeScope: null }),
		);
		await as(owner).workspace.changeMember({ userId: blind.id, role: 'agent', storeScope: null, fields: { revenue: false } });
		host.say = () => JSON.stringify(DRAFT);
		await as(blind).inbox.draftFromFacts({ conversationId });
		expect(host.asked[0]?.body).not.toContain('refunded amount');
		await as(agent).inbox.draftFromFacts({ conversationId });
		expect(host.asked[1]?.body).toContain('refunded amount');
		await admin.query('update conversation set external_order_id = null where conversation_id = $1', [conversationId]);
		await expect(as(agent).inbox.draftFromFacts({ conversationId })).rejects.toThrow('factsMissing');
	});
});
