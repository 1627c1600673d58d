import { sealedReply, storedReplies } from '@pangea/db';
import type { RawReply } from '@pangea/platform-contract';
import { unpackBytes } from '@pangea/vault';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageDigest } from '../src/digest.ts';
import { ingestPage } from '../src/index.ts';
import type { StoreTarget } from '../src/ingest-target.ts';
import { PLACES } from '../src/keyring.ts';
import { bindStore, type Home, openHome, WORKSPACE } from './home.ts';
import { toOrder } from './scripted-platform.ts';

/** Replies die with their age. */
const AT = Date.now() - 30 * 86_400_000;
let home: Home;
let target: StoreTarget;

beforeAll(async () => {
	home = await openHome();
	const { storeId } = await bindStore(home.engine);
	target = { workspaceId: WORKSPACE, storeId, platform: 'temu', zone: 'UTC' };
});
afterAll(() => home.close());

function reply(operation: string, body: string, millis = 0): RawReply {
	return { operation, fetchedAt: new Date(AT + millis).toISOString(), body: Buffer.from(body) };
}

describe('the digest of a page', () => {
	const digest = (...bodies: string[]) =>
		pageDigest(
			bodies.map((b) => Buffer.from(b)),
			['request_id', 'requestId'],
		).toString('hex');
	test('is the same when only numbers of requests differ, wherever they stand', () => {
		expect(digest('{"requestId":"a","orders":[1],"request_id":"b"}')).toBe(digest('{"requestId":"c1","orders":[1],"request_id":""}'));
	});
	test('differs when anything else differs, also where one answer ends and the next begins', () => {
		const one = digest('{"orders":[1]}', '{"orders":[2]}');
		expect(one).not.toBe(digest('{"orders":[1]}', '{"orders":[3]}'));
		expect(one).not.toBe(digest('{"orders":[1]}{"orders":[2]}'));
		expect(digest('{"request_ids":"a"}')).not.toBe(digest('{"request_ids":"b"}'));
	});
	test('takes a cut-off answer as it is', () => {
		expect(digest('{"request_id":"abc')).not.toBe(digest('{"request_id'));
	});
});

describe('the replies behind a page', () => {
	const replies = [
		reply('list', '{"list":["a","ü"]}'),
		reply('detail', '{"id":"a"}', 1500),
		reply('unused', '{}'),
		reply('detail', '{"id":"ü"}', 2500),
	];

	test('lie in one sealed pack and are found again each by itself, those no order rests on are not kept', async () => {
		const items = ['a', 'ü'].map((id, i) => ({
			ok: true as const,
			value: toOrder({ id, updatedAt: AT + i, status: 'PAID' }),
			replies: i === 0 ? [0, 1] : [0, 3],
		}));
		const page = { items, replies, next: null, watermark: new Date(AT).toISOString(), total: null };
		await ingestPage(home.engine, target, page, 'pull');
		const box = await home.engine.keys.box(WORKSPACE);
		await home.database.inWorkspace(WORKSPACE, async (scope) => {
			expect(await scope.db.selectFrom('raw_reply').select('raw_reply_id').execute()).toHaveLength(1);
			const orders = await scope.db.selectFrom('orders').select(['external_id', 'raw_reply_ids']).orderBy('external_id').execute();
			const texts = [];
			for (const { raw_reply_ids } of orders) {
				const found = await storedReplies(scope, raw_reply_ids);
				expect(found.map((f) => f.operation).sort()).toEqual(['detail', 'list']);
				for (const { rawReplyId, size, fetchedAt, operation } of found) {
					const kept = await sealedReply(scope, [target.storeId], rawReplyId);
					if (!kept) throw new Error('The reply is gone');
					const plain = unpackBytes(box.open(kept.sealed, PLACES.reply(kept.packId)));
					const text = plain.toString('utf8', kept.offset, kept.offset + size);
					const source = replies.find((r) => r.body.toString() === text);
					expect([source?.operation, source?.fetchedAt]).toEqual([operation, fetchedAt]);
					texts.push(text);
				}
				expect(await sealedReply(scope, [], raw_reply_ids[0] ?? '')).toBeNull();
			}
			expect(texts.sort()).toEqual(['{"id":"a"}', '{"id":"ü"}', '{"list":["a","ü"]}', '{"list":["a","ü"]}']);
			const [pack] = orders[0]?.raw_reply_ids ?? [];
			expect(await storedReplies(scope, [`${pack?.slice(0, -4)}0002`, `${pack?.slice(0, -4)}ffff`])).toEqual([]);
		});
	});

	test('from before there were packs are rows of their own', async () => {
		const id = '01a00000-0000-7000-8000-00000000abcd';
		await home.database.inWorkspace(WORKSPACE, async (scope) => {
			await scope.db
				.insertInto('raw_reply')
				.values({
					workspace_id: WORKSPACE,
					raw_reply_id: id,
					store_id: target.storeId,
					platform: 'temu',
					operation: 'old',
					fetched_at: new Date(AT).toISOString(),
					digest: Buffer.from('old'),
					size: 3,
					sealed: Buffer.from('old'),
					operations: [],
					parts: [],
				})
				.execute();
			expect(await storedReplies(scope, [id])).toEqual([
				{ rawReplyId: id, packId: id, operation: 'old', fetchedAt: new Date(AT).toISOString(), size: 3, offset: 0 },
			]);
			expect((await sealedReply(scope, null, id))?.sealed.toString()).toBe('old');
		});
	});
});
