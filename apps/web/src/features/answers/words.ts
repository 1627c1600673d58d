import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { PerformanceRowView } from '@pangea/api';

export const KIND_WORDS: Record<PerformanceRowView['kind'], MessageDescriptor> = {
	message: msg`Messages`,
	question: msg`Questions before a sale`,
	claim: msg`Claims`,
};

export const UNTOLD_WORDS: Record<PerformanceRowView['untold'][number], MessageDescriptor> = {
	solvedByAutomation: msg`what automatic answers solved`,
	holidayMode: msg`times of holiday mode`,
	buyerBlocked: msg`buyers who are blocked`,
	noReplyNeeded: msg`messages marked there alone as needing no reply`,
};
