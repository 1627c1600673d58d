import type { OpeningWay, PlatformId, StepId } from '@pangea/domain';

/** What members noted of one step. */
export interface OpeningStepView {
	step: StepId;
	/** Null: not done. */
	doneAt: string | null;
	/** Null also for somebody who has left. */
	doneBy: string | null;
	note: string;
	notedAt: string | null;
	notedBy: string | null;
}

/** A store that is being opened, or was. Its track is data of the domain: `openingTracks`. */
export interface OpeningView {
	openingId: string;
	platform: PlatformId;
	siteId: string;
	/** Of the site; `XX` for an account above all sites. */
	country: string;
	way: OpeningWay;
	/** The company that opens it; null: not said yet. */
	entity: string | null;
	/** The store that came of it. */
	storeId: string | null;
	begunAt: string;
	/** Null for somebody who has left. */
	begunBy: string | null;
	/** Since when nobody walks it any more: bound, or given up. */
	endedAt: string | null;
	/** Of the steps that somebody touched. */
	steps: OpeningStepView[];
}

/** What stores have that can be copied from one to another. */
export const COPIED_SETTINGS = ['entity', 'group', 'owner', 'colour', 'mark', 'mode'] as const;
export type CopiedSetting = (typeof COPIED_SETTINGS)[number];

/** In what a new store differs from one that it is to be like. */
export interface SettingsDifferenceView {
	/** Those that differ; null: nothing is said. Owners by name. */
	settings: { setting: CopiedSetting; from: string | null; to: string | null }[];
	/** Members who see only some stores, among them the one that is copied and not the new one; empty where the asker may not change members. */
	members: { userId: string; name: string }[];
	/** The new store's language, and how many macros have a text in it; the others want one. */
	language: string;
	macros: { fitting: number; without: string[] };
}
