import type { ConversationViewName } from '@pangea/api';

export const VIEWS = ['waiting', 'mine', 'open', 'done', 'all'] as const satisfies readonly ConversationViewName[];

/** The address holds which view is shown and which conversation is open. */
export interface InboxSearch {
	view?: string;
	conversation?: string;
}

/** Keeps the known keys with text in them. */
export function readInboxSearch(search: Record<string, unknown>): InboxSearch {
	const kept: InboxSearch = {};
	for (const key of ['view', 'conversation'] as const) {
		const value = search[key];
		if (typeof value === 'string' && value !== '') kept[key] = value;
	}
	return kept;
}

/** The view of an address; what is none is the work that waits. */
export function viewOf({ view }: InboxSearch): ConversationViewName {
	return VIEWS.find((known) => known === view) ?? 'waiting';
}
