import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlDoor } from '../checker/index.ts';
import type { Seeded } from '../rig/seeded.ts';

const SYLLABLES = 'bdfgkmpt'.split('').flatMap((consonant) => 'aeiou'.split('').map((vowel) => consonant + vowel));
/** So many conversations wait at most: buyers come as fast as they are answered. */
const MOST_WAITING = 14;
const PAUSE_MILLIS = 250;
const MOST_AHEAD_MILLIS = 3000;
const SLOWED = 0.1;

/** What an operator has to answer: a word that stands nowhere else, so that an answer can be told from all others. */
export const WORD = /\bzq[a-z]{6}\b/g;
export const answerTo = (word: string): string => `About ${word}: we are on it`;

export interface Talk {
	store: string;
	/** A case is read and closed: its platform has no way to write. */
	kind: 'message' | 'question' | 'case';
	/** What it is about; null before a sale. */
	order: string | null;
	/** What the buyer has written so far, by its word. */
	words: string[];
}

interface Told {
	id: string;
	messages: { from: string; text: string | null }[];
}

/** Where buyers write from, by how often; one store of each platform. */
const PLACES = [
	{ store: 'tiktok-br', kind: 'message', share: 0.4 },
	{ store: 'meli-mla', kind: 'message', share: 0.2 },
	{ store: 'meli-mla', kind: 'question', share: 0.1 },
	{ store: 'amazon-uk', kind: 'message', share: 0.2 },
	{ store: 'temu-de', kind: 'case', share: 0.1 },
] as const;

/** Buyers who write, each about an order of their own, and every third once more when they are answered. */
export class Buyers {
	readonly talks: Talk[] = [];
	readonly #door: ControlDoor;
	readonly #random: Seeded;
	#words = 0;

	constructor(door: ControlDoor, random: Seeded) {
		this.#door = door;
		this.#random = random;
	}

	/** Begins so many conversations. `closed` says which cases have been closed. @param until ends it early */
	async write(conversations: number, closed: () => number, until: AbortSignal): Promise<void> {
		while (this.talks.length < conversations && !until.aborted) {
			const cases = this.talks.filter((talk) => talk.kind === 'case').length;
			const waiting = (await this.unanswered()).length + Math.max(0, cases - closed());
			const isAhead = await this.#isAhead();
			if (waiting < MOST_WAITING && !isAhead) this.talks.push(await this.#begin());
			await this.#writeAgain();
			await sleep(PAUSE_MILLIS);
		}
		// Who was answered last may write again as well.
		for (let quiet = 0; quiet < 2 && !until.aborted; quiet++) {
			while ((await this.unanswered()).length > 0 && !until.aborted) {
				await this.#isAhead();
				await sleep(PAUSE_MILLIS);
			}
			await this.#writeAgain();
		}
	}

	/** Words that no answer speaks of yet. */
	async unanswered(): Promise<string[]> {
		const said = (await this.#told()).flatMap(({ messages }) =>
			messages.flatMap(({ from, text }) => (from === 'seller' && text !== null ? [text] : [])),
		);
		return this.#answerable().filter((word) => !said.some((text) => text.includes(answerTo(word))));
	}

	/** How often each word was answered at its platform, and how many of these answers went to its buyer. */
	async timesAnswered(): Promise<ReadonlyMap<string, { times: number; right: number }>> {
		const told = await this.#told();
		return new Map(
			this.#answerable().map((word) => {
				const answersIn = ({ messages }: Told): number =>
					messages.filter(({ from, text }) => from === 'seller' && text?.includes(answerTo(word))).length;
				const asked = told.find(({ messages }) => messages.some(({ from, text }) => from !== 'seller' && text?.includes(word)));
				return [word, { times: told.reduce((sum, one) => sum + answersIn(one), 0), right: asked ? answersIn(asked) : 0 }];
			}),
		);
	}

	#answerable(): string[] {
		return this.talks.flatMap((talk) => (talk.kind === 'case' ? [] : talk.words));
	}

	/**
	 * What happens moves the simulated clock on by a second, and a platform takes no call from somebody whose clock is far from its own: it is
	 * slowed down until ours has caught up, and no longer, or it falls behind.
	 */
	async #isAhead(): Promise<boolean> {
		const { now, speed } = (await this.#door.get('/clock')) as { now: number; speed: number };
		const isAhead = now > Date.now() + MOST_AHEAD_MILLIS;
		if (isAhead !== speed < 1) await this.#door.post('/clock', { speed: isAhead ? SLOWED : 1 });
		return isAhead;
	}

	async #begin(): Promise<Talk> {
		let left = this.#random.unit();
		const place = PLACES.find(({ share }) => (left -= share) < 0) ?? PLACES[0];
		const { store, kind } = place;
		const word = this.#word();
		const text = `Hello, ${word}?`;
		const write = async (of: object): Promise<unknown> => await this.#door.post('/messages', { store, text, ...of });
		if (kind === 'question') {
			await write({ before: 'sale' });
			return { store, kind, order: null, words: [word] };
		}
		const { id } = (await this.#door.post('/orders', { store })) as { id: string };
		const steps = kind === 'case' ? ['paid', 'shipped', 'delivered', 'returnRequested'] : [];
		for (const step of steps) await this.#door.post('/orders/advance', { store, id, step });
		if (kind === 'case') return { store, kind, order: id, words: [] };
		await write({ order: id });
		return { store, kind, order: id, words: [word] };
	}

	/** Every third buyer of a chat has one more word when the first is answered. */
	async #writeAgain(): Promise<void> {
		const open = new Set(await this.unanswered());
		for (const [i, talk] of this.talks.entries()) {
			if (i % 3 !== 0 || talk.store !== 'tiktok-br' || talk.words.length !== 1 || talk.words.some((word) => open.has(word))) continue;
			const word = this.#word();
			talk.words.push(word);
			await this.#door.post('/messages', { store: talk.store, text: `And ${word}?`, order: talk.order });
		}
	}

	#word(): string {
		const n = this.#words++;
		const at = (place: number): string => SYLLABLES[Math.floor((n * 7 + 11) / SYLLABLES.length ** place) % SYLLABLES.length] ?? '';
		return `zq${at(2)}${at(1)}${at(0)}`;
	}

	async #told(): Promise<Told[]> {
		const stores = new Set(this.talks.flatMap((talk) => (talk.kind === 'case' ? [] : [talk.store])));
		const told = await Promise.all(
			[...stores].map(async (store) => (await this.#door.get(`/truth/conversations?store=${store}`)) as Told[]),
		);
		return told.flat();
	}
}
