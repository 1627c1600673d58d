import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { fingerprint, inboxStage, type Row, sent } from './inbox-stage.ts';

const STORE = 'meli-mla';
const inbox = inboxStage({
	platform: 'mercado-libre',
	store: STORE,
	port: 4980,
	patience: 25_000,
	// Where pushes go is set by hand at this platform.
	async prepare({ owner, control }) {
		const platforms = await owner.query<{ id: string; webhookUrl: string }[]>('stores.platforms');
		control.addTarget('mercado-libre', { url: platforms.find(({ id }) => id === 'mercado-libre')?.webhookUrl ?? '' });
	},
});
const { now, until, open, truth, answers, shown, written, reply, ended, settled, chosen, arrived } = inbox;

const asked = (text: string): Promise<Row> => shown(`question:${now.stage.control.somebodyAsks(STORE, text)}`, text);

/** Makes the looks at a reply that wait for their time due now. */
async function hasten(messageId: string): Promise<number> {
	const client = new pg.Client({ connectionString: now.server.url });
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
		now.stage.control.arm({ kind: 'reset', platform: 'mercado-libre', operation: 'questions.answer.local', count: 1 });
		const messageId = await reply(row.conversationId, 'Sí, doce meses.');
		await ended(row.conversationId, messageId, 'accepted', 40_000);
		expect(answers(row.externalId)).toEqual(['Sí, doce meses.']);
	}, 60_000);
});

describe('messages about a purchase', () => {
	test('stand beside their order and take 350 characters', async () => {
		// History comes later; a new order is told at once, and it is the one that its buyer writes about.
		now.stage.control.createOrder(STORE, {});
		const row = await written('¿Cuándo llega?');
		const found = await until('the order', async () => {
			const opened = await open(row.conversationId);
			return opened.orderId === null ? undefined : opened;
		});
		expect(found.longestText).toBe(350);
		await expect(reply(row.conversationId, 'a'.repeat(351))).rejects.toMatchObject({ code: 'inputWrong' });
		const text = '包裹今天发出';
		const check = await now.stage.owner.mutate('inbox.check', { conversationId: row.conversationId, text });
		expect(check).toMatchObject([{ rule: 'mercado-libre.charset', severity: 'blocks' }]);
	});

	test('are answered once though the line breaks after the platform has taken it', async () => {
		const row = await written('¿Pueden cambiar el color?');
		now.stage.control.arm({ kind: 'reset', platform: 'mercado-libre', operation: 'messages.send.local', count: 1 });
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
		await now.stage.owner.mutate('inbox.change', { conversationIds: [row.conversationId], done: true });
		now.desk.control.setClock({ advance: 5 * 60_000 });
		expect(await until('the looks', async () => (await hasten(messageId)) || undefined)).toBe(2);
		expect(await ended(row.conversationId, messageId, 'rejected')).toMatchObject({ errorCode: 'moderatedContact' });
		expect((await open(row.conversationId)).conversation).toMatchObject({ done: false, waitingSince: expect.any(String) });
	});

	test('say why nobody may write, after the platform has said no', async () => {
		const row = await written('Una cosa más');
		now.desk.control.setClock({ advance: 31 * 86_400_000 });
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
		const unread = (): number | undefined => truth().find(({ id }) => row.externalId.endsWith(id))?.unread;
		expect(unread()).toBeGreaterThan(0);
		await now.stage.owner.mutate('sync.setWrites', { storeId: null, allowed: false });
		await now.stage.owner.mutate('inbox.seen', { conversationId: row.conversationId });
		await sleep(1500);
		expect(unread()).toBeGreaterThan(0);
		await now.stage.owner.mutate('sync.setWrites', { storeId: null, allowed: true });
		await written('¿Hay alguien?');
		await now.stage.owner.mutate('inbox.seen', { conversationId: row.conversationId });
		await until('the mark', async () => (unread() === 0 ? true : undefined));
	});

	test('are refused once for what a rule only warns of, and go when their writer has read it', async () => {
		const row = await written('¿Dónde veo más fotos?');
		const answer = { conversationId: row.conversationId, text: 'Mire https://fotos.example.com/lampara' };
		const ask = (readRules?: string[]): Promise<unknown> =>
			now.stage.owner.mutate('inbox.send', { ...answer, messageId: crypto.randomUUID(), ...(readRules && { readRules }) });
		await expect(ask([])).rejects.toThrow(/"code":"messagePolicy".*"rule":"mercado-libre.link","severity":"warns"/);
		await expect(ask(['mercado-libre.incentive'])).rejects.toMatchObject({ code: 'messagePolicy' });
		expect(await ask(['mercado-libre.link'])).toMatchObject({ sentAt: expect.any(String) });
	});

	test('are not sent while nothing may be changed at the platforms', async () => {
		const row = await written('¿Pueden cambiar la dirección?');
		await now.stage.owner.mutate('sync.setWrites', { storeId: null, allowed: false });
		const messageId = await reply(row.conversationId, 'Hecho.');
		expect(await ended(row.conversationId, messageId, 'failed')).toMatchObject({ errorCode: 'writesStopped' });
		expect(answers(row.externalId)).not.toContain('Hecho.');
		await now.stage.owner.mutate('sync.setWrites', { storeId: null, allowed: true });
	});
});

describe('files of messages about a purchase', () => {
	const pdf = (words: string): Buffer => Buffer.from(`%PDF-1.4 ${words}`);

	test('come with the message that names them, but for those of which the platform warns', async () => {
		const files = [sent('factura.pdf', 'application/pdf', pdf('uno')), sent('virus.exe', 'image/png', 'MZ..')];
		const text = 'Adjunto la factura';
		const row = await shown(now.stage.control.buyerWrites(STORE, text, undefined, files), text);
		const [bill, threat] = (await settled(row.conversationId, 2)).slice(-2);
		expect(bill).toMatchObject({ name: 'factura.pdf', type: 'application/pdf', state: 'kept', standing: 'download' });
		expect(threat).toMatchObject({ name: 'virus.exe', state: 'failed', errorCode: 'attachmentUnsafe' });
		expect(Buffer.from(await (await now.stage.owner.take(bill?.url ?? '')).arrayBuffer())).toEqual(pdf('uno'));
		// Words and files are one message there and here.
		expect((await open(row.conversationId)).messages.filter((m) => m.text === text)).toHaveLength(1);
	}, 60_000);

	test.each([
		['all is well', null],
		['the line breaks after the platform has taken it', 'messages.send.local'],
		['the line breaks while the file is given', 'attachments.add.local'],
	])(
		'go with words and arrive once, though %s',
		async (_name, operation) => {
			const row = await written(`¿Me manda el manual? ${operation ?? ''}`);
			const manual = pdf(operation ?? 'dos');
			const fileId = await chosen(row.conversationId, 'manual de uso 说明.pdf', manual);
			if (operation) now.stage.control.arm({ kind: 'reset', platform: 'mercado-libre', operation, count: 1 });
			const text = `Aquí va ${operation ?? ''}`.trim();
			await ended(row.conversationId, await reply(row.conversationId, text, [fileId]), 'accepted', 60_000);
			expect(arrived(row.externalId).filter((one) => one === fingerprint(manual))).toHaveLength(1);
			expect(answers(row.externalId).filter((one) => one === text)).toHaveLength(1);
		},
		90_000,
	);

	test('are refused here where the platform refuses them', async () => {
		const row = await written('¿Y una foto?');
		await expect(chosen(row.conversationId, 'a.gif', Buffer.from('GIF89a\n\0\x05\0'))).rejects.toMatchObject({ code: 'fileTypeNotTaken' });
		const fileId = await chosen(row.conversationId, 'a.pdf', pdf('tres'));
		await expect(reply(row.conversationId, '', [fileId])).rejects.toMatchObject({ code: 'inputWrong' });
		const question = await asked('¿Mandan fotos?');
		await expect(chosen(question.conversationId, 'a.pdf', pdf('cuatro'))).rejects.toMatchObject({ code: 'filesNotTaken' });
	}, 60_000);
});

test('every store says that its messages are read', async () => {
	const state = async () => (await now.stage.owner.query<{ state: string }[]>('inbox.stores')).map((store) => store.state);
	expect(await until('the stores', async () => ((await state()).every((one) => one === 'read') ? await state() : undefined))).toEqual([
		'read',
	]);
});
