import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { addMember, channels, deadJobs, notices, removeMember, saveDossierPaper, setReviewAlarm, settleReview } from '@pangea/db';
import { DeliveryError } from '@pangea/domain';
import { noticeDeliver } from '@pangea/jobs';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bindHandlers, createOperations, deliverNotice, lookForNotices, testChannel } from '../src/index.ts';
import { bindStore, type Home, openHome, OTHER_WORKSPACE, WORKSPACE } from './home.ts';

const SIGNAL = new AbortController().signal;
const HOUR = 3_600_000;

let home: Home;
let mail: MailServer;
let chat: Chat;
let storeId: string;

beforeEach(async () => {
	mail = await startMail();
	chat = await startChat();
	home = await openHome(
		{},
		{
			mail: { url: mail.url, from: 'Pangea <pangea@example.test>' },
			hookOrigins: [chat.origin],
			publicUrl: 'https://pangea.example.test',
		},
	);
	({ storeId } = await bindStore(home.engine));
	await home.database.inWorkspace(WORKSPACE, async (scope) => {
		await addMember(scope, { userId: 'ana', name: 'Ana', email: 'ana@example.test', role: 'owner', storeScope: null });
		await addMember(scope, { userId: 'leo', name: 'Leo', email: 'leo@example.test', role: 'agent', storeScope: [] });
	});
});
afterEach(async () => {
	await home.close();
	await mail.close();
	await chat.close();
});

interface MailServer {
	url: string;
	received: { to: string[]; text: string }[];
	/** Refuses what comes with this reply. */
	refuse: string | null;
	close(): Promise<void>;
}

async function startMail(): Promise<MailServer> {
	const state: MailServer = { url: '', received: [], refuse: null, close: () => new Promise((resolve) => server.close(() => resolve())) };
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS'],
		logger: false,
		onData(stream, session, done) {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => {
				if (state.refuse !== null) return done(Object.assign(new Error(state.refuse), { responseCode: 451 }));
				state.received.push({ to: session.envelope.rcptTo.map((to) => to.address), text: Buffer.concat(chunks).toString('utf8') });
				done();
			});
		},
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	state.url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
	return state;
}

interface Chat {
	origin: string;
	received: { path: string; body: Record<string, unknown> }[];
	answer: { status: number; body: string };
	close(): Promise<void>;
}

async function startChat(): Promise<Chat> {
	const server: Server = createServer((request: IncomingMessage, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			state.received.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown> });
			response.writeHead(state.answer.status).end(state.answer.body);
		});
	});
	const state: Chat = {
		origin: '',
		received: [],
		answer: { status: 200, body: '{"errcode":0,"code":0}' },
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	state.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return state;
}

const look = (): Promise<void> => lookForNotices(home.engine, WORKSPACE);
const standing = (storeScope: readonly string[] | null = null, workspaceId = WORKSPACE) =>
	home.database.inWorkspace(workspaceId, (scope) =>
		notices(scope, { userId: 'nobody', storeScope: storeScope }, new Date(Date.now() - HOUR).toISOString()),
	);
const kept = () => home.database.inWorkspace(WORKSPACE, (scope) => channels(scope));
const deliveries = () => home.database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('notice_delivery').selectAll().execute());

async function toMail(userId = 'ana', language: 'en' | 'zh-CN' = 'en'): Promise<string> {
	return await createOperations(home.engine).saveChannel(WORKSPACE, { kind: 'email', name: userId, language, userId });
}

async function toChat(kind: 'feishu' | 'dingtalk' | 'wecom' | 'slack', path: string, secret: string | null = null): Promise<string> {
	const hook = { url: `${chat.origin}${path}`, secret };
	return await createOperations(home.engine).saveChannel(WORKSPACE, { kind, name: kind, language: 'en', hook });
}

/** Runs what the queue holds for channels once. */
async function deliverAll(): Promise<(string | null)[]> {
	const ends: (string | null)[] = [];
	for (const { notice_id: noticeId, channel_id: channelId } of await deliveries()) {
		try {
			await deliverNotice(home.engine, { workspaceId: WORKSPACE, noticeId, channelId }, SIGNAL);
			ends.push(null);
		} catch (error) {
			if (!(error instanceof DeliveryError)) throw error;
			ends.push(error.code);
		}
	}
	return ends;
}

async function setConnection(state: string, workspaceId = WORKSPACE): Promise<void> {
	await home.database.inWorkspace(workspaceId, ({ db }) => db.updateTable('connection').set({ state }).execute());
}

async function quarantine(count: number): Promise<void> {
	await home.database.inWorkspace(WORKSPACE, ({ client }) =>
		client.query(
			`insert into quarantine (workspace_id, quarantine_id, store_id, platform, cause, digest, sealed)
				select $1, gen_random_uuid(), $2, 'temu', 'not known', sha256(gen_random_uuid()::text::bytea), '\\x00' from generate_series(1, $3::int) n`,
			[WORKSPACE, storeId, count],
		),
	);
}

describe('a condition', () => {
	test('of a company’s paper is told before its last day and after it, until it is renewed', async () => {
		await toMail();
		const day = (days: number): string => new Date(Date.now() + days * 24 * HOUR).toISOString().slice(0, 10);
		const save = (until: string): Promise<void> =>
			home.database.inWorkspace(WORKSPACE, async (scope) => {
				const paper = { paperId: storeId, entity: 'Yunfan', kind: 'vat', country: 'DE', validFrom: null, validUntil: until };
				await saveDossierPaper(scope, { ...paper, sealed: Buffer.from('x') }, 'ana');
			});
		const told = async (until: string) => {
			await save(until);
			await look();
			return (await standing()).filter((notice) => notice.resolved_at === null).map(({ kind, detail }) => [kind, detail['day']]);
		};
		expect(await told(day(31))).toEqual([]);
		expect(await told(day(29))).toEqual([['paperEnding', day(29)]]);
		await deliverAll();
		expect(mail.received.at(-1)?.text).toContain('https://pangea.example.test/stores/dossier');
		expect(mail.received.at(-1)?.text).not.toContain('UTC');
		expect(await told(day(-1))).toEqual([['paperEnded', day(-1)]]);
		expect(await told(day(400))).toEqual([]);
	});
	test('of a review of few stars is told once the alarm is on, until somebody has dealt with it', async () => {
		await toMail();
		const add = async (stars: number, hoursAgo: number, fromFile = false): Promise<string> => {
			const reviewId = crypto.randomUUID();
			await home.database.inWorkspace(WORKSPACE, ({ client }) =>
				client.query(
					`insert into review (workspace_id, review_id, store_id, external_listing_id, external_id, rating, written_at, themes, digest, dies_at,
							import_id)
						values ($1, $2::uuid, $3, 'P1', $2::uuid::text, $4, $5, '{}', '', now() + interval '90 days', $6)`,
					[WORKSPACE, reviewId, storeId, stars, new Date(Date.now() - hoursAgo * HOUR), fromFile ? crypto.randomUUID() : null],
				),
			);
			return reviewId;
		};
		const told = async (): Promise<string[]> => {
			await look();
			return (await standing()).flatMap(({ kind, subject, resolved_at: end }) => (kind === 'lowReview' && end === null ? [subject] : []));
		};
		const choose = (rating: number | null, hoursAgo: number): Promise<void> =>
			home.database.inWorkspace(WORKSPACE, (scope) => setReviewAlarm(scope, rating, new Date(Date.now() - hoursAgo * HOUR).toISOString()));
		const bad = await add(2, 1);
		expect(await told()).toEqual([]);
		await choose(2, 24 * 30);
		await add(3, 1);
		await add(1, 24 * 31);
		// Of a file, only what is younger than a week.
		const young = await add(1, 24 * 6, true);
		await add(1, 24 * 8, true);
		expect((await told()).toSorted()).toEqual([bad, young].toSorted());
		await deliverAll();
		expect(mail.received).toHaveLength(2);
		expect(mail.received[0]?.text.replaceAll('=\r\n', '')).toContain(`/reviews?store=3D${storeId}`);
		await home.database.inWorkspace(WORKSPACE, (scope) => settleReview(scope, young, { userId: 'ana', at: new Date().toISOString() }));
		expect(await told()).toEqual([bad]);
		await choose(1, 0);
		expect(await told()).toEqual([]);
		await choose(2, 0);
		expect(await told()).toEqual([bad]);
		await choose(null, 0);
		expect(await told()).toEqual([]);
	});
	test('is one notice and one mail for as long as it lasts, and is closed when it is over', async () => {
		await toMail();
		await look();
		expect(await standing()).toEqual([]);
		await setConnection('needsReconnect');
		await look();
		expect(await home.jobs.pending(noticeDeliver.name)).toBe(1);
		expect(await deliverAll()).toEqual([null]);
		await look();
		await look();
		expect(await deliverAll()).toEqual([null]);
		expect(await standing()).toMatchObject([{ kind: 'grantEnded', level: 'risk', store_ids: [storeId], resolved_at: null }]);
		expect(mail.received).toHaveLength(1);
		expect(mail.received[0]?.to).toEqual(['ana@example.test']);
		expect(mail.received[0]?.text).toContain('Subject: Permission has ended: Temu MX Shop');
		// Long lines of a mail are folded.
		expect(mail.received[0]?.text.replaceAll('=\r\n', '')).toContain(`/stores?store=3D${storeId}`);

		await setConnection('active');
		await look();
		expect((await standing())[0]?.resolved_at).not.toBeNull();
		// When it comes back it is another one.
		await setConnection('needsReconnect');
		await look();
		await deliverAll();
		expect(await standing()).toHaveLength(2);
		expect(mail.received).toHaveLength(2);
	});

	test('is a grant that ends soon, a store that stands still, orders nobody can fetch, and a growing heap of records', async () => {
		const now = Date.now();
		await home.database.inWorkspace(WORKSPACE, async ({ db }) => {
			await db
				.updateTable('connection')
				.set({ grant_expires_at: new Date(now + 5 * 24 * HOUR).toISOString() })
				.execute();
			await db
				.updateTable('pull_cursor')
				.set({ watermark: new Date(now - 3 * HOUR).toISOString() })
				.execute();
			const window = { window_from: new Date(now - 30 * HOUR).toISOString(), window_until: new Date(now - 6 * HOUR).toISOString() };
			await db
				.insertInto('gap')
				.values({
					workspace_id: WORKSPACE,
					gap_id: '01a00000-0000-7000-8000-000000000001',
					store_id: storeId,
					...window,
					ours: 8,
					theirs: 10,
					state: 'unexplained',
					source: 'total',
					lacked: 2,
					missing: [],
					page_cursor: null,
					filled_at: null,
				})
				.execute();
		});
		await quarantine(9);
		await look();
		expect((await standing()).map((n) => n.kind).sort()).toEqual(['grantEnding', 'ordersLacking', 'syncStalled']);
		await quarantine(3);
		await look();
		const all = await standing();
		expect(all.find((n) => n.kind === 'quarantineGrowing')?.detail).toEqual({ platform: 'temu', count: 12 });
		expect(all.find((n) => n.kind === 'ordersLacking')?.detail).toEqual({ platform: 'temu', count: 2 });
	});

	test('is told to nobody who does not see its stores, nor to another workspace', async () => {
		await toMail('leo');
		await toMail('ana', 'zh-CN');
		await setConnection('needsReconnect');
		await look();
		await deliverAll();
		expect(mail.received.map((m) => m.to)).toEqual([['ana@example.test']]);
		expect(mail.received[0]?.text).toContain(`=?UTF-8?`);
		expect(await standing([])).toEqual([]);
		expect(await standing([storeId])).toHaveLength(1);
		await lookForNotices(home.engine, OTHER_WORKSPACE);
		expect(await standing(null, OTHER_WORKSPACE)).toEqual([]);
	});
});

describe('a channel', () => {
	test('that does not take a notice keeps why, and gets it once when it does again', async () => {
		await toMail();
		mail.refuse = 'mailbox is full';
		await setConnection('needsReconnect');
		await look();
		expect(await deliverAll()).toEqual(['mailRefused']);
		expect(await kept()).toMatchObject([
			{ error_code: 'mailRefused', error_words: expect.stringContaining('mailbox is full'), sent_at: null },
		]);
		mail.refuse = null;
		expect(await deliverAll()).toEqual([null]);
		expect(await deliverAll()).toEqual([null]);
		expect(mail.received).toHaveLength(1);
		expect(await deliveries()).toMatchObject([{ state: 'sent', attempts: 2, error_code: null }]);
		expect(await kept()).toMatchObject([{ error_code: null }]);
	});

	test('is not sent what is over by then, and goes with its member', async () => {
		await toMail();
		await setConnection('needsReconnect');
		await look();
		await setConnection('active');
		await look();
		await deliverAll();
		expect(mail.received).toEqual([]);
		expect(await deliveries()).toMatchObject([{ state: 'dropped', attempts: 0 }]);
		await home.database.inWorkspace(WORKSPACE, (scope) => removeMember(scope, 'ana'));
		expect(await kept()).toEqual([]);
	});

	test('says what is wrong when it is tested', async () => {
		const outcome = async (channelId: string): Promise<string> => {
			try {
				await testChannel(home.engine, WORKSPACE, channelId, SIGNAL);
				return 'sent';
			} catch (error) {
				return error instanceof DeliveryError ? error.message : String(error);
			}
		};
		expect(await outcome(await toMail())).toBe('sent');
		expect(mail.received[0]?.text).toContain('Subject: Pangea: a test');
		const feishu = await toChat('feishu', '/hook');
		chat.answer = { status: 200, body: '{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}' };
		expect(await outcome(feishu)).toBe('hookRefused: 19021 sign match fail or timestamp is not within one hour from current time');
		chat.answer = { status: 404, body: 'no_service' };
		expect(await outcome(await toChat('slack', '/gone'))).toBe('hookRefused: 404 no_service');
		const inside = await createOperations(home.engine).saveChannel(WORKSPACE, {
			kind: 'slack',
			name: 'inside',
			language: 'en',
			hook: { url: 'http://127.0.0.1:5432/', secret: null },
		});
		expect(await outcome(inside)).toBe('hookAddressRefused');
		const metadata = await createOperations(home.engine).saveChannel(WORKSPACE, {
			kind: 'slack',
			name: 'metadata',
			language: 'en',
			hook: { url: 'https://169.254.169.254/latest', secret: null },
		});
		expect(await outcome(metadata)).toBe('hookAddressRefused');
		await mail.close();
		expect(await outcome((await kept())[0]?.channel_id ?? '')).toBe('mailUnreachable');
	});

	test('leads to a group chat as each product documents it, signed where it has a secret', async () => {
		await toChat('feishu', '/open-apis/bot/v2/hook/abc', 'feishu-secret');
		await toChat('dingtalk', '/robot/send?access_token=abc', 'SECding');
		await toChat('wecom', '/cgi-bin/webhook/send?key=abc');
		await toChat('slack', '/services/T/B/abc');
		await setConnection('needsReconnect');
		await look();
		expect(await deliverAll()).toEqual([null, null, null, null]);
		const [feishu, dingtalk, wecom, slack] = ['/open-apis', '/robot', '/cgi-bin', '/services'].map((path) =>
			chat.received.find((r) => r.path.startsWith(path)),
		);
		const { timestamp, sign, ...text } = feishu?.body ?? {};
		expect(sign).toBe(createHmac('sha256', `${String(timestamp)}\nfeishu-secret`).digest('base64'));
		expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
		expect(text).toEqual({ msg_type: 'text', content: { text: expect.stringContaining('Permission has ended') } });
		const query = new URL(dingtalk?.path ?? '', chat.origin).searchParams;
		expect(query.get('access_token')).toBe('abc');
		expect(query.get('sign')).toBe(
			createHmac('sha256', 'SECding')
				.update(`${query.get('timestamp') ?? ''}\nSECding`)
				.digest('base64'),
		);
		expect(dingtalk?.body).toEqual({ msgtype: 'text', text: { content: expect.stringContaining('Permission has ended') } });
		expect(wecom?.body).toEqual({ msgtype: 'text', text: { content: expect.stringContaining('Permission has ended') } });
		expect(slack?.body).toEqual({ text: expect.stringContaining('Permission has ended') });
		// Where they lead is sealed.
		const rows = await home.database.inWorkspace(WORKSPACE, ({ db }) => db.selectFrom('notice_channel').selectAll().execute());
		expect(rows.map((row) => row.sealed?.toString('latin1') ?? '').join()).not.toContain('abc');
	});
});

describe('the queue', () => {
	/** Waits no longer than a job itself takes: what would come again later comes now. */
	async function hasten<T>(look: () => Promise<T>, done: (seen: T) => boolean): Promise<T> {
		for (const end = Date.now() + 25_000; Date.now() < end; await sleep(50)) {
			await home.database.inWorkspace(WORKSPACE, async ({ client }) => {
				await client.query('set local role none');
				await client.query(`update jobs.job set run_at = now() where name = $1 and lease_until is null`, [noticeDeliver.name]);
			});
			const seen = await look();
			if (done(seen)) return seen;
		}
		throw new Error('Waited in vain');
	}
	const dead = () => home.database.inWorkspace(WORKSPACE, (scope) => deadJobs(scope, null));
	const retry = () => createOperations(home.engine).retryDead(WORKSPACE, null, { name: noticeDeliver.name, error: 'DeliveryError' });

	test('gives a delivery up after its attempts, shows it among the dead, and brings it once when a person sends it again', async () => {
		await bindHandlers(home.engine, { intake: 0, pull: 0, backfill: 0, upkeep: 0, notices: 1 });
		await toChat('slack', '/hook');
		chat.answer = { status: 500, body: 'no' };
		await setConnection('needsReconnect');
		await look();
		const [given] = await hasten(dead, (seen) => seen.length > 0);
		expect(given).toMatchObject({ name: noticeDeliver.name, error: 'DeliveryError', count: 1 });
		expect(chat.received).toHaveLength(noticeDeliver.retryLimit + 1);
		expect(await deliveries()).toMatchObject([{ state: 'failing', attempts: noticeDeliver.retryLimit + 1 }]);
		expect(await kept()).toMatchObject([{ error_code: 'hookRefused', sent_at: null }]);

		chat.answer = { status: 200, body: 'ok' };
		expect(await retry()).toBe(1);
		expect(await dead()).toEqual([]);
		await hasten(deliveries, (seen) => seen[0]?.state === 'sent');
		expect(chat.received).toHaveLength(noticeDeliver.retryLimit + 2);
		expect(await kept()).toMatchObject([{ error_code: null, sent_at: expect.any(String) }]);
		expect(await retry()).toBe(0);
		await look();
		expect(chat.received).toHaveLength(noticeDeliver.retryLimit + 2);
	}, 60_000);

	test('drops a dead delivery that is sent again when its condition is over', async () => {
		await bindHandlers(home.engine, { intake: 0, pull: 0, backfill: 0, upkeep: 0, notices: 1 });
		await toChat('slack', '/hook');
		chat.answer = { status: 500, body: 'no' };
		await setConnection('needsReconnect');
		await look();
		await hasten(dead, (seen) => seen.length > 0);
		const asked = chat.received.length;
		await setConnection('active');
		await look();
		expect(await retry()).toBe(1);
		await hasten(deliveries, (seen) => seen[0]?.state === 'dropped');
		expect(chat.received).toHaveLength(asked);
	}, 60_000);
});
