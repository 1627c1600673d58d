import type { DraftGap, DraftRules, GlossaryTerm, ListingDraft, ListingState, PlatformId, RenderingFault } from '@pangea/domain';
import type { MoneyView } from '../shapes.ts';

/**
 * Whether a SKU can be listed in a store: `listed`, it is already. `notServed`: listings of the platform are not made here. `reconnect`: the grant is
 * dead. `writesStopped`: somebody has stopped changes. `notRead`: nobody knows yet what the store lists.
 */
export const TARGET_STATES = ['open', 'listed', 'notServed', 'reconnect', 'writesStopped', 'notRead'] as const;
export type TargetState = (typeof TARGET_STATES)[number];

export const COPY_STATES = ['draft', 'queued', 'sending', 'published', 'refused', 'failed'] as const;
export type CopyState = (typeof COPY_STATES)[number];

export interface CopyView {
	state: CopyState;
	/** Why it was not taken: a sentence's code. */
	code: string | null;
	/** The platform's own reasons, in its words. */
	reasons: { field: string | null; words: string }[];
	externalListingId: string | null;
	publishedAt: string | null;
}

export interface CopyTargetView {
	storeId: string;
	platform: PlatformId;
	state: TargetState;
	copy: CopyView | null;
	/** What the store lists of the SKU. */
	listing: { state: ListingState; rawStatus: string; issues: string[] } | null;
}

export interface CopyTargetsView {
	sku: { skuId: string; code: string; title: string; variant: string | null; imageUrl: string | null };
	targets: CopyTargetView[];
}

export interface CopyDraftView {
	draft: ListingDraft;
	/** False: proposed from what other stores list; nobody has saved it. */
	isSaved: boolean;
	/** Words to find the category by, in the language that the platform asks for where a listing has it. */
	words: string;
	/** Language of the words by which the platform finds categories. */
	searchLanguage: string;
	/** The platform also copies products of the account: such a one can stand in the place of the category. */
	copiesOwn: boolean;
	/** Texts of the SKU from which those of the draft can be made, one a language. */
	sources: TextSourceView[];
	glossary: GlossaryTerm[];
	/** Whether the workspace has named a model that translates. */
	translates: boolean;
	/** Names of those who confirmed texts of the draft, by their ids. */
	confirmers: Record<string, string>;
}

export interface TextSourceView {
	/** The store that lists it, or for which it is drafted. */
	storeId: string;
	/** A BCP 47 tag. */
	language: string;
	title: string;
	/** Empty where none is known: listings are mirrored without. */
	description: string;
}

/** What a text was in a language before. */
export interface MemoryHitView {
	memoryId: string;
	/** The text that was translated: the very one, or one like it. */
	source: string;
	target: string;
	/** A BCP 47 tag: it may be another country's. */
	targetLanguage: string;
	isSame: boolean;
	/** The member's name; empty where they have left. */
	savedBy: string;
	savedAt: string;
}

export interface MemoryView {
	source: TextSourceView;
	title: MemoryHitView | null;
	description: MemoryHitView | null;
}

/** A machine's text for a person to read, or why none is shown. */
export type MachineTextView = { text: string } | { fault: RenderingFault };

export interface MachineTextsView {
	source: TextSourceView;
	title: MachineTextView | null;
	description: MachineTextView | null;
}

/** What a price could be: that of the listing that sells most, at the last rate. */
export interface PriceProposalView {
	from: MoneyView;
	/** In the rules' currency, not rounded to any ending. */
	amount: MoneyView;
	/** The day of the rate; null where none was needed. */
	rateDay: string | null;
}

export interface CopyRulesView {
	rules: DraftRules;
	/** Null where no listing tells a price, no rate is known, or the member does not see prices. */
	proposal: PriceProposalView | null;
	/** Landed cost of a unit in the rules' currency; null where it is not known or not to be seen. */
	floor: MoneyView | null;
}

/** What became of one target that was asked for. */
export interface CopyOutcomeView {
	storeId: string;
	/** `underWay`: it was sent before and is not answered yet. */
	outcome: 'queued' | 'gaps' | 'underWay' | 'missing' | 'notOpen' | 'failed';
	gaps: DraftGap[];
	/** Of `failed`: a sentence's code. */
	code: string | null;
}
