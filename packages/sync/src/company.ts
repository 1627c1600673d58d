import { movePullCursor, notePullAttempt, type PullCursor, type SiblingPull, siblingPulls } from '@pangea/db';
import { NotActiveError, type Order } from '@pangea/domain';
import type { Outcome, Page, Window } from '@pangea/platform-contract';
import type { OpenStore } from './context.ts';
import type { Engine } from './engine.ts';
import { guard } from './guard.ts';
import { ingestPage } from './ingest.ts';
import type { StoreTarget } from './ingest-target.ts';

interface Sibling extends SiblingPull {
	target: StoreTarget;
}

/**
 * The other stores of a grant that a pull serves along with its own. Their cursors go through the same windows and pages, each in the
 * transaction of its own page and before the leader's: whichever of them is pulled next goes on with the same walk.
 */
export class Company {
	readonly #engine: Engine;
	readonly #own: StoreTarget;
	/** Stores whose cursor moves with the leader's. */
	#members: Sibling[];
	/** All other stores of the grant: a walk may have begun with more of them. */
	readonly #all: readonly Sibling[];
	/** How long after a poll another one brings nothing worth its price. */
	readonly #pause: number;
	/** Whether the leader must not go on with a walk that may name the others. */
	readonly startsOver: boolean;

	private constructor(engine: Engine, own: StoreTarget, together: { members: Sibling[]; all: readonly Sibling[]; pause: number } | null) {
		this.#engine = engine;
		this.#own = own;
		this.#members = together?.members ?? [];
		this.#all = together?.all ?? [];
		this.#pause = together?.pause ?? 0;
		this.startsOver = together === null;
	}

	/** Pulls the leader alone, from the start of its window. */
	static ofNobody(engine: Engine, store: OpenStore): Company {
		return new Company(engine, store.target, null);
	}

	/** Who comes along in a window that begins or goes on at a cursor. */
	static async of(engine: Engine, store: OpenStore, cursor: PullCursor, window: Window): Promise<Company> {
		const { target, adapter } = store;
		const { togetherUpToSeconds, pollSeconds } = adapter.manifest.pull;
		if (togetherUpToSeconds === undefined) return new Company(engine, target, { members: [], all: [], pause: 0 });
		const { workspaceId, platform } = target;
		const rows = await engine.database.inWorkspace(workspaceId, (scope) => siblingPulls(scope, target.storeId));
		const all = rows.map((row) => ({ ...row, target: { workspaceId, storeId: row.storeId, platform, zone: row.zone } }));
		const length = (Date.parse(window.until) - Date.parse(window.from)) / 1000;
		// A store that is further behind would find the window's beginning cut off.
		const joins = (one: PullCursor): boolean =>
			cursor.windowUntil === null
				? one.windowUntil === null && one.watermark >= cursor.watermark && length <= togetherUpToSeconds
				: one.windowUntil === cursor.windowUntil && one.pageCursor === cursor.pageCursor;
		const members = all.filter((one) => one.ready && joins(one));
		if (members.length > 0)
			await engine.database.inWorkspace(workspaceId, async (scope) => {
				for (const one of members) await notePullAttempt(scope, one.storeId, false);
			});
		return new Company(engine, target, { members, all, pause: (pollSeconds / 2) * 1000 });
	}

	get isEmpty(): boolean {
		return this.#members.length === 0;
	}

	get sites(): string[] {
		return this.#members.map((one) => one.siteId);
	}

	/** Whether a sibling's poll has brought this store up to date a moment ago. */
	cameAlong(cursor: PullCursor, window: Window): boolean {
		const news = Date.parse(window.until) - Date.parse(cursor.watermark);
		return this.#all.length > 0 && cursor.windowUntil === null && news < this.#pause;
	}

	/**
	 * Stores what a page holds of the other stores, and moves their cursors.
	 * @returns the rest of the page, which is the leader's.
	 */
	async take(page: Page<Order>, next: (had: PullCursor) => PullCursor, report: { added: number; changed: number }): Promise<Page<Order>> {
		if (this.#all.length === 0) return page;
		const own: Outcome<Order>[] = [];
		const others = new Map<Sibling, Outcome<Order>[]>(this.#members.map((one) => [one, []]));
		for (const item of page.items) {
			const siteId = item.ok ? item.value.siteId : item.siteId;
			const sibling = siteId === undefined || siteId === null ? undefined : this.#all.find((one) => one.siteId === siteId);
			if (!sibling) own.push(item);
			else if (others.has(sibling)) others.get(sibling)?.push(item);
			else others.set(sibling, [item]);
		}
		for (const [one, items] of others) await this.#store(one, { ...page, items }, next, report);
		return { ...page, items: own };
	}

	/** Moves the cursors of the others without a page. */
	async move(next: (had: PullCursor) => PullCursor): Promise<void> {
		for (const one of this.#members) {
			const is = next(one);
			await this.#engine.database.inWorkspace(this.#own.workspaceId, (scope) => movePullCursor(scope, one.storeId, one, is));
		}
	}

	async #store(
		one: Sibling,
		page: Page<Order>,
		next: (had: PullCursor) => PullCursor,
		report: { added: number; changed: number },
	): Promise<void> {
		const is = this.#members.includes(one) ? next(one) : null;
		try {
			const tally = await ingestPage(this.#engine, one.target, page, 'pull', async (scope) => {
				await guard(scope, one.storeId);
				// Somebody else moves it: the store has its own walk, and needs no more than the orders.
				if (is && !(await movePullCursor(scope, one.storeId, one, is))) this.#leave(one);
				return [];
			});
			report.added += tally.added;
			report.changed += tally.changed;
			if (is) Object.assign(one, is);
		} catch (error) {
			if (!(error instanceof NotActiveError)) throw error;
			this.#leave(one);
		}
	}

	#leave(one: Sibling): void {
		this.#members = this.#members.filter((member) => member !== one);
	}
}
