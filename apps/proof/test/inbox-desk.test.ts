import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { inboxStage } from './inbox-stage.ts';

const { now, until, list, open, answers, written } = inboxStage({
	platform: 'tiktok-shop',
	store: 'tiktok-br',
	port: 4990,
	patience: 20_000,
});

const idsOf = async (view: string, more: object = {}): Promise<string[]> => (await list(view, more)).map((row) => row.conversationId);
const change = (conversationIds: string[], to: object): Promise<unknown> =>
	now.stage.owner.mutate('inbox.change', { conversationIds, ...to });

async function database<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
	const admin = new pg.Client({ connectionString: now.server.url });
	await admin.connect();
	try {
		return await work(admin);
	} finally {
		await admin.end();
	}
}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

describe('a conversation that sleeps', () => {
	test('leaves the lists of work, and comes back by itself at its time with word to everybody', async () => {
		const { conversationId } = await written('Next week please');
		await change([conversationId], { snoozedUntil: inSeconds(3) });
		expect(await idsOf('waiting')).not.toContain(conversationId);
		expect(await idsOf('snoozed')).toEqual([conversationId]);
		const { seq } = await now.stage.owner.query<{ seq: string }>('inbox.list', { view: 'all' });
		await until('its waking', async () => ((await idsOf('waiting')).includes(conversationId) ? true : undefined));
		const told = await until('word of it', async () => {
			const { events } = await now.stage.owner.query<{ events: { kind: string; ids: string[] }[] }>('events.since', { after: seq });
			return events.find((event) => event.kind === 'conversation.changed' && event.ids.includes(conversationId));
		});
		expect(told).toBeDefined();
		expect((await list()).find((row) => row.conversationId === conversationId)?.snoozedUntil).toBeNull();
	});

	test('wakes when the buyer writes again', async () => {
		const row = await written('One moment');
		await change([row.conversationId], { snoozedUntil: inSeconds(3600) });
		expect(await idsOf('snoozed')).toContain(row.conversationId);
		const again = await written('Now it is urgent');
		expect(again).toMatchObject({ conversationId: row.conversationId, snoozedUntil: null });
		expect(await idsOf('waiting')).toContain(row.conversationId);
	});

	test('never sleeps past the time by which the buyer has to be answered', async () => {
		const { conversationId, due } = await written('Where is it?');
		const late = new Date(Date.parse(due?.at ?? '') + 1000).toISOString();
		await expect(change([conversationId], { snoozedUntil: late })).rejects.toMatchObject({ code: 'snoozePastClock' });
		expect(await idsOf('waiting')).toContain(conversationId);
		await change([conversationId], { snoozedUntil: due?.at });
		expect(await idsOf('snoozed')).toContain(conversationId);
		await expect(change([conversationId], { snoozedUntil: inSeconds(-5) })).rejects.toMatchObject({ code: 'inputWrong' });
	});
});

describe('what members keep beside conversations', () => {
	test('has tags that are filtered by, and that go when they are taken out of the list', async () => {
		const { conversationId } = await written('Broken');
		const tagId = crypto.randomUUID();
		await now.stage.owner.mutate('inbox.saveTag', { tagId, name: 'Damage' });
		await expect(now.stage.owner.mutate('inbox.saveTag', { tagId: crypto.randomUUID(), name: 'damage' })).rejects.toMatchObject({
			code: 'tagTaken',
		});
		expect(await idsOf('all', { tagId })).toEqual([]);
		await change([conversationId], { addTags: [tagId] });
		expect(await idsOf('all', { tagId })).toEqual([conversationId]);
		await change([conversationId], { removeTags: [tagId] });
		expect(await idsOf('all', { tagId })).toEqual([]);
		await change([conversationId], { addTags: [tagId] });
		await now.stage.owner.mutate('inbox.removeTag', { tagId });
		expect((await list()).find((row) => row.conversationId === conversationId)?.tagIds).toEqual([]);
	});

	test('are given to members who see the store, and are nobody’s before', async () => {
		const { conversationId } = await written('Who answers?');
		expect(await idsOf('nobody')).toContain(conversationId);
		await expect(change([conversationId], { assigneeId: 'nobody at all' })).rejects.toMatchObject({ code: 'inputWrong' });
		expect(await idsOf('nobody')).toContain(conversationId);
		const { members } = await now.stage.owner.query<{ members: { userId: string }[] }>('workspace.members');
		await change([conversationId], { assigneeId: members[0]?.userId });
		expect(await idsOf('nobody')).not.toContain(conversationId);
		expect(await idsOf('mine')).toContain(conversationId);
	});

	test('has notes that no buyer gets, sealed, and gone with the messages they speak of', async () => {
		const row = await written('I want my money back');
		const note = { conversationId: row.conversationId, noteId: crypto.randomUUID(), text: 'Offer half, @owner' };
		await now.stage.owner.mutate('inbox.addNote', note);
		await now.stage.owner.mutate('inbox.addNote', note);
		expect((await open(row.conversationId)).notes.map((one) => one.text)).toEqual(['Offer half, @owner']);
		await expect(
			now.stage.owner.mutate('inbox.addNote', { ...note, noteId: crypto.randomUUID(), mentions: ['a stranger'] }),
		).rejects.toMatchObject({ code: 'inputWrong' });
		await database(async (admin) => {
			const kept = await admin.query<{ sealed: Buffer; same: boolean }>(
				`select n.sealed, n.dies_at = (select max(m.dies_at) from message m where m.conversation_id = n.conversation_id) as same
					from conversation_note n where n.note_id = $1`,
				[note.noteId],
			);
			expect(kept.rows[0]?.sealed.includes('half')).toBe(false);
			expect(kept.rows[0]?.same).toBe(true);
		});
		expect(answers(row.externalId)).not.toContain(note.text);
	});

	test('tells a member who is named in a note, until they have looked', async () => {
		const { conversationId } = await written('Can you help me?');
		const { members } = await now.stage.owner.query<{ members: { userId: string }[] }>('workspace.members');
		const userId = members[0]?.userId ?? '';
		await now.stage.owner.mutate('inbox.addNote', { conversationId, noteId: crypto.randomUUID(), text: 'Look here', mentions: [userId] });
		// Who names themselves needs no notice.
		expect((await open(conversationId)).mentioned).toBe(false);
		await database((admin) =>
			admin.query('update conversation_note set unread_by = mentions where conversation_id = $1', [conversationId]),
		);
		expect((await open(conversationId)).mentioned).toBe(true);
		const standing = async (): Promise<number> => {
			const { notices } = await now.stage.owner.query<{ notices: { kind: string; resolvedAt: string | null }[] }>('notices.list');
			return notices.filter((one) => one.kind === 'mentioned' && one.resolvedAt === null).length;
		};
		await now.stage.owner.mutate('inbox.addNote', { conversationId, noteId: crypto.randomUUID(), text: 'Again', mentions: [userId] });
		await until('the notice', async () => ((await standing()) === 1 ? true : undefined));
		await now.stage.owner.mutate('inbox.seen', { conversationId });
		await until('the end of the notice', async () => ((await standing()) === 0 ? true : undefined));
		expect((await open(conversationId)).mentioned).toBe(false);
	});
});

describe('a reply that is held back', () => {
	test('is taken back before it goes, and stands as a draft again', async () => {
		const row = await written('Is it red?');
		const { conversationId } = row;
		const messageId = crypto.randomUUID();
		await now.stage.owner.mutate('inbox.send', { conversationId, messageId, text: 'It is blew', holdSeconds: 5 });
		expect((await open(conversationId)).messages.at(-1)).toMatchObject({ messageId, state: 'queued' });
		expect(await idsOf('waiting')).not.toContain(conversationId);
		await now.stage.owner.mutate('inbox.takeBack', { conversationId, messageId });
		expect(await open(conversationId)).toMatchObject({ draft: 'It is blew' });
		expect((await list()).find((one) => one.conversationId === conversationId)?.preview).toBe('Is it red?');
		expect(await idsOf('waiting')).toContain(conversationId);
		await sleep(7_000);
		expect(answers(row.externalId)).not.toContain('It is blew');
	}, 30_000);

	test('goes when its time is over, and then says that it is too late', async () => {
		const row = await written('Is it blue?');
		const { conversationId } = row;
		const messageId = crypto.randomUUID();
		await now.stage.owner.mutate('inbox.send', { conversationId, messageId, text: 'It is', holdSeconds: 1 });
		await until('the platform to have it', async () => (answers(row.externalId).includes('It is') ? true : undefined));
		await expect(now.stage.owner.mutate('inbox.takeBack', { conversationId, messageId })).rejects.toMatchObject({ code: 'replyUnderWay' });
		expect(answers(row.externalId).filter((text) => text === 'It is')).toHaveLength(1);
	});

	test('is not sent over a message of the buyer that its writer has not seen', async () => {
		const row = await written('Two pieces please');
		const { conversationId } = row;
		const seenMessageId = (await open(conversationId)).messages.findLast((one) => one.sender === 'buyer')?.messageId;
		await database((admin) =>
			admin.query(
				`insert into message select (jsonb_populate_record(m, jsonb_build_object('message_id', $2::uuid, 'external_id', 'later', 'sent_at', m.sent_at + interval '1 minute'))).*
					from message m where message_id = $1`,
				[seenMessageId, crypto.randomUUID()],
			),
		);
		const send = (of: object): Promise<unknown> =>
			now.stage.owner.mutate('inbox.send', { conversationId, messageId: crypto.randomUUID(), text: 'Two it is', ...of });
		await expect(send({ seenMessageId })).rejects.toMatchObject({ code: 'newerMessage' });
		expect(answers(row.externalId)).not.toContain('Two it is');
		await send({});
		await until('the platform to have it', async () => (answers(row.externalId).includes('Two it is') ? true : undefined));
	});

	test('is not sent over the answer of a colleague that its writer has not seen, not even when both go at once', async () => {
		await now.stage.takeIn('agent');
		const { conversationId } = await written('Is it red?');
		const newest = async (): Promise<string | null> =>
			(await open(conversationId)).messages.findLast((one) => one.sender === 'seller')?.messageId ?? null;
		const before = await newest();
		const send = (by: 'owner' | 'colleague', text: string, seenAnswerId: string | null): Promise<unknown> =>
			now.stage[by].mutate('inbox.send', { conversationId, messageId: crypto.randomUUID(), text, seenAnswerId });
		const ends = await Promise.allSettled([send('owner', 'It is red', before), send('colleague', 'It is not', before)]);
		const refused = ends.flatMap((one) => (one.status === 'rejected' ? [one.reason as { code: string }] : []));
		expect(refused.map(({ code }) => code)).toEqual(['answeredMeanwhile']);
		const [first, second] = ends[0]?.status === 'fulfilled' ? (['owner', 'colleague'] as const) : (['colleague', 'owner'] as const);
		await send(first, 'One’s own answer is no news', before);
		await expect(send(second, 'Again', before)).rejects.toMatchObject({ code: 'answeredMeanwhile' });
		await send(second, 'After reading both', await newest());
	});
});

describe('a conversation that is closed', () => {
	test('stays open when the buyer has written after what was seen', async () => {
		const row = await written('Is it waterproof?');
		const { conversationId } = row;
		const seenMessageId = (await open(conversationId)).messages.findLast((one) => one.sender === 'buyer')?.messageId;
		await written('And dustproof?');
		const close = (seen: object): Promise<unknown> => change([conversationId], { done: true, ...seen });
		await expect(close({ seenMessageId })).rejects.toMatchObject({ code: 'writtenMeanwhile' });
		await expect(close({ seenMessageId: null })).rejects.toMatchObject({ code: 'writtenMeanwhile' });
		expect((await open(conversationId)).conversation.done).toBe(false);
		const newest = (await open(conversationId)).messages.findLast((one) => one.sender === 'buyer')?.messageId;
		await expect(close({ seenMessageId: newest, answerId: crypto.randomUUID() })).rejects.toMatchObject({ code: 'answerNotHere' });
		expect((await open(conversationId)).conversation.done).toBe(false);
		await close({ seenMessageId: newest });
		expect((await open(conversationId)).conversation.done).toBe(true);
	});
});

describe('a conversation that two take at once', () => {
	test('is given to one of them, and the other is told', async () => {
		await now.stage.takeIn('agent');
		const { conversationId } = await written('Who is there?');
		const idOf = async (by: 'owner' | 'colleague') => (await now.stage[by].query<{ userId: string }>('session.me')).userId;
		const ids = { owner: await idOf('owner'), colleague: await idOf('colleague') };
		const take = (by: 'owner' | 'colleague', heldBy: string | null, assigneeId: string | null = ids[by]): Promise<unknown> =>
			now.stage[by].mutate('inbox.change', { conversationIds: [conversationId], assigneeId, heldBy });
		const ends = await Promise.allSettled([take('owner', null), take('colleague', null)]);
		const refused = ends.flatMap((one) => (one.status === 'rejected' ? [one.reason as { code: string }] : []));
		expect(refused.map(({ code }) => code)).toEqual(['takenMeanwhile']);
		const holder = (await open(conversationId)).conversation.assigneeId;
		expect(holder).toBe(ends[0]?.status === 'fulfilled' ? ids.owner : ids.colleague);
		// Whoever sees who holds it may take it over.
		await take('colleague', holder);
		await take('owner', ids.colleague, null);
		expect((await open(conversationId)).conversation.assigneeId).toBeNull();
	});
});

describe('a macro', () => {
	const texts = [
		{ language: 'en', text: 'Hello {buyer}' },
		{ language: 'pt-BR', text: 'Olá, aqui é {agent} da {store}. {tracking}' },
	];

	test('is said in the language of the store’s country, with what is known, and is not sent with what is not', async () => {
		const { conversationId, externalId } = await written('Onde está?');
		const macroId = crypto.randomUUID();
		await now.stage.owner.mutate('inbox.saveMacro', { macroId, name: 'Where', texts });
		const filled = await now.stage.owner.query<{ text: string; language: string }>('inbox.fillMacro', { conversationId, macroId });
		expect(filled.language).toBe('pt-BR');
		expect(filled.text).toMatch(/^Olá, aqui é [^{]+ da [^{]+\. \{tracking\}$/);
		const send = (text: string): Promise<unknown> =>
			now.stage.owner.mutate('inbox.send', { conversationId, messageId: crypto.randomUUID(), text, override: true });
		await expect(send(filled.text)).rejects.toMatchObject({ code: 'variableUnfilled' });
		const whole = filled.text.replace('{tracking}', '');
		await send(whole);
		await until('the answer at the platform', async () => (answers(externalId).includes(whole.trim()) ? true : undefined));
		// Earlier tests have spoken in the same conversation.
		expect(answers(externalId).filter((text) => text?.startsWith('Olá'))).toEqual([whole.trim()]);
	});

	test('has a name of its own and one text a language, until it is removed', async () => {
		const macroId = crypto.randomUUID();
		const names = async (): Promise<string[]> =>
			(await now.stage.owner.query<{ name: string }[]>('inbox.macros')).map((macro) => macro.name);
		const save = (id: string, name: string, of: unknown[] = texts): Promise<unknown> =>
			now.stage.owner.mutate('inbox.saveMacro', { macroId: id, name, texts: of });
		await save(macroId, 'Thanks');
		await expect(save(crypto.randomUUID(), 'THANKS')).rejects.toMatchObject({ code: 'macroTaken' });
		await expect(save(macroId, 'Thanks', [texts[0], texts[0]])).rejects.toMatchObject({ code: 'inputWrong' });
		await save(macroId, 'Many thanks');
		expect(await names()).toContain('Many thanks');
		expect(await names()).not.toContain('Thanks');
		// A key is one macro's: the last one that wants it has it.
		const other = crypto.randomUUID();
		for (const [id, name] of [
			[macroId, 'Many thanks'],
			[other, 'Goodbye'],
		])
			await now.stage.owner.mutate('inbox.saveMacro', { macroId: id, name, texts, quickKey: '7' });
		const all = await now.stage.owner.query<{ macroId: string; quickKey: string | null }[]>('inbox.macros');
		expect(all.filter(({ quickKey }) => quickKey === '7').map((macro) => macro.macroId)).toEqual([other]);
		await now.stage.owner.mutate('inbox.removeMacro', { macroId: other });
		await now.stage.owner.mutate('inbox.removeMacro', { macroId });
		expect(await names()).not.toContain('Many thanks');
		await expect(now.stage.owner.mutate('inbox.removeMacro', { macroId })).rejects.toMatchObject({ code: 'notFound' });
	});
});

describe('a rota', () => {
	test('gives a conversation as soon as its buyer writes, with word to everybody, and nothing once it is off', async () => {
		const { userId } = await now.stage.owner.query<{ userId: string }>('session.me');
		const rota = { rotaId: crypto.randomUUID(), name: 'All', storeIds: [], languages: ['pt'], userIds: [userId] };
		const holderOf = async (conversationId: string) =>
			(await list()).find((row) => row.conversationId === conversationId)?.assigneeId ?? undefined;
		await now.stage.owner.mutate('inbox.saveRota', { ...rota, isOn: true });
		const { conversationId } = await written('Olá, quando chega o meu pedido de ontem?');
		expect(await until('its holder', () => holderOf(conversationId))).toBe(userId);
		await now.stage.owner.mutate('inbox.saveRota', { ...rota, isOn: false });
		await change([conversationId], { assigneeId: null });
		await sleep(1500);
		expect(await holderOf(conversationId)).toBeUndefined();
	}, 60_000);
});
