import { createHash } from 'node:crypto';
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
	attachments: FileView[];
}

export interface FileView {
	fileId: string | null;
	name: string;
	type: string;
	bytes: number;
	state: string;
	errorCode: string | null;
	standing: string | null;
	risk: string | null;
	width: number | null;
	url: string | null;
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
	chosenFiles: { fileId: string; name: string }[];
}

/** By which the simulator knows a file again. */
export const fingerprint = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A file as a buyer puts it into a message. */
export const sent = (name: string, type: string, bytes: Buffer | string) => ({ name, type, bytes: Buffer.from(bytes) });

interface Setting {
	platform: Parameters<Desk['stage']>[0];
	/** Whose buyers write. */
	store: string;
	/** First port of the desk's processes: each file has its own. */
	port: number;
	/** Milliseconds that something may take to be shown. */
	patience: number;
	/** Of all processes. */
	environment?: Record<string, string>;
	/** Before the store is bound. */
	prepare?: (stage: Stage) => Promise<void>;
}

/** A desk of its own for the tests of a file, a freshly bound store for each of them, and what they say about its inbox. */
export function inboxStage({ platform, store, port, patience, prepare, environment = {} }: Setting) {
	const now = {} as { server: TestDatabase; desk: Desk; stage: Stage };
	beforeAll(async () => {
		now.server = await createTestDatabase();
		now.desk = await openDesk(now.server.url, port, environment);
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
	const rowOf = async (externalId: string): Promise<Row | undefined> => (await list()).find((one) => one.externalId === externalId);
	const shown = (externalId: string, text: string): Promise<Row> =>
		until(`"${text}"`, async () => {
			const row = await rowOf(externalId);
			// The world's buyers write by themselves too: what was said need not be what was said last. And what came after the list was read is not in its row yet.
			return row && (await open(row.conversationId)).messages.some((message) => message.text === text)
				? await rowOf(externalId)
				: undefined;
		});
	/** All files of a conversation, as soon as none of so many is waited for any more. */
	const settled = (conversationId: string, count: number): Promise<FileView[]> =>
		until(`${count} files`, async () => {
			const files = (await open(conversationId)).messages.flatMap((message) => message.attachments);
			return files.length >= count && files.every(({ state }) => state !== 'waiting') ? files : undefined;
		});
	return {
		now,
		settled,
		until,
		list,
		open,
		truth,
		/** What the seller's side said at the platform. */
		answers: (externalId: string): (string | null)[] =>
			truth()
				.find(({ id }) => externalId.endsWith(id))
				?.messages.flatMap((message) => (message.from === 'seller' ? [message.text] : [])) ?? [],
		/** A conversation as soon as the inbox has it with these words. */
		shown,
		/** A buyer writes, and the conversation as soon as the inbox shows it. */
		written: (text: string): Promise<Row> => shown(now.stage.control.buyerWrites(store, text), text),
		/** Chooses a file for an answer. */
		chosen: async (conversationId: string, name: string, bytes: Buffer): Promise<string> => {
			const query = new URLSearchParams({ conversation: conversationId, name }).toString();
			return (await now.stage.owner.give<{ fileId: string }>(`/upload/message-file?${query}`, bytes)).fileId;
		},
		/** Fingerprints of what the seller's side sent as files at the platform. */
		arrived: (externalId: string): string[] =>
			truth()
				.find(({ id }) => externalId.endsWith(id))
				?.messages.flatMap((message) => (message.from === 'seller' ? message.files : [])) ?? [],
		reply: async (conversationId: string, text: string, messageFileIds: string[] = []): Promise<string> => {
			const messageId = crypto.randomUUID();
			await now.stage.owner.mutate('inbox.send', { conversationId, messageId, text, messageFileIds });
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
