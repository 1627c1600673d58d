import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ReviewImportView } from '@pangea/api';
import type { ReviewCause, ReviewColumn } from '@pangea/domain';

export const REVIEW_COLUMN_WORDS: Record<ReviewColumn, MessageDescriptor> = {
	id: msg`Number of the review`,
	product: msg`Listing or SKU`,
	author: msg`Who wrote it`,
	day: msg`Written on`,
	rating: msg`Stars`,
	title: msg`Title`,
	text: msg`Words`,
};

/** What is wrong with a row, and what to do about it. */
export const REVIEW_CAUSE_WORDS: Record<ReviewCause, MessageDescriptor> = {
	productMissing: msg`Nothing says what it is about; choose a column, or one for all rows`,
	productUnknown: msg`The store has no listing or SKU of that name`,
	dayMissing: msg`There is no day; choose one for all rows, or a column`,
	dayWrong: msg`This is no day such as 2026-11-28`,
	ratingMissing: msg`The stars are missing`,
	ratingWrong: msg`These are not one to five whole stars`,
	nothingToKnowBy: msg`Without number, writer and words it cannot be told from another one`,
	tooLong: msg`Longer than a review can be`,
	twice: msg`Another row says something else of the same review`,
};

export const VERDICT_WORDS: Record<ReviewImportView['verdicts'][number]['verdict'], MessageDescriptor> = {
	fresh: msg`new`,
	changed: msg`changed`,
	same: msg`known already`,
};
