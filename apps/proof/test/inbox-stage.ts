import type { ConversationTruth } from '@pangea/simulator';
import { createTestDatabase, type TestDatabase } from '@pangea/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type Desk, openDesk, type Stage } from '../src/binding/desk.ts';
import { untilWithin } from '../src/rig/until.ts';

export interface MessageView {
	messageId: string;
	sender: string;
	kind: string;
	state: string;
	text: string | null;
	errorCode: string | null;
	attachments: { name: string; type: string; bytes: number }[];
}

export interface Row {
	conversationId: string;
	externalId: string;
	externalOrderId: string | null;
	kind: string;
	preview: string | null;
	subject: string | null;
	canSend: boolean | null;
	closedBy: string | null;
	unread: number;
	waitingSince: string | null;
	done: boolean;
	due: { at: string; standing: string; source: string } | null;
	snoozedUntil: string | null;
	assigneeId: string | null;
	tagIds: string[];
	lastSender: string;
}

export interface OpenView {
	conversation: Row;
	messages: MessageView[];
	notes: { text: string; userId: string; mentions: string[] }[];
	mentioned: boolean;
	draft: string;
	orderId: string | null;
	longestText: number;
}

interface Setting {
	platform: Parameters<Desk['stage']>[0];
	/** Whose buyers write. */
	store: string;
	/** First port of the desk's processes: each file has its own. */
	port: number;
	/** Milliseconds that something may take to be shown. */
	patience: number;
	/** Before the store is bound. */
	prepare?: (stage: Stage) => Promise<void>;
}

/** A desk of its own for the tests of a file, a freshly bound store for each of them, and what they say about its inbox. */
export function inboxStage({ platform, store, port, patience, prepare }: Setting) {
	const now = {} as { server: TestDatabase; desk: Desk; stage: Stage };
	beforeAll(async () => {
		now.server = await createTestDatabase();
		now.desk = await openDesk(now.server.url, port);
	}, 60_000);
	afterAll(async () => {
		await now.desk?.stop();
		await now.server?.drop();
	}, 60_000);
	beforeEach(async () => {
		now.stage = await now.desk.stage(platform);
		await now.stage.saveApp();
		await prepare?.(now.stage);
		const outcome = await now.stage.bind();
		if (outcome !== 'bound') throw new Error(outcome);
	}, 30_000);
	afterEach(async () => {
		now.desk.mend();
		await now.stage.clear();
	});

	const until = untilWithin(patience);
	const list = async (view = 'all', more: object = {}): Promise<Row[]> =>
		(await now.stage.owner.query<{ rows: Row[] }>('inbox.list', { view, limit: 200, ...more })).rows;
	const open = (conversationId: string): Promise<OpenView> => now.stage.owner.query('inbox.open', { conversationId });
	const truth = (): ConversationTruth[] => now.stage.control.conversations(store);
	const shown = (externalId: string, text: string): Promise<Row> =>
		until(`"${text}"`, async () => (await list()).find((row) => row.externalId === externalId && row.preview === text));
	return {
		now,
		until,
		list,
		open,
		truth,
		/** What the seller's side said at the platform. */
		answers: (externalId: string): (string | null)[] =>
			truth()
				.find(({ id }) => externalId.endsWith(id))
				?.messages.flatMap((message) => (message.from === 'seller' ? [message.text] : [])) ?? [],
		/** A conversation as soon as the inbox shows it with these words. */
		shown,
		/** A buyer writes, and the conversation as soon as the inbox shows it. */
		written: (text: string): Promise<Row> => shown(now.stage.control.buyerWrites(store, text), text),
		reply: async (conversationId: string, text: string): Promise<string> => {
			const messageId = crypto.randomUUID();
			await now.stage.owner.mutate('inbox.send', { conversationId, messageId, text });
			return messageId;
		},
		/** A message of ours as soon as it is in a state. */
		ended: (conversationId: string, messageId: string, state: string, millis?: number): Promise<MessageView> =>
			until(
				`${messageId} to be ${state}`,
				async () => (await open(conversationId)).messages.find((one) => one.messageId === messageId && one.state === state),
				millis,
			),
	};
}
