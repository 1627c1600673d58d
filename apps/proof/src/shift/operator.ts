import { setTimeout as sleep } from 'node:timers/promises';
import { cookiesIn, type launchBrowser, type Visitor, visit } from '@pangea/e2e/browser';
import { answerTo, WORD } from './buyers.ts';

const LOOK_MILLIS = 60;
/** What a person is willing to wait for before they look elsewhere. */
const PATIENCE = 45_000;
/** What the browser says by itself when a line is cut or nobody is at home. */
const NETWORK = /Failed to load resource|WebSocket|net::ERR_|Failed to fetch/;

/** The views that they work off, by their names on the screen. */
const TABS = { waiting: 'Waiting for us', mine: 'Mine', nobody: 'Nobody’s' } as const;
type View = keyof typeof TABS;
type End = 'answered' | 'closed' | 'left';

/** Somebody who answers buyers in a browser: looks at the screen, and does everything by keyboard. */
export class Operator {
	/** How many conversations ended how. */
	readonly ends: Record<End, number> = { answered: 0, closed: 0, left: 0 };
	/** What they could not do, in the order in which it happened. */
	readonly complaints: string[] = [];
	readonly #visitor: Visitor;
	readonly #name: string;
	readonly #documents: number;

	private constructor(visitor: Visitor, name: string) {
		this.#visitor = visitor;
		this.#name = name;
		this.#documents = visitor.documents();
	}

	/** @param cookie of an open session, as a header. */
	static async begin(browser: Awaited<ReturnType<typeof launchBrowser>>, url: string, role: string, cookie: string): Promise<Operator> {
		const visitor = await visit(browser, url, { cookies: cookiesIn(cookie) });
		await visitor.page.goto('/inbox');
		await visitor.page.locator('nav.tabs.halves').waitFor();
		return new Operator(visitor, role);
	}

	get #page(): Visitor['page'] {
		return this.#visitor.page;
	}

	/** Goes on until told to stop. */
	async work(until: AbortSignal): Promise<void> {
		while (!until.aborted) {
			try {
				if (!(await this.#workOff('nobody', until)) && !(await this.#workOff('mine', until))) await sleep(300);
			} catch (error) {
				const shown = await this.#page
					.locator('.thread')
					.innerText()
					.catch(() => 'no conversation');
				this.complaints.push(`${this.#name}: ${String(error).split('\n')[0]} before: ${shown.slice(0, 300).replaceAll('\n', ' | ')}`);
				if (this.complaints.length > 20 || this.#page.isClosed()) return;
				await this.#leave().catch(() => {});
			}
		}
	}

	/** Errors of the page, and whether it was loaded again. */
	wrong(): string[] {
		const errors = this.#visitor.errors
			.filter((error) => !NETWORK.test(error))
			.map((error) => `${this.#name} was shown an error: ${error}`);
		const again = this.#visitor.documents() - this.#documents;
		return [...this.complaints, ...errors, ...(again > 0 ? [`${this.#name}’s page was loaded again ${again} times`] : [])];
	}

	/** What stands before them now. */
	async sees(): Promise<string> {
		const text = async (selector: string): Promise<string> =>
			(
				await this.#page
					.locator(selector)
					.first()
					.innerText({ timeout: 1000 })
					.catch(() => 'nothing')
			)
				.replaceAll('\n', ' | ')
				.slice(0, 400);
		return `${this.#name} at ${this.#page.url()} sees ${await text('nav.tabs.halves')}; list: ${await text('.conversations')}; thread: ${await text('.thread')}`;
	}

	/** How many conversations a view counts. */
	async countOf(view: View): Promise<number> {
		const tab = this.#page.locator('nav.tabs.halves button').filter({ hasText: TABS[view] });
		return Number(
			(
				await tab
					.locator('.count')
					.textContent({ timeout: 500 })
					.catch(() => '0')
			)?.replace(/\D/g, '') ?? 0,
		);
	}

	/** Takes what a view shows, one after the other. @returns whether there was anything. */
	async #workOff(view: View, until: AbortSignal): Promise<boolean> {
		await this.#go(view);
		for (let any = false; ; any = true) {
			if (until.aborted || !(await this.#next())) return any;
			this.ends[await this.#handle()]++;
		}
	}

	/** V goes from view to view. */
	async #go(view: View): Promise<void> {
		await this.#leave();
		for (let tries = 0; tries < 10; tries++) {
			const current = this.#page.locator('nav.tabs.halves button[aria-current=page]');
			if ((await current.textContent())?.startsWith(TABS[view])) return;
			await this.#page.keyboard.press('v');
			await sleep(LOOK_MILLIS);
		}
		throw new Error(`could not get to ${view}`);
	}

	/** Opens the next conversation, if one comes up soon. */
	async #next(): Promise<boolean> {
		for (let looks = 0; looks < 8; looks++) {
			if ((await this.#rows.count()) > 0) {
				if (this.#open === null || (await this.#rows.and(this.#page.locator('[aria-current=true]')).count()) === 0)
					await this.#page.keyboard.press('j');
				if (this.#open !== null) return true;
			}
			await sleep(LOOK_MILLIS);
		}
		return false;
	}

	get #rows() {
		return this.#page.locator('.conversations [data-conversation]');
	}

	get #open(): string | null {
		return new URL(this.#page.url()).searchParams.get('conversation');
	}

	async #handle(): Promise<End> {
		const { keyboard } = this.#page;
		const open = this.#open;
		// The address changes before the screen does; somebody who looks reads what is there.
		const thread = this.#page.locator(`.thread[data-open="${open}"]`);
		await thread.locator('.said').waitFor({ timeout: PATIENCE });
		if (!(await this.#take())) {
			await this.#leave();
			return 'left';
		}
		const words = await this.#unanswered();
		const field = this.#field;
		if (words.length === 0 || (await field.count()) === 0) return await this.#close(open, 'closed');
		await keyboard.press('r');
		const begun = await field.inputValue();
		const answer = words.map(answerTo).join(' · ');
		if (begun !== answer) {
			if (begun !== '') await keyboard.press('Control+a');
			await keyboard.type(answer);
		}
		// What is told from here on is told of this answer.
		await this.#page.locator('.toast.problem').first().waitFor({ state: 'detached', timeout: PATIENCE });
		await keyboard.press('Enter');
		const shown = thread.locator('.ours .bubble:not(.lost)').filter({ hasText: answer });
		const asked = thread.locator('.overtaken').or(this.#page.locator('.toast.problem'));
		await shown.or(asked).first().waitFor({ timeout: PATIENCE });
		if ((await asked.count()) > 0) {
			// Something came in between: looked at, and begun anew.
			await keyboard.press('Control+a');
			await keyboard.press('Delete');
			await keyboard.press('Escape');
			return 'left';
		}
		await keyboard.press('Escape');
		// What came up while the answer went is read before anything is closed.
		if ((await this.#unanswered()).length > 0) return 'left';
		return await this.#close(open, 'answered');
	}

	get #field() {
		return this.#page.locator('.thread .composer textarea');
	}

	/** @returns whether it is theirs now, and not a colleague's. */
	async #take(): Promise<boolean> {
		const mine = this.#page.locator('.thread header button[aria-keyshortcuts=a]');
		if ((await mine.textContent()) === 'Give back') return true;
		const holder = this.#page.locator('.thread header > small.soft');
		if ((await holder.count()) > 0) return false;
		await this.#page.keyboard.press('a');
		for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(LOOK_MILLIS)) {
			if ((await mine.textContent({ timeout: 500 }).catch(() => null)) === 'Give back') return true;
			if ((await holder.count()) > 0) return false;
		}
		throw new Error('took it, and nothing was seen of it');
	}

	/** The buyer's words that nobody's answer speaks of. */
	async #unanswered(): Promise<string[]> {
		const [theirs, ours] = await Promise.all(
			['theirs', 'ours'].map((of) => this.#page.locator(`.thread .${of} .bubble:not(.lost)`).allInnerTexts()),
		);
		const words = (theirs ?? []).flatMap((text) => text.match(WORD) ?? []);
		return [...new Set(words)].filter((word) => !ours?.some((text) => text.includes(answerTo(word))));
	}

	async #close(open: string | null, end: End): Promise<End> {
		await this.#page.keyboard.press('e');
		const row = this.#page.locator(`.conversations [data-conversation="${open}"]`);
		const refused = this.#page.locator('.toast.problem').filter({ hasText: 'so it stays open' });
		// It is gone from the list once the server has it.
		for (const late = Date.now() + PATIENCE; Date.now() < late; await sleep(LOOK_MILLIS)) {
			if ((await row.count()) === 0) return end;
			if ((await refused.count()) > 0) return 'left';
		}
		throw new Error('closed it, and it stayed');
	}

	/** Out of the field and of the conversation. */
	async #leave(): Promise<void> {
		for (let tries = 0; tries < 3 && this.#open !== null; tries++) {
			await this.#page.keyboard.press('Escape');
			await sleep(LOOK_MILLIS);
		}
	}
}
