import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { fingerprint, inboxStage, sent } from './inbox-stage.ts';

const STORE = 'tiktok-br';
const inbox = inboxStage({
	platform: 'tiktok-shop',
	store: STORE,
	port: 5080,
	patience: 25_000,
	environment: { PANGEA_FILE_MB: '1', PANGEA_CONVERSATION_MB: '2' },
});
const { now, until, list, open, settled, chosen, arrived, reply, ended } = inbox;

function chunk(name: string, data: Buffer): Buffer {
	const size = Buffer.alloc(4);
	size.writeUInt32BE(data.length);
	return Buffer.concat([size, Buffer.from(name), data, Buffer.alloc(4)]);
}

/** A picture of a size of its own, so that the bytes of two differ. */
function png(width: number, points: Buffer = Buffer.alloc(0), ...beside: Buffer[]): Buffer {
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width);
	head.writeUInt32BE(10, 4);
	const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
	return Buffer.concat([signature, chunk('IHDR', head), ...beside, chunk('IDAT', points), chunk('IEND', Buffer.alloc(0))]);
}

async function written(...files: ReturnType<typeof sent>[]): Promise<string> {
	const text = `See ${crypto.randomUUID().slice(0, 8).replaceAll(/\d/g, 'x')}`;
	const externalId = now.stage.control.buyerWrites(STORE, text, undefined, files);
	return await until('the conversation', async () => {
		const found = (await list()).find((row) => row.externalId === externalId);
		return found && (await open(found.conversationId)).messages.some((m) => m.text === text) ? found.conversationId : undefined;
	});
}

/** The files of the last messages of a conversation. */
const lastFiles = async (conversationId: string, count: number) => (await settled(conversationId, count)).slice(-count);

describe('what buyers send to a TikTok Shop store', () => {
	test('is kept as it was, known by its bytes, and given to whoever reads the inbox', async () => {
		const photo = png(321);
		const video = Buffer.concat([Buffer.from([0, 0, 0, 0x18]), Buffer.from('ftypisom'), randomBytes(500)]);
		const conversationId = await written(sent('a', 'image/png', photo), sent('b', 'video/mp4', video));
		const [first, second] = await lastFiles(conversationId, 2);
		expect(first).toMatchObject({ name: 'image', type: 'image/png', state: 'kept', standing: 'shown', width: 321, bytes: photo.length });
		expect(second).toMatchObject({ name: 'video.mp4', type: 'video/mp4', state: 'kept', standing: 'download', width: null });
		const reply = await now.stage.owner.take(first?.url ?? '');
		expect(reply.status).toBe(200);
		expect(Buffer.from(await reply.arrayBuffer())).toEqual(photo);
		expect(Object.fromEntries(reply.headers)).toMatchObject({
			'content-type': 'image/png',
			'content-disposition': `attachment; filename="file"; filename*=UTF-8''image`,
			'content-security-policy': "sandbox; default-src 'none'",
			'x-content-type-options': 'nosniff',
			'cache-control': 'no-store',
		});
	}, 60_000);

	test('is sealed, and nothing of it stands in the clear', async () => {
		const secret = 'the-buyer-wrote-this-into-the-picture';
		const conversationId = await written(sent('a', 'image/png', png(9, Buffer.from(secret))));
		await lastFiles(conversationId, 1);
		const client = new pg.Client({ connectionString: now.server.url });
		await client.connect();
		const { rows } = await client.query<{ all: string }>(
			`select encode(c.sealed, 'escape') || encode(f.sealed, 'escape') || f::text as all from message_file f join message_file_content c using (message_file_id)`,
		);
		await client.end();
		expect(rows.length).toBeGreaterThan(0);
		expect(rows.filter(({ all }) => all.includes(secret) || all.includes('ibyteimg'))).toEqual([]);
	}, 60_000);

	test('is markup or a program at its end: taken only as bytes that say nothing of themselves', async () => {
		const markup = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
		const conversationId = await written(sent('a', 'image/svg+xml', markup), sent('b', 'image/png', 'MZ\0\0program'));
		const files = await lastFiles(conversationId, 2);
		expect(files.map(({ standing, risk }) => [standing, risk])).toEqual([
			['risky', 'unknown'],
			['risky', 'program'],
		]);
		for (const { url } of files) {
			const reply = await now.stage.owner.take(url ?? '');
			expect(reply.headers.get('content-type')).toBe('application/octet-stream');
			expect(reply.headers.get('content-disposition')).toMatch(/^attachment;/);
		}
	}, 60_000);

	test('is not fetched when it is too large, or when the conversation holds enough, and can be asked for again', async () => {
		const large = await written(sent('a', 'image/png', png(5, randomBytes(1_100_000))));
		const [refused] = await lastFiles(large, 1);
		expect(refused).toMatchObject({ state: 'failed', errorCode: 'attachmentTooLarge', url: null });
		const some = (width: number) => sent('a', 'image/png', png(width, randomBytes(900_000)));
		const many = await written(some(1), some(2), some(3));
		const files = await lastFiles(many, 3);
		expect(files.map(({ state }) => state).toSorted()).toEqual(['failed', 'kept', 'kept']);
		const full = files.find(({ state }) => state === 'failed');
		expect(full?.errorCode).toBe('attachmentsFull');
		await now.stage.owner.mutate('inbox.askForFile', { messageFileId: full?.fileId });
		const again = await lastFiles(many, 3);
		expect(again.find(({ fileId }) => fileId === full?.fileId)).toMatchObject({ state: 'failed', errorCode: 'attachmentsFull' });
		// What is there is not asked for again.
		const kept = files.find(({ state }) => state === 'kept');
		await expect(now.stage.owner.mutate('inbox.askForFile', { messageFileId: kept?.fileId })).rejects.toMatchObject({ code: 'notFound' });
	}, 90_000);

	test('comes when it is asked for again after its address had run out', async () => {
		const { control } = now.stage;
		const photo = png(77);
		control.loseFiles(true);
		const conversationId = await written(sent('a', 'image/png', photo));
		const [gone] = await lastFiles(conversationId, 1);
		expect(gone).toMatchObject({ state: 'failed', errorCode: 'attachmentGone' });
		control.loseFiles(false);
		await now.stage.owner.mutate('inbox.askForFile', { messageFileId: gone?.fileId });
		const kept = await until('the file', async () => (await lastFiles(conversationId, 1)).find(({ state }) => state === 'kept'));
		expect(Buffer.from(await (await now.stage.owner.take(kept.url ?? '')).arrayBuffer())).toEqual(photo);
		// That a picture could not be had says nothing of the store.
		expect((await now.stage.owner.query<{ problem: unknown }[]>('stores.list')).map(({ problem }) => problem)).toEqual([null]);
	}, 60_000);

	test('is given to nobody else, and not for ever', async () => {
		await now.stage.takeIn('agent');
		const conversationId = await written(sent('a', 'image/png', png(8)));
		const [file] = await lastFiles(conversationId, 1);
		const url = file?.url ?? '';
		const { owner, colleague, stranger } = now.stage;
		expect((await owner.take(url)).status).toBe(200);
		expect((await stranger.take(url)).status).toBe(401);
		// A link is its member's own; the colleague has one of their own to the same file.
		expect((await colleague.take(url)).status).toBe(404);
		const theirs = (await colleague.query<{ messages: { attachments: { url: string | null }[] }[] }>('inbox.open', { conversationId }))
			.messages;
		const own = theirs.flatMap((m) => m.attachments).at(-1)?.url ?? '';
		expect((await colleague.take(own)).status).toBe(200);
		for (const [from, to] of [
			[/file=[^&]*/, `file=${crypto.randomUUID()}`],
			[/until=\d{3}/, 'until=999'],
			[/signature=.{4}/, 'signature=AAAA'],
		] as const)
			expect((await owner.take(url.replace(from, to))).status).toBe(404);
		now.desk.control.setClock({ advance: 21 * 60_000 });
		expect((await owner.take(url)).status).toBe(404);
		now.desk.mend();
		// Whoever may no longer see buyers' data takes nothing, whatever link they hold.
		const members = await owner.query<{ members: { userId: string; role: string }[] }>('workspace.members');
		const agent = members.members.find(({ role }) => role === 'agent');
		const client = new pg.Client({ connectionString: now.server.url });
		await client.connect();
		await client.query(`update member set role = 'analyst' where user_id = $1`, [agent?.userId]);
		await client.end();
		expect((await colleague.take(own)).status).toBe(403);
	}, 90_000);

	test('dies with its message, and when the store is taken off', async () => {
		const conversationId = await written(sent('a', 'image/png', png(6)));
		const [file] = await lastFiles(conversationId, 1);
		const client = new pg.Client({ connectionString: now.server.url });
		await client.connect();
		const left = async (): Promise<number> =>
			(await client.query('select from message_file_content where message_file_id = $1', [file?.fileId])).rowCount ?? 0;
		expect(await left()).toBe(1);
		const { rows } = await client.query<{ workspace_id: string; message_id: string }>(
			'select workspace_id, message_id from message_file where message_file_id = $1',
			[file?.fileId],
		);
		await client.query("update message set dies_at = now() - interval '1 day' where message_id = $1", [rows[0]?.message_id]);
		await client.query(`insert into jobs.job (name, payload) values ('retention.purge', jsonb_build_object('workspaceId', $1::text))`, [
			rows[0]?.workspace_id,
		]);
		await until('the file to be gone', async () => ((await left()) === 0 ? true : undefined));
		expect((await now.stage.owner.take(file?.url ?? '')).status).toBe(404);
		const other = await written(sent('a', 'image/png', png(4)));
		await lastFiles(other, 1);
		await now.stage.clear();
		await sleep(200);
		const all = await client.query('select from message_file where workspace_id = $1', [rows[0]?.workspace_id]);
		expect(all.rowCount).toBe(0);
		await client.end();
	}, 90_000);
});

describe('what is sent to a buyer of a TikTok Shop store', () => {
	const said = async (conversationId: string) => (await open(conversationId)).messages.filter(({ sender }) => sender === 'seller');
	const externalOf = async (conversationId: string): Promise<string> => (await open(conversationId)).conversation.externalId;

	test.each([
		['all is well', null],
		['the line breaks after the platform has taken it', { kind: 'reset' as const, operation: 'messages.send' }],
		['the line breaks while the picture is given', { kind: 'reset' as const, operation: 'messages.upload' }],
		['the platform fails before it takes it', { kind: 'serverError' as const, operation: 'messages.send' }],
	])(
		'is a picture that arrives once, though %s',
		async (_name, fault) => {
			const conversationId = await written();
			// The same buyer has got others before.
			const pictures = async () => (await said(conversationId)).filter(({ attachments }) => attachments.length > 0);
			const before = (await pictures()).length;
			const points = randomBytes(300);
			const picture = png(55, points);
			// Where it was taken is nobody's business.
			const fileId = await chosen(conversationId, 'look.png', png(55, points, chunk('eXIf', Buffer.from('22.5431N 114.0579E'))));
			expect((await open(conversationId)).chosenFiles.map(({ name }) => name)).toEqual(['look.png']);
			if (fault) now.stage.control.arm({ ...fault, platform: 'tiktok-shop', count: 1 });
			const messageId = await reply(conversationId, '', [fileId]);
			await ended(conversationId, messageId, 'accepted', 60_000);
			expect(arrived(await externalOf(conversationId)).filter((one) => one === fingerprint(picture))).toHaveLength(1);
			await sleep(700);
			const ours = await pictures();
			expect(ours).toHaveLength(before + 1);
			expect(ours.at(-1)?.attachments[0]).toMatchObject({ name: 'look.png', type: 'image/png', state: 'kept', standing: 'shown' });
			expect((await open(conversationId)).chosenFiles).toEqual([]);
		},
		120_000,
	);

	test('is refused where the platform would refuse it, by what it is and not by its name', async () => {
		const conversationId = await written();
		await expect(chosen(conversationId, 'manual.png', Buffer.from('%PDF-1.7'))).rejects.toMatchObject({ code: 'fileTypeNotTaken' });
		await expect(chosen(conversationId, 'cut.png', png(5).subarray(0, 40))).rejects.toMatchObject({ code: 'pictureBroken' });
		await expect(chosen(conversationId, 'a.exe', png(5))).rejects.toMatchObject({ code: 'fileTypeNotTaken' });
		await expect(chosen(conversationId, 'large.png', png(5, randomBytes(10_000_001)))).rejects.toMatchObject({ code: 'sentFileTooLarge' });
		const fileId = await chosen(conversationId, 'a.png', png(5));
		await expect(reply(conversationId, 'Words beside it', [fileId])).rejects.toMatchObject({ code: 'inputWrong' });
		await expect(reply(conversationId, '', [crypto.randomUUID()])).rejects.toMatchObject({ code: 'notFound' });
		await expect(reply(conversationId, '')).rejects.toMatchObject({ code: 'inputWrong' });
		// The platform itself says no as well.
		now.desk.control.setClock({ advance: 70 * 86_400_000 });
		const messageId = await reply(conversationId, '', [fileId]);
		expect(await ended(conversationId, messageId, 'rejected')).toMatchObject({ errorCode: 'conversationClosed' });
		now.desk.mend();
	}, 90_000);

	test('comes back when it is taken back, and nobody else can send or forget it', async () => {
		await now.stage.takeIn('agent');
		const conversationId = await written();
		const fileId = await chosen(conversationId, 'mine.png', png(7));
		const { owner, colleague } = now.stage;
		const theirs = { conversationId, messageId: crypto.randomUUID(), text: '', messageFileIds: [fileId] };
		await expect(colleague.mutate('inbox.send', theirs)).rejects.toMatchObject({ code: 'notFound' });
		await expect(colleague.mutate('inbox.removeChosenFile', { messageFileId: fileId })).rejects.toMatchObject({ code: 'notFound' });
		const messageId = crypto.randomUUID();
		await owner.mutate('inbox.send', { ...theirs, messageId, holdSeconds: 15 });
		expect((await open(conversationId)).chosenFiles).toEqual([]);
		expect(await owner.mutate('inbox.takeBack', { conversationId, messageId })).toMatchObject({ text: '', files: [{ fileId }] });
		expect((await open(conversationId)).chosenFiles).toMatchObject([{ fileId, name: 'mine.png' }]);
		await owner.mutate('inbox.removeChosenFile', { messageFileId: fileId });
		expect((await open(conversationId)).chosenFiles).toEqual([]);
	}, 60_000);
});
