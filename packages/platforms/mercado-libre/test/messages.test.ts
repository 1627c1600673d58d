import type { Thread } from '@pangea/domain';
import type { HttpRequest, StoreContext } from '@pangea/platform-contract';
import { testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mercadoLibre } from '../src/index.ts';
import { NOW, simulated } from './simulated-platform.ts';

const messages = mercadoLibre.messages!;
const LONG_AGO = new Date(NOW - 30 * 86_400_000).toISOString();

let s: Awaited<ReturnType<typeof simulated>>;
const seen: HttpRequest[] = [];
const stores = new Map<string, StoreContext>();
beforeAll(async () => {
	s = await simulated();
	const http = { ...s.context.http, send: (request: HttpRequest) => (seen.push(request), s.context.http.send(request)) };
	for (const account of s.facts.accounts) {
		const grant = testGrantContext(mercadoLibre, { ...s.context, http }, await s.bind(account.authorizationSite));
		for (const store of await mercadoLibre.stores.list(grant)) {
			const id = account.stores.find(({ sellerId }) => sellerId === store.externalId)?.id ?? '';
			stores.set(id, testStoreContext(mercadoLibre, grant, store));
		}
	}
}, 60_000);
afterAll(() => s?.simulator.stop());

function store(id: string): StoreContext {
	const found = stores.get(id);
	if (!found) throw new Error(`No store ${id}`);
	return found;
}

async function pulled(id: string, since = LONG_AGO): Promise<Thread[]> {
	const threads: Thread[] = [];
	for await (const page of messages.pull(store(id), since)) threads.push(...page.items.flatMap((item) => (item.ok ? [item.value] : [])));
	return threads;
}

async function thread(id: string, conversation: string): Promise<Thread> {
	const page = await messages.fetch(store(id), [conversation], LONG_AGO);
	const [item] = page.items;
	if (!item?.ok) throw new Error(`No thread ${conversation}`);
	return item.value;
}

const texts = ({ messages: said }: Thread): string[] => said.map((m) => `${m.sender}: ${m.text}`);

describe.each(['meli-mlm', 'meli-mla'])('questions of %s', (id) => {
	it('come with their item and can be answered once', async () => {
		const asked = `question:${s.control.somebodyAsks(id, '¿Trae baterías?')}`;
		const found = (await pulled(id)).find(({ conversation }) => conversation.externalId === asked);
		expect(found?.conversation).toMatchObject({
			kind: 'question',
			canSend: true,
			closedBy: null,
			externalListingId: expect.stringMatching(/^ML[AM]\d+$/),
			subject: expect.any(String),
		});
		expect(found && texts(found)).toEqual(['buyer: ¿Trae baterías?']);
		const answered = await messages.send(store(id), asked, 'Sí, dos.');
		const after = await thread(id, asked);
		expect(texts(after)).toEqual(['buyer: ¿Trae baterías?', 'seller: Sí, dos.']);
		expect(after.messages[1]?.externalId).toBe(answered);
		expect(after.conversation).toMatchObject({ canSend: false, closedBy: 'answered' });
		await expect(messages.send(store(id), asked, 'Y dos más.')).rejects.toMatchObject({
			kind: 'rejected',
			userMessage: { code: 'alreadyAnswered' },
		});
	});
});

describe.each(['meli-mlb', 'meli-mla'])('messages about purchases of %s', (id) => {
	it('are found while they are unread, and reading leaves them so', async () => {
		const pack = s.control.buyerWrites(id, '¿Ya salió?');
		const unread = () => s.control.conversations(id).find((c) => c.id === pack)?.unread;
		const before = unread();
		const found = (await pulled(id)).find(({ conversation }) => conversation.externalId === pack);
		expect(found?.conversation).toMatchObject({ kind: 'purchase', canSend: true, externalOrderId: pack });
		expect(found && texts(found).at(-1)).toBe('buyer: ¿Ya salió?');
		expect(unread()).toBe(before);
		await messages.markRead?.(store(id), pack);
		expect(unread()).toBe(0);
	});

	it('are answered, in the platform’s order though it all happens at once', async () => {
		const pack = s.control.buyerWrites(id, 'Uno');
		await messages.send(store(id), pack, 'Dos');
		s.control.buyerWrites(id, 'Tres');
		const said = texts(await thread(id, pack)).slice(-3);
		expect(said).toEqual(['buyer: Uno', 'seller: Dos', 'buyer: Tres']);
		const { messages: all } = await thread(id, pack);
		const sorted = [...all].sort((a, b) => (`${a.sentAt} ${a.position}` < `${b.sentAt} ${b.position}` ? -1 : 1));
		expect(sorted).toEqual(all);
	});

	it.each([
		['too long', 'ñ'.repeat(351)],
		['of other letters', '包裹'],
	])('are refused when they are %s', async (_why, text) => {
		const pack = s.control.buyerWrites(id, 'Hola');
		await expect(messages.send(store(id), pack, text)).rejects.toMatchObject({ kind: 'rejected' });
	});

	it('tell later that moderation has taken one back', async () => {
		const pack = s.control.buyerWrites(id, '¿Tienen más?');
		const sent = await messages.send(store(id), pack, 'Follow us for more!');
		const refusal = async () => (await thread(id, pack)).messages.find((m) => m.externalId === sent)?.refusedFor;
		expect(await refusal()).toBeNull();
		s.control.setClock({ advance: 6 * 60_000 });
		expect(await refusal()).toBe('moderatedContact');
	});
});

describe.each(['meli-mlm', 'meli-mla'])('claims of %s', (id) => {
	it('come with their order, however old, and are answered while the platform lists it', async () => {
		const claims = (await pulled(id)).filter(({ conversation }) => conversation.kind === 'claim');
		const open = claims.find(({ conversation }) => conversation.canSend === true);
		if (!open) throw new Error(`No claim is open in ${id}`);
		expect(open.conversation).toMatchObject({
			externalId: expect.stringMatching(/^claim:\d+$/),
			externalOrderId: expect.stringMatching(/^2000\d+$/),
			closedBy: null,
		});
		expect(open.messages.slice(0, 2)).toMatchObject([
			{ sender: 'buyer', kind: 'notice', text: 'The buyer says that the product is not as described.' },
			{ sender: 'buyer', kind: 'text' },
		]);
		const { externalId } = open.conversation;
		const sent = await messages.send(store(id), externalId, 'Le devolvemos su dinero.');
		const [item] = (await messages.fetch(store(id), [externalId], LONG_AGO)).items;
		expect(item?.ok && item.value.messages.at(-1)).toMatchObject({ externalId: sent, sender: 'seller', text: 'Le devolvemos su dinero.' });
	});

	it('take files, given once for all attempts, and name those of others', async () => {
		const claims = (await pulled(id)).filter(({ conversation }) => conversation.kind === 'claim');
		const externalId = claims.find(({ conversation }) => conversation.canSend === true)?.conversation.externalId ?? '';
		const theirs = claims.flatMap((claim) => claim.messages).filter(({ sender, attachments }) => sender === 'buyer' && attachments?.length);
		expect(theirs[0]?.attachments).toMatchObject([{ name: expect.stringMatching(/^IMG_\d+\.png$/), type: 'image/png' }]);
		// No document says by which call they are had.
		expect(theirs[0]?.attachments?.[0]?.ref).toBeUndefined();
		const kept: string[] = [];
		const file = (given: string | null) => ({
			name: 'invoice "1".pdf',
			type: 'application/pdf',
			bytes: Buffer.from('%PDF-1.7 invoice'),
			given,
			keep: async (name: string) => void kept.push(name),
		});
		const reply = (given: string | null) => ({ messageId: 'm', answers: null, files: [file(given)] });
		const tooLarge = { ...file(null), bytes: Buffer.concat([Buffer.from('%PDF-'), Buffer.alloc(5_000_000)]) };
		await expect(
			messages.send(store(id), externalId, 'La factura.', { messageId: 'm', answers: null, files: [tooLarge] }),
		).rejects.toMatchObject({ kind: 'rejected' });
		const sent = await messages.send(store(id), externalId, 'La factura.', reply(null));
		const last = (await thread(id, externalId)).messages.findLast(({ sender }) => sender === 'seller');
		expect(last).toMatchObject({ externalId: sent, text: 'La factura.', attachments: [{ name: 'invoice__1_.pdf', bytes: 16 }] });
		expect(kept).toHaveLength(1);
		// What the platform was given before is not given again; a message has used it up.
		await expect(messages.send(store(id), externalId, 'Otra vez.', reply(kept[0] ?? ''))).rejects.toMatchObject({ kind: 'rejected' });
		expect(kept).toHaveLength(1);
	});
});

describe('a seller who writes first', () => {
	const ofStore = (id: string) =>
		mercadoLibre.orders.pull(store(id), { from: LONG_AGO, until: new Date(NOW).toISOString(), order: 'newest' }, null);
	const begun = async (id: string) => {
		for await (const { items } of ofStore(id))
			for (const item of items) {
				if (!item.ok) continue;
				const offer = await mercadoLibre.orderMessages!.allowed(store(id), item.value.externalId);
				if (offer.allowed.length > 0) return { order: item.value, offer };
			}
		throw new Error(`No order of ${id} can be written about`);
	};

	it('has the reasons that the platform lists, each once, and its words stand in the conversation', async () => {
		const { order, offer } = await begun('meli-mla');
		expect(offer).toEqual({
			// About anything else only while it is on its way.
			allowed: [
				{ kind: 'variant', longest: 350 },
				...(order.deliveredAt === null && order.state !== 'completed' ? [{ kind: 'other', longest: 350 }] : []),
			],
			// They need a template, or hold a link.
			elsewhere: ['REQUEST_BILLING_INFO', 'SEND_INVOICE_LINK'],
			language: null,
		});
		await mercadoLibre.orderMessages!.send(store('meli-mla'), order.externalId, { kind: 'variant', text: '¿Qué color quiere?' });
		const pack = order.externalGroupId ?? order.externalId;
		const said = await thread('meli-mla', pack);
		expect(texts(said)).toEqual(['seller: ¿Qué color quiere?']);
		// The buyer has to answer before the next one.
		expect(said.conversation).toMatchObject({ canSend: false, closedBy: 'blocked_by_conversation_initiated_by_seller' });
		expect((await mercadoLibre.orderMessages!.allowed(store('meli-mla'), order.externalId)).allowed).toEqual([]);
		await expect(
			mercadoLibre.orderMessages!.send(store('meli-mla'), order.externalId, { kind: 'variant', text: 'Otra vez.' }),
		).rejects.toMatchObject({ kind: 'rejected' });
	});

	it('is offered nothing across borders, for which no document says it', async () => {
		expect(mercadoLibre.orderMessages!.serves?.({ mode: 'crossBorder' })).toBe(false);
		expect(mercadoLibre.orderMessages!.serves?.({ mode: store('meli-mla').store.mode })).toBe(true);
		expect(await mercadoLibre.orderMessages!.allowed(store('meli-mlm'), '2000001')).toEqual({ allowed: [], elsewhere: [], language: null });
	});
});

describe('a notification', () => {
	const tiding = (body: object) => {
		const notification = { application_id: s.facts.clientId, user_id: '2560656535', ...body };
		const request = { headers: {}, url: '/', body: Buffer.from(JSON.stringify(notification)) };
		const verdict = mercadoLibre.webhooks!.verify({ clientId: s.facts.clientId }, request, new Date());
		return verdict.ok ? verdict.tidings[0] : undefined;
	};

	it('of a question or a message names what is to be read', () => {
		const names = (kind: string, id: string) => ({ kind, externalIds: [id] });
		expect(tiding({ resource: '/marketplace/questions/13345678901' })).toMatchObject(names('messages', 'question:13345678901'));
		expect(tiding({ resource: '/questions/5036111111' })).toMatchObject(names('messages', 'question:5036111111'));
		expect(tiding({ resource: '/marketplace/claims/1041417027' })).toMatchObject(names('messages', 'claim:1041417027'));
		expect(tiding({ resource: '/post-purchase/v1/claims/5108684499' })).toMatchObject(names('messages', 'claim:5108684499'));
		const id = '3f6da1e35ac84f70a24af7360d24c7bc';
		expect(tiding({ resource: `/marketplace/messages/${id}` })).toMatchObject(names('messages', `message:${id}`));
		expect(tiding({ resource: id, topic: 'messages' })).toMatchObject(names('messages', `message:${id}`));
		expect(tiding({ resource: id, topic: 'invoices' })).toMatchObject({ kind: 'other' });
	});

	it.each(['meli-mlm', 'meli-mla'])('of a message leads to its purchase in %s', async (id) => {
		const pack = s.control.buyerWrites(id, 'Hola');
		const last = s.control
			.conversations(id)
			.find((c) => c.id === pack)
			?.messages.at(-1);
		expect((await thread(id, `message:${last?.id}`)).conversation.externalId).toBe(pack);
	});

	it('of an account’s question makes it one of the store whose item it is', async () => {
		const asked = `question:${s.control.somebodyAsks('meli-mlm-full', '¿Original?')}`;
		const heard: string[] = [];
		for (const id of ['meli-mlm', 'meli-mlm-full', 'meli-mlb'])
			if ((await messages.fetch(store(id), [asked], LONG_AGO)).items.length > 0) heard.push(id);
		expect(heard).toEqual(['meli-mlm-full']);
	});
});

describe('a closed thread', () => {
	it('says why, and takes nothing', async () => {
		const pack = s.control.buyerWrites('meli-mlc', 'Hola');
		s.control.setClock({ advance: 31 * 86_400_000 });
		const page = await messages.fetch(store('meli-mlc'), [pack], new Date(s.control.clock.now()).toISOString());
		expect(page.items[0]).toMatchObject({
			ok: true,
			value: { conversation: { canSend: false, closedBy: 'blocked_by_time' }, messages: [] },
		});
		await expect(messages.send(store('meli-mlc'), pack, 'Hola')).rejects.toMatchObject({
			kind: 'rejected',
			userMessage: { code: 'conversationClosed' },
		});
	});
});

describe.skipIf(!witness('mercado-libre'))('published threads', () => {
	const w = witness('mercado-libre');
	/** A store whose platform answers every call with one sample. */
	const hearing = (name: string, id: string, seller: string): StoreContext => {
		const body = Buffer.from(w!.read(`samples/${name}.json`));
		const own = store(id);
		return {
			...own,
			store: { ...own.store, externalId: seller },
			// Of items the samples hold none of these stores.
			http: {
				...own.http,
				send: async ({ url }) =>
					url.includes('/items/') ? { status: 404, headers: {}, body: Buffer.from('{}') } : { status: 200, headers: {}, body },
			},
		};
	};
	const read = async (name: string, id = 'meli-mlm', seller = '2560656535', conversation = '1') => {
		const page = await messages.fetch(hearing(name, id, seller), [conversation], '2015-01-01T00:00:00.000Z');
		const [item] = page.items;
		if (!item?.ok) throw new Error(name);
		return item.value;
	};

	it('are read in the order in which they were said, with the files that they name', async () => {
		const { conversation, messages: said } = await read('scenario-messages-pack');
		expect(said.map((m) => [m.sender, m.kind])).toEqual([
			['buyer', 'text'],
			['seller', 'text'],
			['buyer', 'text'],
		]);
		expect(said.flatMap(({ attachments = [] }) => attachments)).toEqual([
			{ name: 'label.png', type: 'image/png', bytes: 53_676, ref: '2560656535_ba20cdf4-26b4-4c21-a689-5eabe271ddb3.png' },
		]);
		expect(conversation).toMatchObject({ buyerName: 'Test Test', externalBuyerId: '441782523', canSend: true });
	});

	it('tell what moderation took back, what is closed and who is an assistant', async () => {
		expect((await read('scenario-messages-moderated')).messages).toMatchObject([{ sender: 'seller', refusedFor: 'moderatedAutomatic' }]);
		const closed = { canSend: false, closedBy: 'blocked_by_fulfillment' };
		expect((await read('scenario-messages-blocked-fulfillment')).conversation).toMatchObject(closed);
		const agent = await read('scenario-messages-ai-agent-mlb', 'meli-mla', '2565546850');
		expect(agent.messages).toMatchObject([{ sender: 'assistant' }]);
		expect(agent.conversation.buyerName).toBeNull();
	});

	it.each([
		[
			'marketplace-claim',
			'meli-mlm',
			'1317418851',
			// The published detail waits for the mediator.
			{
				canSend: true,
				closedBy: null,
				caseFacts: { stage: 'dispute', turn: 'nobody', hasMediator: true, answersGoTo: 'mediator', dueAt: null },
			},
		],
		[
			'claim-local',
			'meli-mla',
			'1330467461',
			{ canSend: false, closedBy: 'claim_closed', caseFacts: { state: 'completed', turn: 'nobody', answersGoTo: null, actions: [] } },
		],
		[
			'scenario-claim-opened',
			'meli-mlm',
			'2560656535',
			{
				canSend: true,
				closedBy: null,
				caseFacts: { stage: 'claim', turn: 'seller', answersGoTo: 'buyer', dueAt: '2026-09-29T22:18:38.000Z', hasMediator: false },
			},
		],
	])('are claims: %s', async (name, id, seller, state) => {
		const own = hearing(name, id, seller);
		const beside = ['messages', 'detail'].map((part) => [part, Buffer.from(w!.read(`samples/marketplace-claim-${part}.json`))] as const);
		const http = {
			...own.http,
			send: async (request: HttpRequest) => {
				const found = beside.find(([part]) => request.url.endsWith(`/${part}`));
				return found ? { status: 200, headers: {}, body: found[1] } : await own.http.send(request);
			},
		};
		const [item] = (await messages.fetch({ ...own, http }, ['claim:1'], '2015-01-01T00:00:00.000Z')).items;
		if (!item?.ok) throw new Error(name);
		expect(item.value.conversation).toMatchObject({ kind: 'claim', ...state });
		const spoken = item.value.messages.filter(({ kind }) => kind !== 'notice');
		expect(spoken.map(({ sender }) => sender)).toEqual(['buyer', 'buyer', 'buyer', 'seller', 'buyer']);
		expect(item.value.messages.find(({ sender }) => sender === 'platform')?.text).toMatch(/^Return in mediation awaiting/);
		expect(spoken.at(-2)?.attachments).toMatchObject([{ name: 'queja.jpg', bytes: 16704 }]);
	});

	it('are questions too', async () => {
		const { conversation, messages: said } = await read('scenario-question', 'meli-mlm', '2560656535', 'question:13345678901');
		expect(conversation).toMatchObject({ canSend: true, externalListingId: 'MLM2374731499', externalBuyerId: '441782523' });
		expect(said).toMatchObject([{ sender: 'buyer', text: '¿Trae baterías incluidas?', sentAt: '2026-09-10T01:10:53.000Z' }]);
	});
});

it('marks as read on purpose only, and as a write', () => {
	const marking = seen.filter(({ url }) => url.includes('mark_as_read=true'));
	expect(marking.length).toBeGreaterThan(0);
	expect(marking.every(({ writes }) => writes === true)).toBe(true);
	const reading = seen.filter(({ url, method, writes }) => method === 'GET' && url.includes('/messages/packs/') && writes !== true);
	expect(reading.length).toBeGreaterThan(0);
	expect(reading.every(({ url }) => url.includes('mark_as_read=false'))).toBe(true);
});
