import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { CopyOutcomeView, CopyState, TargetState } from '@pangea/api';
import type { DraftField, DraftGap, GapReason, PriceEnding, RuleSource } from '@pangea/domain';

export const TARGET_WORDS: Record<TargetState, MessageDescriptor> = {
	open: msg`Not listed here`,
	listed: msg`Listed`,
	notServed: msg`Listings of this platform cannot be made here yet`,
	reconnect: msg`The platform's permission has run out`,
	writesStopped: msg`Changes are stopped for this store`,
	notRead: msg`Its listings have not been read yet`,
};

export const COPY_WORDS: Record<CopyState, MessageDescriptor> = {
	draft: msg`Draft`,
	queued: msg`Waiting`,
	sending: msg`On its way`,
	published: msg`Published`,
	refused: msg`Refused`,
	failed: msg`Not sent`,
};

export const OUTCOME_WORDS: Record<CopyOutcomeView['outcome'], MessageDescriptor> = {
	queued: msg`On its way`,
	gaps: msg`Something is still missing`,
	underWay: msg`Already on its way`,
	missing: msg`No draft to publish`,
	notOpen: msg`Cannot be listed here now`,
	failed: msg`The platform did not answer`,
};

export const SOURCE_WORDS: Record<RuleSource, MessageDescriptor> = {
	category: msg`asked by the category`,
	platform: msg`asked by the platform`,
	ours: msg`asked by us`,
};

export const ENDING_WORDS: Record<PriceEnding, MessageDescriptor> = {
	exact: msg`As converted`,
	whole: msg`Whole amount`,
	ninetyNine: msg`Ending in 99`,
};

const REASONS: Record<GapReason, (bound: string) => MessageDescriptor> = {
	missing: () => msg`Missing`,
	tooShort: (bound) => msg`At least ${bound} characters`,
	tooLong: (bound) => msg`At most ${bound} characters`,
	tooFew: (bound) => msg`At least ${bound}`,
	tooMany: (bound) => msg`At most ${bound}`,
	wrongCurrency: (bound) => msg`Has to be in ${bound}`,
	noAmount: () => msg`No amount above zero, such as 12.50`,
	belowLeast: (bound) => msg`Below the least price, ${bound}`,
	belowFloor: (bound) => msg`Below what a unit costs, landed: ${bound}`,
	noChoice: () => msg`None of the choices`,
	noNumber: () => msg`No number`,
	noUnit: (bound) => msg`Takes one of the units ${bound}`,
	noGtin: () => msg`No valid barcode: its last digit or its length is wrong`,
	noAddress: () => msg`Takes addresses that begin with https://`,
	noSpaces: () => msg`Takes no spaces`,
	notConfirmed: () => msg`Written by a machine: read and confirm it`,
	notCompared: () => msg`Look whether it is the same product, and confirm it`,
	noWholeNumber: () => msg`Takes a whole number above zero`,
};

/** Why a field is not as it needs to be. */
export function gapSentence(i18n: I18n, { reason, bound = '' }: DraftGap): string {
	return i18n._(REASONS[reason](bound));
}

/** A language by its name in the shown language. */
export function languageName(shown: string, tag: string): string {
	return new Intl.DisplayNames(shown, { type: 'language' }).of(tag) ?? tag;
}

/** What is wrong with one field, of texts in one language, of attributes with one id. */
export function gapOf(gaps: readonly DraftGap[], field: DraftField, of: string | null = null): DraftGap | undefined {
	return gaps.find((gap) => gap.field === field && (of === null || gap.language === of || gap.attribute?.id === of));
}
