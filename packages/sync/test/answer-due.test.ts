import { notices } from '@pangea/db';
import type { ReplyClockRule } from '@pangea/domain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Engine, lookForNotices } from '../src/index.ts';
import { bindStore, type Home, openHome, WORKSPACE } from './home.ts';
import { scriptedAdapter } from './scripted-platform.ts';

const MINUTE = 60_000;
const RULE: ReplyClockRule = {
	id: 'a.day',
	kind: 'message',
	from: '2020-01-01',
	budget: { hours: 24 },
	counted: {},
	restarts: false,
	stops: { automaticAnswer: false, smallTalk: false, noReplyNeeded: false },
	startsOnSmallTalk: true,
	leavesOut: [],
	standing: 'platform',
	confirmed: true,
	source: 'https://platform.example/clock',
};

let home: Home;
let engine: Engine;
let storeId: string;
const startedAt = Date.now();
let minutes = 0;

beforeEach(async () => {
	home = await openHome();
	minutes = 0;
	({ storeId } = await bindStore(home.engine));
	engine = under([RULE]);
});
afterEach(() => home.close());

function under(replyClocks: readonly ReplyClockRule[]): Engine {
	const adapter = scriptedAdapter({ url: home.platform.url });
	return {
		...home.another({ ...adapter, manifest: { ...adapter.manifest, replyClocks } }),
		now: () => new Date(startedAt + minutes * MINUTE),
	};
}

/** A buyer whose day to be answered in is over in so many minutes. */
async function waits(left: number, of: { kind?: string; holder?: string; dueIn?: number } = {}): Promise<string> {
	const conversationId = crypto.randomUUID();
	const facts = of.dueIn === undefined ? null : { dueAt: new Date(startedAt + of.dueIn * MINUTE).toISOString(), rawStatus: 'opened' };
	await home.database.inWorkspace(WORKSPACE, ({ client }) =>
		client.query(
			`insert into conversation (workspace_id, conversation_id, store_id, platform, kind, external_id, sealed, last_at, last_sender, waiting_since,
					assignee_id, case_facts)
				select $1, $2::uuid, $3, platform, $4, $2::uuid::text, '', $5, 'buyer', $5, $6, $7 from store where store_id = $3`,
			[
				WORKSPACE,
				conversationId,
				storeId,
				of.kind ?? 'chat',
				new Date(startedAt + (left - 24 * 60) * MINUTE),
				of.holder ?? null,
				facts && JSON.stringify(facts),
			],
		),
	);
	return conversationId;
}

async function told(by: Engine = engine): Promise<string[]> {
	await lookForNotices(by, WORKSPACE);
	const all = await home.database.inWorkspace(WORKSPACE, (scope) =>
		notices(scope, { userId: 'ana', storeScope: null }, new Date(0).toISOString()),
	);
	return all.flatMap(({ kind, subject, resolved_at: end }) => (kind === 'answerDue' && end === null ? [subject.split(' ')[0] ?? ''] : []));
}

test('an answer that is due is told to all, sooner where nobody holds the conversation, until it is given', async () => {
	const unheld = await waits(121);
	const held = await waits(121, { holder: 'ana' });
	const claim = await waits(600, { kind: 'claim', dueIn: 125 });
	await waits(600);
	expect(await told()).toEqual([]);
	minutes = 2;
	expect(await told()).toEqual([unheld]);
	minutes = 6;
	expect((await told()).toSorted()).toEqual([claim, unheld].toSorted());
	minutes = 92;
	expect((await told()).toSorted()).toEqual([claim, held, unheld].toSorted());
	await home.database.inWorkspace(WORKSPACE, ({ client }) =>
		client.query('update conversation set waiting_since = null where conversation_id = any($1)', [[held, claim]]),
	);
	expect(await told()).toEqual([unheld]);
	// Late for long it is a matter of the report.
	minutes = 121 + 121;
	expect(await told()).toEqual([]);
});

test('no answer is told as due by a time that is ours alone, nor while the conversation sleeps or is done', async () => {
	const id = await waits(10);
	expect(await told(under([{ ...RULE, standing: 'ours' }]))).toEqual([]);
	expect(await told()).toEqual([id]);
	await home.database.inWorkspace(WORKSPACE, ({ client }) => client.query('update conversation set done_at = now()'));
	expect(await told()).toEqual([]);
});
