import { answerOf, questionOf } from '../core/chatter.ts';
import { type Sku, skus } from '../core/catalogue.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import type { SimOrder } from '../core/order.ts';
import type { ConversationTruth } from '../core/platform.ts';
import { hash } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { callerOfFamily, type Desk } from './caller.ts';
import type { Account } from './grants.ts';
import { itemId, parentItemId, sellerId } from './ids.ts';
import type { Notices } from './notices.ts';
import type { Family } from './render-order.ts';
import { badRequest, classic, notFound, notYours } from './replies.ts';
import { orderTime } from './wire-time.ts';

const MINUTE = 60_000;
const LONGEST = 2000;
const MAX_LIMIT = 50;
const MAX_OFFSET = 1000;
const SEEDED = 6;
/** Of so many new orders one makes somebody else ask about the same thing. */
const ONE_IN = 7;

interface Question {
	id: number;
	store: StoreSeed;
	sku: Sku;
	from: number;
	text: string;
	at: number;
	answer: { text: string; at: number } | null;
}

/** Questions that anybody asks about an item before buying it. */
export class Questions {
	readonly #desk: Desk;
	readonly #notices: Notices;
	readonly #asked = new Map<number, Question[]>();
	#count = 0;

	constructor(desk: Desk, notices: Notices) {
		this.#desk = desk;
		this.#notices = notices;
	}

	/** Somebody asks about one of the store's items. @returns the question's id */
	ask(store: StoreSeed, text: string): string {
		const before = this.#of(store);
		const question = this.#make(store, before.length, text, this.#desk.context.clock.now());
		before.push(question);
		this.#notices.question(store, question.id);
		return String(question.id);
	}

	placed(order: SimOrder): void {
		const chance = hash(this.#desk.context.world.seed, order.store.number, order.index, 79);
		if (chance % ONE_IN === 0) this.ask(order.store, questionOf(order.store, order.index + 2));
	}

	truth(store: StoreSeed): ConversationTruth[] {
		return this.#of(store).map(({ id, text, at, answer }) => ({
			store: store.id,
			id: String(id),
			unread: 0,
			messages: [
				{ id: String(id), at, from: 'buyer' as const, type: 'QUESTION', text, files: [] },
				...(answer ? [{ id: `${id}`, at: answer.at, from: 'seller' as const, type: 'ANSWER', text: answer.text, files: [] }] : []),
			],
		}));
	}

	operations(): Operation[] {
		const as = (family: Family, handle: (call: WireCall, account: Account) => WireReply) => (call: WireCall) =>
			handle(call, callerOfFamily(this.#desk, call, family));
		const of = (family: Family, base: string, suffix: string): Operation[] => [
			{
				name: `questions.search${suffix}`,
				method: 'GET',
				path: `${base}/questions/search`,
				handle: as(family, (c, a) => this.#search(c, a, family)),
			},
			{
				name: `questions.get${suffix}`,
				method: 'GET',
				path: `${base}/questions/:id`,
				handle: as(family, (c, a) => this.#get(c, a, family)),
			},
			{
				name: `questions.answer${suffix}`,
				method: 'POST',
				path: `${base}/answers`,
				handle: as(family, (c, a) => this.#answer(c, a, family)),
			},
		];
		return [...of('global', '/marketplace', ''), ...of('local', '', '.local')];
	}

	#search({ query }: WireCall, account: Account, family: Family): WireReply {
		const seller = query.get('seller_id');
		if (seller !== String(account.userId) && !account.stores.some((store) => String(sellerId(store)) === seller)) throw notYours();
		const limit = Math.min(count(query, 'limit', MAX_LIMIT), MAX_LIMIT);
		const offset = count(query, 'offset', 0);
		if (offset > MAX_OFFSET) throw badRequest(`Invalid offset: the maximum is ${MAX_OFFSET}`);
		const status = query.get('status');
		const all = account.stores
			.flatMap((store) => this.#of(store))
			.filter((question) => status === null || status === statusOf(question))
			.sort((a, b) => b.at - a.at || b.id - a.id);
		if (query.get('sort_types') !== 'DESC') all.reverse();
		const questions = all.slice(offset, offset + limit).map((question) => render(question, account, family));
		return {
			status: 200,
			body: { total: all.length, limit, questions, filters: { limit, offset, seller: account.userId } },
			records: questions,
		};
	}

	#get(call: WireCall, account: Account, family: Family): WireReply {
		const question = this.#find(account, call.params['id']);
		if (!question || call.strikes('notYet')) throw notFound();
		const records: unknown[] = [render(question, account, family)];
		return {
			status: 200,
			records,
			get body() {
				return records[0];
			},
		};
	}

	#answer(call: WireCall, account: Account, family: Family): WireReply {
		const body = call.json();
		const { question_id: id, text } = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
		const question = this.#find(account, String(id));
		if (!question) throw notFound();
		if (typeof text !== 'string' || text.trim() === '') throw badRequest('Invalid answer text');
		if (text.length > LONGEST) throw badRequest(`The answer must have at most ${LONGEST} characters`);
		// One question takes one answer (contract §7.1); the word of the refusal is not published.
		if (question.answer) throw classic(400, 'not_unanswered_question', `Question ${question.id} is not unanswered`);
		question.answer = { text, at: call.now };
		this.#notices.question(question.store, question.id);
		return { status: 200, body: render(question, account, family) };
	}

	#find(account: Account, id: string | undefined): Question | undefined {
		return account.stores.flatMap((store) => this.#of(store)).find((question) => String(question.id) === id);
	}

	#of(store: StoreSeed): Question[] {
		const known = this.#asked.get(store.number);
		if (known) return known;
		const asked: Question[] = [];
		this.#asked.set(store.number, asked);
		const now = this.#desk.context.clock.now();
		for (let i = 0; i < SEEDED; i++) {
			const at = now - (SEEDED - i) * 71 * MINUTE;
			const question = this.#make(store, i, questionOf(store, store.number + i * 2 + 2), at);
			if (i % 2 === 0) question.answer = { text: answerOf(store), at: at + 14 * MINUTE };
			asked.push(question);
		}
		return asked;
	}

	#make(store: StoreSeed, index: number, text: string, at: number): Question {
		const chance = hash(this.#desk.context.world.seed, store.number, index, 80);
		const sku = skus[chance % skus.length];
		if (!sku) throw new RangeError('The catalogue is empty');
		const id = 13_000_000_000 + store.number * 1_000_000 + this.#count++;
		return { id, store, sku, from: 900_000_000 + (chance % 1_000_000), text, at, answer: null };
	}
}

function statusOf({ answer }: Question): string {
	return answer ? 'ANSWERED' : 'UNANSWERED';
}

function render(question: Question, account: Account, family: Family): Record<string, unknown> {
	const { id, store, sku, text, at, answer, from } = question;
	const common = {
		id,
		seller_id: account.userId,
		text,
		status: statusOf(question),
		date_created: orderTime(at),
		hold: false,
		deleted_from_listing: false,
		from: { id: from },
	};
	const given = answer && { text: answer.text, status: 'ACTIVE', date_created: orderTime(answer.at) };
	if (family === 'local') return { ...common, item_id: itemId(store, sku), answer: given };
	return {
		...common,
		text_translated: null,
		item_id: parentItemId(sku),
		marketplace_item_id: itemId(store, sku),
		site_id: store.site,
		answer: given && { ...given, text_translated: null },
	};
}

function count(query: URLSearchParams, name: string, otherwise: number): number {
	const text = query.get(name);
	if (text === null) return otherwise;
	if (!/^\d{1,9}$/.test(text)) throw badRequest(`Invalid ${name}`);
	return Number(text);
}
