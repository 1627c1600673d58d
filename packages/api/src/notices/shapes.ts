import type { ChannelKind, NoticeKind, NoticeLevel } from '@pangea/domain';
import type { ProblemView } from '../shapes.ts';

/** A condition that people have to know of. */
export interface NoticeView {
	noticeId: string;
	kind: NoticeKind;
	level: NoticeLevel;
	/** The stores it concerns, of those the member sees. */
	storeIds: string[];
	/** Counts and instants that fill the sentence: `count`, `since`, `endsAt`; of a paper its kind, country and last day: `paper`, `country`, `day`. */
	detail: Record<string, string | number>;
	since: string;
	/** Null: it stands. */
	resolvedAt: string | null;
}

export interface NoticesView {
	/** How many stand. */
	open: number;
	notices: NoticeView[];
}

/** Where notices go beside the screen. What it takes to get there never comes back. */
export interface ChannelView {
	channelId: string;
	kind: ChannelKind;
	name: string;
	language: string;
	/** The member's address. */
	email: string | null;
	sentAt: string | null;
	/** Why the last one did not arrive. */
	problem: ProblemView | null;
}
