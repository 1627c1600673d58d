import type { WorkspaceEvent } from '@pangea/domain';

/** Groups of questions that an event can make out of date. */
export type Topic =
	| 'counts'
	| 'today'
	| 'stores'
	| 'grants'
	| 'quarantine'
	| 'gaps'
	| 'sync'
	| 'members'
	| 'me'
	| 'notices'
	| 'inbox'
	| 'claims'
	| 'catalogue'
	| 'copies'
	| 'offers'
	| 'reviews'
	| 'exports'
	| 'settlements'
	| 'openings'
	| `order:${string}`;

/** What has to be asked again after an event. The order list itself is refreshed row by row, not through here. */
export function topicsOf(event: WorkspaceEvent): Topic[] {
	switch (event.kind) {
		case 'orders.changed':
			return ['counts', 'today', ...event.ids.map((id): Topic => `order:${id}`)];
		case 'store.changed':
		case 'connection.changed':
			return ['stores', 'grants', 'today', 'gaps', 'sync'];
		case 'sync.progressed':
			return ['stores', 'today', 'gaps'];
		case 'quarantine.changed':
			return ['quarantine', 'stores', 'today', 'sync'];
		case 'conversation.changed':
			return ['inbox', 'claims'];
		case 'listings.changed':
			return ['catalogue', 'copies', 'offers', 'reviews'];
		case 'reviews.changed':
			return ['reviews'];
		case 'settlements.changed':
			return ['settlements'];
		case 'notice.changed':
			return ['notices'];
		case 'export.changed':
			return ['exports'];
		case 'opening.changed':
			return ['openings'];
		case 'hidden':
			// Something in a store that this member does not see.
			return [];
		case 'member.changed':
			return ['members', 'me'];
		default:
			// A kind of a newer server: ask everything that is cheap.
			return ['counts', 'today', 'stores'];
	}
}

/** Collects topics and hands them on together, so that a burst of events asks once. */
export class TopicBatch {
	readonly #flush: (topics: Topic[]) => void;
	readonly #wait: number;
	readonly #topics = new Set<Topic>();
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** @param wait milliseconds */
	constructor(flush: (topics: Topic[]) => void, wait: number) {
		this.#flush = flush;
		this.#wait = wait;
	}

	add(topics: readonly Topic[]): void {
		for (const topic of topics) this.#topics.add(topic);
		if (this.#topics.size > 0) this.#timer ??= setTimeout(() => this.#go(), this.#wait);
	}

	close(): void {
		clearTimeout(this.#timer);
	}

	#go(): void {
		this.#timer = undefined;
		const topics = [...this.#topics];
		this.#topics.clear();
		this.#flush(topics);
	}
}
