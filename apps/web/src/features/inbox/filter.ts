import type { ConversationViewName } from '@pangea/api';

export const VIEWS = [
	'waiting',
	'due',
	'mine',
	'nobody',
	'open',
	'snoozed',
	'done',
	'all',
] as const satisfies readonly ConversationViewName[];

/** The address holds which view and tag are shown and which conversation is open. */
export interface InboxSearch {
	view?: string;
	conversation?: string;
	/** Id of the one tag that is shown. */
	tag?: string;
}

/** Keeps the known keys with text in them. */
export function readInboxSearch(search: Record<string, unknown>): InboxSearch {
	const kept: InboxSearch = {};
	for (const key of ['view', 'conversation', 'tag'] as const) {
		const value = search[key];
		if (typeof value === 'string' && value !== '') kept[key] = value;
	}
	return kept;
}

/** The view of an address; what is none is the work that waits. */
export function viewOf({ view }: InboxSearch): ConversationViewName {
	return VIEWS.find((known) => known === view) ?? 'waiting';
}
