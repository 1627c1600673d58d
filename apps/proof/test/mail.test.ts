import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fingerprint, inboxStage, type MessageView } from './inbox-stage.ts';

const STORE = 'amazon-jp';
const { now, until, list, open, truth, answers, written, reply, ended, chosen, arrived } = inboxStage({
	platform: 'amazon',
	store: STORE,
	port: 4970,
	patience: 25_000,
});
let connectionId: string;

beforeEach(async () => {
	[connectionId = ''] = (await now.stage.owner.query<MailboxView[]>('mailboxes.list')).map((one) => one.connectionId);
});
afterEach(() => {
	now.stage.control.configure('amazon', { mailKeepsSent: true });
});

interface MailboxView {
	connectionId: string;
	named: boolean;
	code: string | null;
	settings: Record<string, unknown> | null;
}

const mailbox = () => {
	const found = now.stage.demo.mailboxes.find(({ user }) => user === 'service-fe');
	if (!found) throw new Error('no mailbox');
	const { externalAccountId: _, ...rest } = found;
	return rest;
};
const save = (changes: object = {}): Promise<unknown> =>
	now.stage.owner.mutate('mailboxes.save', { connectionId, ...mailbox(), ...changes });
const messagesOf = async (conversationId: string): Promise<MessageView[]> => (await open(conversationId)).messages;

describe('the mailbox of an Amazon account', () => {
	test('is tried before it is kept, and what is wrong with it is named', async () => {
		const { imap, smtp } = mailbox();
		await expect(save({ password: 'wrong' })).rejects.toMatchObject({ code: 'mailboxLoginRefused' });
		await expect(save({ folder: 'Amazon' })).rejects.toMatchObject({ code: 'mailboxFolderMissing' });
		await expect(save({ imap: { host: 'nowhere.invalid', port: 993, security: 'tls' } })).rejects.toMatchObject({
			code: 'mailboxUnknownHost',
		});
		// Inside the own network only what configuration names is called, by number or by name.
		for (const host of ['127.0.0.1', 'localhost', '169.254.169.254'])
			await expect(save({ smtp: { host, port: 25, security: 'starttls' } })).rejects.toMatchObject({ code: 'mailboxInnerHost' });
		await expect(save({ imap: { ...imap, port: smtp.port } })).rejects.toMatchObject({ code: expect.stringMatching(/^mailbox/) });
		expect((await now.stage.owner.query<MailboxView[]>('mailboxes.list'))[0]).toMatchObject({ named: false, settings: null });
	});

	test('keeps its password to itself, and gives it to no other server', async () => {
		await save();
		const { password, ...told } = mailbox();
		const [view] = await now.stage.owner.query<MailboxView[]>('mailboxes.list');
		expect(view).toMatchObject({ named: true, settings: { ...told, folder: 'INBOX' } });
		expect(JSON.stringify(view)).not.toContain(password);
		const { password: _, ...without } = { connectionId, ...mailbox() };
		await now.stage.owner.mutate('mailboxes.save', without);
		const elsewhere = { ...without, user: 'somebody-else' };
		await expect(now.stage.owner.mutate('mailboxes.save', elsewhere)).rejects.toMatchObject({ code: 'mailboxLoginRefused' });
	});

	test('is missing until it is named, and the inbox says so', async () => {
		const state = async (): Promise<string | undefined> =>
			(await now.stage.owner.query<{ state: string; code: string | null }[]>('inbox.stores'))[0]?.code ?? undefined;
		expect(await until('the inbox to say so', state)).toBe('mailboxMissing');
		await save();
		await until('the mailbox to be read', async () => ((await state()) === undefined ? true : undefined));
	}, 60_000);

	test('is forgotten with all that was read from it when the store is taken off', async () => {
		await save();
		await written('Forget me');
		await now.stage.owner.mutate('stores.disconnect', { connectionId });
		expect(await list()).toEqual([]);
		expect(await now.stage.owner.query('mailboxes.list')).toEqual([]);
	});
});

describe('the inbox of an Amazon store', () => {
	beforeEach(async () => {
		await save();
	});

	test('holds what was said before, each message once, without what it quotes', async () => {
		await until('all conversations', async () => ((await list()).length === truth().length && truth().length > 1 ? true : undefined));
		for (const conversation of truth()) {
			const row = (await list()).find((r) => r.externalId === conversation.id);
			// Folders are read one after the other.
			const messages = await until('all messages', async () => {
				const found = await messagesOf(row?.conversationId ?? '');
				return found.length >= conversation.messages.length ? found : undefined;
			});
			expect(messages.map((m) => [m.sender, m.text])).toEqual(conversation.messages.map((m) => [m.from, m.text]));
			expect(row?.externalOrderId).toBe(conversation.id.split(' ')[1]);
			// Whichever folder was read last.
			const told = (await list()).find((r) => r.externalId === conversation.id);
			expect(told?.preview).toBe(conversation.messages.at(-1)?.text);
		}
	}, 60_000);

	test('answers by mail, once, and what the buyer quotes of it is not shown again', async () => {
		const row = await written('Is it waterproof?');
		expect(row.due).not.toBeNull();
		const messageId = await reply(row.conversationId, 'Yes, to 30 metres.\n\nYours, Yunfan');
		await ended(row.conversationId, messageId, 'accepted');
		expect(answers(row.externalId)).toContain('Yes, to 30 metres.\n\nYours, Yunfan');
		// Mailboxes tell times to the second.
		await sleep(1100);
		await written('Thank you, and how deep is that?');
		const messages = await messagesOf(row.conversationId);
		expect(messages.filter((m) => m.text?.includes('30 metres'))).toHaveLength(1);
		expect(messages.at(-1)?.text).toBe('Thank you, and how deep is that?');
	}, 60_000);

	test.each([
		['the line breaks after the server has taken it', 'reset', true],
		['the line breaks after a server has taken it that keeps no copy but ours', 'reset', false],
		['the server says to come later', 'serverError', true],
	] as const)(
		'answers once though %s',
		async (_name, kind, keepsSent) => {
			now.stage.control.configure('amazon', { mailKeepsSent: keepsSent });
			const text = `Answer ${kind} ${keepsSent}`;
			const row = await written(`Question ${kind} ${keepsSent}`);
			now.stage.control.arm({ kind, platform: 'amazon', operation: 'smtp.send', count: 1 });
			const messageId = await reply(row.conversationId, text);
			await ended(row.conversationId, messageId, 'accepted', 60_000);
			expect((await messagesOf(row.conversationId)).filter((m) => m.text === text)).toHaveLength(1);
			// The same id both times: whoever relays it can tell that it is one mail.
			const ids = truth()
				.find((c) => c.id === row.externalId)
				?.messages.filter((m) => m.text === text)
				.map((m) => m.id);
			expect(new Set(ids).size).toBe(1);
			if (keepsSent) expect(ids).toHaveLength(1);
		},
		90_000,
	);

	test('says so when the buyer wants no messages, by what Amazon sends back', async () => {
		const row = await written('Stop writing to me');
		now.stage.control.configure('amazon', { optOut: row.externalId });
		const messageId = await reply(row.conversationId, 'As you wish.');
		expect(await ended(row.conversationId, messageId, 'rejected')).toMatchObject({ errorCode: 'buyerOptedOut' });
		expect((await list()).find((r) => r.externalId === row.externalId)?.waitingSince).not.toBeNull();
	}, 60_000);

	test('shows what others send to the mailbox to nobody', async () => {
		const mail = (from: string, more = ''): string =>
			`${STORE}\n${more}From: ${from}\r\nTo: <service-fe@yunfan-home.example>\r\nSubject: 250-1234567-1234567\r\nMessage-ID: <${crypto.randomUUID()}@x.example>\r\n\r\nEvil words\r\n`;
		now.stage.control.configure('amazon', { mailTo: mail('"a@marketplace.amazon.co.jp" <eve@evil.example>') });
		now.stage.control.configure('amazon', { mailTo: mail('<donotreply@amazon.co.jp>') });
		now.stage.control.configure('amazon', {
			mailTo: mail('<forged@marketplace.amazon.co.jp>', 'Authentication-Results: mx.seller.example; dkim=fail; dmarc=fail\r\n'),
		});
		await written('An honest question');
		expect((await list()).filter((row) => row.preview?.includes('Evil'))).toEqual([]);
	}, 60_000);

	const to = 'To: <service-fe@yunfan-home.example>\r\nSubject: 250-7654321-7654321\r\n';
	const head = (id: string): string => `${STORE}\nFrom: <files@marketplace.amazon.co.jp>\r\n${to}Message-ID: <${id}@x.example>\r\n`;
	const deliver = (mail: string): void => now.stage.control.configure('amazon', { mailTo: mail });
	/** A mail with words and files, each with its headers as they are. */
	const withFiles = (id: string, files: { headers: string; bytes: Buffer }[]): void => {
		const parts = files.map(({ headers, bytes }) => {
			const lines = bytes.toString('base64').match(/.{1,76}/g) ?? [];
			return `--e\r\n${headers}\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines.join('\r\n')}\r\n`;
		});
		deliver(`${head(id)}Content-Type: multipart/mixed; boundary=e\r\n\r\n--e\r\n\r\nSee ${id}\r\n${parts.join('')}--e--\r\n`);
	};
	const filesOf = async (id: string, count: number) => {
		const row = await until(`mail ${id}`, async () => {
			const found = (await list()).find((one) => one.externalId === 'files 250-7654321-7654321');
			return found && (await messagesOf(found.conversationId)).some((m) => m.text === `See ${id}`) ? found : undefined;
		});
		return await until(`${count} files of ${id}`, async () => {
			const files = (await messagesOf(row.conversationId)).find((m) => m.text === `See ${id}`)?.attachments ?? [];
			return files.length === count && files.every(({ state }) => state !== 'waiting') ? files : undefined;
		});
	};
	const attached = (name: string, type = 'image/png'): string =>
		`Content-Type: ${type}\r\nContent-Disposition: attachment; filename="${name}"`;
	const photo = (width: number, more = 0): Buffer => {
		const bytes = Buffer.concat([
			Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
			Buffer.from('IHDR'),
			Buffer.alloc(17 + more, 3),
		]);
		bytes.writeUInt32BE(width, 16);
		bytes.writeUInt32BE(9, 20);
		return bytes;
	};

	test('keeps the files of a mail, those too that lie behind all that is read of it', async () => {
		const files = [photo(11, 1_500_000), photo(12, 700_000)];
		withFiles('photos', [
			{ headers: attached('one.png'), bytes: files[0] ?? Buffer.alloc(0) },
			{ headers: 'Content-Type: image/png; name="=?utf-8?B?5Y+R56WoLnBuZw==?="', bytes: files[1] ?? Buffer.alloc(0) },
		]);
		const found = await filesOf('photos', 2);
		expect(found).toMatchObject([
			{ name: 'one.png', state: 'kept', standing: 'shown', width: 11 },
			{ name: '发票.png', state: 'kept', standing: 'shown', width: 12 },
		]);
		for (const [i, { url }] of found.entries())
			expect(Buffer.from(await (await now.stage.owner.take(url ?? '')).arrayBuffer()).equals(files[i] ?? Buffer.alloc(0))).toBe(true);
	}, 90_000);

	test('takes hostile files for what they are, and shows none of them', async () => {
		const bomb = Buffer.alloc(4 + 46 + 22);
		bomb.writeUInt32LE(0x04034b50, 0);
		bomb.writeUInt32LE(0x02014b50, 4);
		bomb.writeUInt32LE(4_000_000_000, 28);
		bomb.writeUInt32LE(0x06054b50, 50);
		bomb.writeUInt16LE(1, 60);
		bomb.writeUInt32LE(4, 66);
		withFiles('hostile', [
			{ headers: attached('bill.zip', 'application/pdf'), bytes: bomb },
			{ headers: attached('a.svg', 'image/png'), bytes: Buffer.from('<svg onload="alert(1)"/>') },
			{ headers: attached('..\\\\..\\\\evil.png.exe'), bytes: photo(3) },
			{ headers: attached('photo\u202egnp.js'), bytes: photo(3) },
			{ headers: attached('x.png\\"; \r\n\tX-Evil: 1'), bytes: photo(3) },
			{
				headers: attached('twice.gif', 'text/html'),
				bytes: Buffer.concat([Buffer.from('GIF89a'), Buffer.from([9, 0, 9, 0]), Buffer.from('<script>alert(1)</script>')]),
			},
			{ headers: attached('large.png'), bytes: Buffer.alloc(26_000_000, 1) },
		]);
		const files = await filesOf('hostile', 7);
		expect(files.map(({ standing, risk, errorCode }) => (standing === null ? errorCode : (risk ?? standing)))).toEqual([
			'unpacksTooLarge',
			'program',
			'program',
			'program',
			'shown',
			'shown',
			'attachmentTooLarge',
		]);
		for (const { name } of files) expect(name).not.toMatch(/[/\\\r\n\u202e"]|^\./);
		for (const { url, standing } of files.filter((file) => file.url !== null)) {
			const reply_ = await now.stage.owner.take(url ?? '');
			expect(reply_.headers.get('x-evil')).toBeNull();
			expect(reply_.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
			expect(reply_.headers.get('content-type')).toMatch(standing === 'shown' ? /^image\/(?:png|gif)$/ : /^application\/octet-stream$/);
		}
	}, 120_000);

	test('sends files with an answer, once though the line breaks', async () => {
		// Of another buyer: the one of before wants no messages.
		now.stage.control.createOrder(STORE, {});
		const row = await written('Do you have a manual?');
		const manual = Buffer.from('%PDF-1.7 how to dive');
		const fileId = await chosen(row.conversationId, 'manual "\u202e潜水.pdf', manual);
		now.stage.control.arm({ kind: 'reset', platform: 'amazon', operation: 'smtp.send', count: 1 });
		await ended(row.conversationId, await reply(row.conversationId, 'Here it is.', [fileId]), 'accepted', 60_000);
		expect(arrived(row.externalId)).toEqual([fingerprint(manual)]);
		const [ours] = (await messagesOf(row.conversationId)).filter((m) => m.text === 'Here it is.');
		expect(ours?.attachments).toMatchObject([{ name: 'manual 潜水.pdf', type: 'application/pdf', state: 'kept' }]);
	}, 90_000);

	test('tells of a mail that cannot be read that there is one', async () => {
		let deep = '';
		for (let i = 0; i < 80; i++) deep += `Content-Type: multipart/mixed; boundary=e${i}\r\n\r\n--e${i}\r\n`;
		deliver(`${head('deep')}${deep}`);
		await until('it', async () => {
			const row = (await list()).find((one) => one.externalId === 'files 250-7654321-7654321');
			const messages = row ? await messagesOf(row.conversationId) : [];
			return messages.find((m) => m.kind === 'other' && m.text === null);
		});
		expect((await list()).filter((row) => row.externalId === 'files 250-7654321-7654321')).toHaveLength(1);
	}, 60_000);
});
