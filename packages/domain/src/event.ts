/**
 * What happened in a workspace, as hints for screens: ids only, never data. Every event has the workspace's next number
 * without a gap; a client that knows the last number it saw can ask for the rest.
 */
export const EVENT_KINDS = [
	'orders.changed',
	'store.changed',
	'connection.changed',
	'sync.progressed',
	'quarantine.changed',
	'conversation.changed',
	'listings.changed',
	'reviews.changed',
	'settlements.changed',
	'member.changed',
	'notice.changed',
	'export.changed',
	'opening.changed',
	/** Something in a store outside the member's scope: keeps the numbers gapless and tells nothing. */
	'hidden',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface WorkspaceEvent {
	/** Per-workspace number as decimal text; gapless and increasing. */
	seq: string;
	kind: EventKind;
	/** Null when the event is about the whole workspace. */
	storeId: string | null;
	/** Ids of the subjects (order ids, connection ids); empty when too many to name: then refetch. */
	ids: string[];
	/** ISO instant of the commit's start. */
	at: string;
}
