import { setTimeout as sleep } from 'node:timers/promises';
import type { ConversationTruth } from '@pangea/simulator';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Desk, openDesk, type Stage } from '../src/binding/desk.ts';
import { untilWithin } from '../src/rig/until.ts';

const STORE = 'meli-mla';

let server: TestDatabase;
let desk: Desk;
let stage: Stage;

beforeAll(async () => {
	server = await createTestDatabase();
	desk = await openDesk(server.url, 4980);
}, 60_000);
afterAll(async () => {
	await desk?.stop();
	await server?.drop();
}, 60_000);
beforeEach(async () => {
	stage = await desk.stage('mercado-libre');
	await stage.saveApp();
	// Where pushes go is set by hand at this platform.
	const platforms = await stage.owner.query<{ id: string; webhookUrl: string }[]>('stores.platforms');
	stage.control.addTarget('mercado-libre', { url: platforms.find(({ id }) => id === 'mercado-libre')?.webhookUrl ?? '' });
	const outcome = await stage.bind();
	if (outcome !== 'bound') throw new Error(outcome);
}, 30_000);
afterEach(async () => {
	desk.mend();
	await stage.clear();
});

interface MessageView {
	messageId: string;
	sender: string;
	state: string;
	text: string | null;
	errorCode: string | null;
}
interface Row {
	conversationId: string;
	externalId: string;
	kind: string;
	preview: string | null;
	subject: string | null;
	canSend: boolean | null;
	closedBy: string | null;
	unread: number;
	waitingSince: string | null;
}
interface OpenView {
	conversation: Row;
	messages: MessageView[];
	orderId: string | null;
	longestText: number;
}

const list = async (): Promise<Row[]> => (await stage.owner.query<{ rows: Row[] }>('inbox.list', { view: 'all', limit: 200 })).rows;
const open = (conversationId: string): Promise<OpenView> => stage.owner.query('inbox.open', { conversationId });
const truth = (id: string): ConversationTruth | undefined => stage.control.conversations(STORE).find((c) => id.endsWith(c.id));
/** What the seller's side said at the platform. */
const answers = (id: string): (string | null)[] => truth(id)?.messages.flatMap((m) => (m.from === 'seller' ? [m.text] : [])) ?? [];

const until = untilWithin(25_000);

async function shown(externalId: string, text: string): Promise<Row> {
	return await until(`"${text}"`, async () => (await list()).find((row) => row.externalId === externalId && row.preview === text));
}
const written = (text: string): Promise<Row> => shown(stage.control.buyerWrites(STORE, text), text);
const asked = (text: string): Promise<Row> => shown(`question:${stage.control.somebodyAsks(STORE, text)}`, text);

async function reply(conversationId: string, text: string): Promise<string> {
	const messageId = crypto.randomUUID();
	await stage.owner.mutate('inbox.send', { conversationId, messageId, text });
	return messageId;
}

async function ended(conversationId: string, messageId: string, state: string, millis?: number): Promise<MessageView> {
	return await until(
		`${messageId} to be ${state}`,
		async () => (await open(conversationId)).messages.find((m) => m.messageId === messageId && m.state === state),
		millis,
	);
}

/** Makes the looks at a reply that wait for their time due now. */
async function hasten(messageId: string): Promise<number> {
	const client = new pg.Client({ connectionString: server.url });
	await client.connect();
	try {
		return (
			(
				await client.query(
					`update jobs.job set run_at = now() where name = 'message.look' and payload->>'messageId' = $1 and run_at > now()`,
					[messageId],
				)
			).rowCount ?? 0
		);
	} finally {
		await client.end();
	}
}

describe('questions before the sale', () => {
	test('come with what they are about, are answered once, and are closed then', async () => {
		const row = await asked('¿Es resistente al agua?');
		expect(row).toMatchObject({ kind: 'question', canSend: true, subject: expect.any(String) });
		const messageId = await reply(row.conversationId, 'Sí, hasta 30 metros.');
		await ended(row.conversationId, messageId, 'accepted');
		expect(answers(row.externalId)).toEqual(['Sí, hasta 30 metros.']);
		const after = await until('the composer to be closed', async () => {
			const found = await open(row.conversationId);
			return found.conversation.canSend === false ? found : undefined;
		});
		expect(after.conversation).toMatchObject({ closedBy: 'answered', waitingSince: null });
		expect(after.messages.filter((m) => m.sender === 'seller')).toHaveLength(1);
	});

	test('are answered once though the line breaks after the platform has taken it', async () => {
		const row = await asked('¿Tiene garantía?');
		stage.control.arm({ kind: 'reset', platform: 'mercado-libre', operation: 'questions.answer.local', count: 1 });
		const messageId = await reply(row.conversationId, 'Sí, doce meses.');
		await ended(row.conversationId, messageId, 'accepted', 40_000);
		expect(answers(row.externalId)).toEqual(['Sí, doce meses.']);
	}, 60_000);
});

describe('messages about a purchase', () => {
	test('stand beside their order and take 350 characters', async () => {
		// History comes later; a new order is told at once, and it is the one that its buyer writes about.
		stage.control.createOrder(STORE, {});
		const row = await written('¿Cuándo llega?');
		const found = await until('the order', async () => {
			const opened = await open(row.conversationId);
			return opened.orderId === null ? undefined : opened;
		});
		expect(found.longestText).toBe(350);
		await expect(reply(row.conversationId, 'a'.repeat(351))).rejects.toMatchObject({ code: 'inputWrong' });
		const text = '包裹今天发出';
		const check = await stage.owner.mutate('inbox.check', { conversationId: row.conversationId, text });
		expect(check).toMatchObject([{ rule: 'mercado-libre.charset', severity: 'blocks' }]);
	});

	test('are answered once though the line breaks after the platform has taken it', async () => {
		const row = await written('¿Pueden cambiar el color?');
		stage.control.arm({ kind: 'reset', platform: 'mercado-libre', operation: 'messages.send.local', count: 1 });
		const messageId = await reply(row.conversationId, 'Claro, en negro.');
		await ended(row.conversationId, messageId, 'accepted', 40_000);
		expect(answers(row.externalId).filter((text) => text === 'Claro, en negro.')).toHaveLength(1);
		expect((await open(row.conversationId)).messages.filter((m) => m.text === 'Claro, en negro.')).toHaveLength(1);
	}, 60_000);

	test('tell when moderation takes one back after it was taken, and let the buyer wait again', async () => {
		const row = await written('¿Tienen otros modelos?');
		const messageId = await reply(row.conversationId, 'Síguenos para ver más.');
		await ended(row.conversationId, messageId, 'accepted');
		expect((await open(row.conversationId)).conversation.waitingSince).toBeNull();
		desk.control.setClock({ advance: 5 * 60_000 });
		expect(await until('the looks', async () => (await hasten(messageId)) || undefined)).toBe(2);
		expect(await ended(row.conversationId, messageId, 'rejected')).toMatchObject({ errorCode: 'moderatedContact' });
		expect((await open(row.conversationId)).conversation.waitingSince).not.toBeNull();
	});

	test('say why nobody may write, after the platform has said no', async () => {
		const row = await written('Una cosa más');
		desk.control.setClock({ advance: 31 * 86_400_000 });
		const messageId = await reply(row.conversationId, 'Demasiado tarde');
		expect(await ended(row.conversationId, messageId, 'rejected')).toMatchObject({ errorCode: 'conversationClosed' });
		expect((await open(row.conversationId)).conversation).toMatchObject({
			canSend: false,
			// The newest order may have been cancelled meanwhile.
			closedBy: expect.stringMatching(/^blocked_by_(time|cancelled_order)$/),
		});
	});

	test('stay unread at the platform until a person looks, and while writes are stopped', async () => {
		const row = await written('¿Hola?');
		const unread = (): number | undefined => truth(row.externalId)?.unread;
		expect(unread()).toBeGreaterThan(0);
		await stage.owner.mutate('sync.setWrites', { storeId: null, allowed: false });
		await stage.owner.mutate('inbox.seen', { conversationId: row.conversationId });
		await sleep(1500);
		expect(unread()).toBeGreaterThan(0);
		await stage.owner.mutate('sync.setWrites', { storeId: null, allowed: true });
		await written('¿Hay alguien?');
		await stage.owner.mutate('inbox.seen', { conversationId: row.conversationId });
		await until('the mark', async () => (unread() === 0 ? true : undefined));
	});

	test('are not sent while nothing may be changed at the platforms', async () => {
		const row = await written('¿Pueden cambiar la dirección?');
		await stage.owner.mutate('sync.setWrites', { storeId: null, allowed: false });
		const messageId = await reply(row.conversationId, 'Hecho.');
		expect(await ended(row.conversationId, messageId, 'failed')).toMatchObject({ errorCode: 'writesStopped' });
		expect(answers(row.externalId)).not.toContain('Hecho.');
		await stage.owner.mutate('sync.setWrites', { storeId: null, allowed: true });
	});
});

test('every store says that its messages are read', async () => {
	const state = async () => (await stage.owner.query<{ state: string }[]>('inbox.stores')).map((store) => store.state);
	expect(await until('the stores', async () => ((await state()).every((one) => one === 'read') ? await state() : undefined))).toEqual([
		'read',
	]);
});
