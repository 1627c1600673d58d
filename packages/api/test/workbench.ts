import { createHmac } from 'node:crypto';
import { Database } from '@pangea/db';
import type { DraftRules, ReviewTopics } from '@pangea/domain';
import { createTestDatabase } from '@pangea/testing';
import { masterKeyFromText, newMasterKeyText, newWrappedKey, openBox, type SealedBox } from '@pangea/vault';
import { type Auth, createAuth, createCaller, type Operations, recordPersonal, type Services, type SessionUser } from '../src/index.ts';

/** What every store of these tests asks of a listing: little. */
const TOPICS: ReviewTopics = {
	from: '2026-05-01T00:00:00.000Z',
	until: '2026-11-01T00:00:00.000Z',
	topics: [{ topic: 'Quality', praised: true, mentions: 12, impact: 0.4, snippets: ['Solid.'] }],
};
const DRAFT_RULES: DraftRules = {
	categoryId: 'C1',
	categoryName: 'Lamps',
	languages: ['en'],
	title: { least: 1, most: 60 },
	description: { required: false, most: 1000 },
	images: { least: 0, most: 9 },
	stock: 'asked',
	currency: 'USD',
	price: 'paid',
	leastPrice: null,
	gtin: 'none',
	sellerSku: { most: 255, spaces: true },
	attributes: [],
	source: 'https://platform.example/rules',
};

/** An API over a database of its own. Calls that would reach a platform are recorded instead: the sync engine has its own tests. */
export interface TestApi {
	database: Database;
	auth: Auth;
	services: Services;
	calls: { name: string; args: unknown[] }[];
	box: SealedBox;
	databaseUrl: string;
	user(name: string): Promise<SessionUser>;
	as(user: SessionUser | null, workspaceId?: string | null): ReturnType<typeof createCaller>;
	close(): Promise<void>;
}

export async function createTestApi(): Promise<TestApi> {
	const home = await createTestDatabase();
	const database = new Database({ url: home.url, name: 'api test', onIdleError: () => {} });
	const auth = createAuth({
		databaseUrl: home.url,
		secret: 'a-secret-of-more-than-thirty-two-characters',
		publicUrl: 'http://localhost:4780',
		onIdleError: () => {},
		onDeed: (userId, deed) => recordPersonal(database, userId, deed),
	});
	const master = masterKeyFromText(newMasterKeyText());
	const box = await openBox(master, [{ ...(await newWrappedKey(master)), generation: 1, seals: true }]);
	const calls: TestApi['calls'] = [];
	const record =
		<T>(name: string, result: T) =>
		(...args: unknown[]): Promise<T> => {
			calls.push({ name, args });
			return Promise.resolve(result);
		};
	const operations: Operations = {
		box: () => Promise.resolve(box),
		saveApp: record('saveApp', undefined),
		authorizeUrl: record('authorizeUrl', 'https://platform.example/consent'),
		bind: record('bind', { connectionId: '01a00000-0000-7000-8000-00000000000c', stores: 1 }),
		renew: record('renew', undefined),
		disconnect: record('disconnect', {
			revokedAtPlatform: true,
			secretsDeleted: 1,
			buyerRecordsDeleted: 0,
			repliesDeleted: 0,
			setAsideDeleted: 0,
			messagesDeleted: 0,
			storesStopped: 1,
			ordersKept: 0,
		}),
		requestBackfill: record('requestBackfill', undefined),
		checkGaps: record('checkGaps', undefined),
		refillGap: record('refillGap', undefined),
		replayQuarantine: record('replayQuarantine', { replayed: 0, waiting: 0 }),
		sendReply: record('sendReply', { sentAt: '2026-11-29T00:00:00.000Z', isNew: true }),
		offerOrderMessages: record('offerOrderMessages', { allowed: [], elsewhere: [], language: null }),
		sendOrderMessage: record('sendOrderMessage', true),
		takeBackReply: record('takeBackReply', 'Dear Ana Buyer'),
		wakeConversations: record('wakeConversations', undefined),
		lookForNotices: record('lookForNotices', undefined),
		sendReplyAgain: record('sendReplyAgain', undefined),
		askForFile: record('askForFile', undefined),
		saveMailbox: record('saveMailbox', undefined),
		removeMailbox: record('removeMailbox', undefined),
		tellSeen: record('tellSeen', undefined),
		saveChannel: record('saveChannel', '01a00000-0000-7000-8000-000000000000'),
		testChannel: record('testChannel', undefined),
		retryDead: record('retryDead', 0),
		writeExport: record('writeExport', undefined),
		lookAtHostKey: record('lookAtHostKey', `ssh-ed25519 SHA256:${'k'.repeat(43)}`),
		tryDestination: record('tryDestination', undefined),
		sendExport: record('sendExport', undefined),
		reviewTopics: record('reviewTopics', TOPICS),
		suggestCategories: record('suggestCategories', []),
		draftRules: record('draftRules', DRAFT_RULES),
		publishCopy: record('publishCopy', undefined),
		sendOffers: record('sendOffers', undefined),
	};
	const services: Services = {
		database,
		registry: new Map(),
		operations,
		people: auth,
		modelOrigins: [],
		sign: (text) => createHmac('sha256', 'a key of the test').update(text).digest('base64url'),
		publicUrl: 'http://localhost:4780',
		now: () => new Date(),
		onUnexpected: () => {},
	};
	return {
		database,
		auth,
		services,
		calls,
		box,
		databaseUrl: home.url,
		user: async (name) => {
			const email = `${name}@example.test`;
			const id = await auth.ensureUser({ name, email, password: 'a long enough password' });
			return { id, name, email, language: null, sessionId: `session of ${name}`, secondFactor: false };
		},
		as: (user, workspaceId = null) => createCaller({ services, user, workspaceId }),
		close: async () => {
			await auth.close();
			await database.close();
			await home.drop();
		},
	};
}
