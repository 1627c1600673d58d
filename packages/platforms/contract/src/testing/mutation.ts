import type { Order, StoreDescription } from '@pangea/domain';
import { type Mutation, mutate } from '@pangea/testing';
import type { AppCredentials, Grant, HttpReply, HttpRequest, Outcome, Page, StoreContext, Window } from '../adapter.ts';
import type { PlatformAdapter } from '../capabilities.ts';
import { PlatformError } from '../error.ts';
import { testGrantContext, testStoreContext } from './context.ts';
import { faultsOfOrder } from './well-formed.ts';

/** An order as a platform holds it: the text of its document goes out as it is. */
export interface HeldOrder {
	id: string;
	/** Last change, Unix milliseconds. */
	at: number;
	text: string;
}

/** A platform whose answers are published documents, in memory: what goes over a real wire is proven elsewhere. */
export interface PublishedPlatform {
	adapter: PlatformAdapter;
	app: AppCredentials;
	hosts: Record<string, string>;
	grant: Grant;
	store: StoreDescription;
	now: Date;
	window: Window;
	/** Published order documents, each the JSON text of one order. */
	orders: readonly string[];
	/** The order under another number and time of change, so that several fit into one window. */
	placed(order: string, number: number, at: number): HeldOrder;
	/** The answer to a request while the platform holds these orders, oldest change first: a page holds three of them. */
	answer(orders: readonly HeldOrder[], request: HttpRequest): string | { status: number; body: string };
	/** The document as the replay command is given it; default: the order itself. */
	stored?(order: string): string;
}

/** What became of a mutated record: `row`, or the cause for which it was set aside. `elsewhere`: it is of another store or another time. */
export type Fate = 'row' | 'elsewhere' | { quarantined: string };

const MOST_SENDS = 500;
const MOST_PAGES = 60;
const LONGEST_CAUSE = 2000;
const SECOND = 1000;

type Send = (request: HttpRequest) => string | Buffer | { status: number; body: string };

interface Walked {
	pages: Page<Order>[];
	error: PlatformError | null;
}

/** Walks as the engine does: a page that names itself ends the walk, a cursor that died starts the window anew. Any other error is thrown. */
async function walk(platform: PublishedPlatform, send: Send, pages: Page<Order>[] = [], cursor: string | null = null): Promise<Walked> {
	const already = pages.length;
	let before = cursor;
	try {
		for await (const page of platform.adapter.orders.pull(contextOf(platform, send), platform.window, cursor)) {
			checkPage(page);
			if (page.next !== null && page.next === before)
				throw new PlatformError({ kind: 'unexpected', userMessage: { code: 'answerNotUnderstood' }, detail: 'stuck' });
			before = page.next;
			pages.push(page);
			if (pages.length - already > MOST_PAGES) throw new Error('The walk does not end');
		}
		return { pages, error: null };
	} catch (error) {
		if (!(error instanceof PlatformError)) throw error;
		if (error.kind === 'rejected' && cursor !== null && pages.length === already) return await walk(platform, send, pages);
		return { pages, error };
	}
}

function contextOf(platform: PublishedPlatform, send: Send): StoreContext {
	let sends = 0;
	const http = {
		send: async (request: HttpRequest): Promise<HttpReply> => {
			if (++sends > MOST_SENDS) throw new Error('The adapter asks without end');
			const answer = send(request);
			const { status, body } = typeof answer === 'string' || Buffer.isBuffer(answer) ? { status: 200, body: answer } : answer;
			return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
		},
		adjustBudget: async () => {},
	};
	const { adapter, app, hosts, now, grant, store } = platform;
	const signal = new AbortController().signal;
	return testStoreContext(adapter, testGrantContext(adapter, { app, hosts, http, now: () => now, signal }, grant), store);
}

function checkPage(page: Page<Order>): void {
	for (const item of page.items) {
		checkOutcome(item);
		for (const reply of item.replies) if (!page.replies[reply]) throw new Error(`There is no reply ${reply}`);
	}
	if (Number.isNaN(Date.parse(page.watermark))) throw new Error('The watermark is no time');
}

function checkOutcome(outcome: Outcome<Order>): void {
	if (outcome.ok) {
		const faults = faultsOfOrder(outcome.value);
		if (faults.length > 0) throw new Error(`A row is no order: ${faults.join('; ')}`);
		return;
	}
	if (outcome.cause === '' || outcome.cause.length > LONGEST_CAUSE) throw new Error(`A cause of ${outcome.cause.length} characters`);
	if (typeof outcome.raw !== 'string' || outcome.raw === '') throw new Error('A quarantined record without its text');
	if (outcome.externalId !== null && (typeof outcome.externalId !== 'string' || outcome.externalId.length > 500))
		throw new Error('A quarantined record under an id that is none');
}

interface Scene {
	held: HeldOrder[];
	/** The one to mutate; the others must arrive whatever happens to it. */
	subject: HeldOrder;
	others: string[];
}

/** Four orders on two pages; the second of the first page is the subject. */
function sceneOf(platform: PublishedPlatform, sample: number): Scene {
	const from = Date.parse(platform.window.from);
	const order = (index: number): string => platform.orders[index % platform.orders.length] ?? '';
	const held = [0, 1, 2, 3].map((i) => platform.placed(order(i === 1 ? sample : sample + i), i + 1, from + (i + 1) * 600 * SECOND));
	const [, subject] = held;
	if (!subject) throw new Error('A scene has four orders');
	return { held, subject, others: held.filter((one) => one !== subject).map((one) => one.id) };
}

/**
 * One record of a page is mutated, the answer around it is whole. The walk must not fail, everything else must arrive, the record must
 * become a row or a record with its cause; read as a stored document it must do the same.
 * @throws Error that says what went wrong.
 */
export async function walkWithMutatedRecord(platform: PublishedPlatform, sample: number, mutations: readonly Mutation[]): Promise<Fate> {
	const { held, subject, others } = sceneOf(platform, sample);
	const mutated = mutate(subject.text, mutations).toString('utf8');
	readStored(platform, Buffer.from(platform.stored?.(mutated) ?? mutated));
	const orders = held.map((one) => (one === subject ? { ...one, text: mutated } : one));
	const { pages, error } = await walk(platform, (request) => platform.answer(orders, request));
	if (error) throw new Error(`One record stops the walk: ${error.kind} ${error.message}`, { cause: error });
	const items = pages.flatMap((page) => page.items);
	const missing = others.filter((id) => !items.some((item) => item.ok && item.value.externalId === id));
	if (missing.length > 0) throw new Error(`One record costs ${missing.length} others`);
	const [outcome] = items.filter((item) => !(item.ok && others.includes(item.value.externalId)));
	if (!outcome) return 'elsewhere';
	return outcome.ok ? 'row' : { quarantined: outcome.cause };
}

/**
 * One answer of a walk is mutated, whole, once or for good. The walk must end with the truth or an error of the contract's kinds, and a
 * platform that has recovered must be walked to its end from where it stood.
 * @returns the kind of the error, or `read` when the answer was understood in spite of all.
 * @throws Error that says what went wrong.
 */
export async function walkWithMutatedAnswer(
	platform: PublishedPlatform,
	sample: number,
	which: number,
	lasting: boolean,
	mutations: readonly Mutation[],
): Promise<string> {
	const { held, others, subject } = sceneOf(platform, sample);
	const healthy: Send = (request) => platform.answer(held, request);
	const asked: HttpRequest[] = [];
	await walk(platform, (request) => (asked.push(request), healthy(request)));
	const target = asked[which % asked.length];
	if (!target) throw new Error('The walk asks nothing');
	const key = keyOf(target);
	let hit: number | null = null;
	const pages: Page<Order>[] = [];
	const damaged: Send = (request) => {
		const answer = healthy(request);
		if (keyOf(request) !== key || (hit !== null && !lasting) || typeof answer !== 'string') return answer;
		hit ??= pages.length;
		const bytes = mutate(answer, mutations);
		readStored(platform, bytes);
		return bytes;
	};
	const { error } = await walk(platform, damaged, pages);
	if (!error) return 'read';
	const spoiltPage = hit !== null && pages.length > hit;
	const rest = await walk(platform, healthy, pages, pages.at(-1)?.next ?? null);
	if (rest.error) throw new Error(`The walk does not recover: ${rest.error.kind} ${rest.error.message}`, { cause: rest.error });
	const arrived = new Set(rest.pages.flatMap((page) => page.items.flatMap((item) => (item.ok ? [item.value.externalId] : []))));
	const missing = [...others, subject.id].filter((id) => !arrived.has(id));
	if (!spoiltPage && missing.length > 0) throw new Error(`An answer that was refused costs ${missing.length} orders`);
	return error.kind;
}

const keyOf = (request: HttpRequest): string => `${request.method} ${request.url} ${stable(request.body ?? '')}`;

// Signatures and their times are no part of the question.
const stable = (text: string): string => text.replace(/"(?:sign|timestamp)":(?:"\w*"|\d+)/g, '');

function readStored({ adapter, store }: PublishedPlatform, body: Buffer): void {
	const site = adapter.manifest.sites.find((one) => one.id === store.siteId);
	const place = { siteId: store.siteId, currency: site?.currency ?? 'USD', zone: site?.zone ?? 'UTC' };
	for (const record of adapter.orders.read({ name: 'mutated', body }, place) ?? []) checkOutcome(record);
}
