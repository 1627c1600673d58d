import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ReviewTheme } from '@pangea/domain';

export const THEME_WORDS: Record<ReviewTheme, MessageDescriptor> = {
	quality: msg`Quality`,
	damaged: msg`Arrived damaged`,
	notAsDescribed: msg`Not as described`,
	size: msg`Size`,
	incomplete: msg`Parts missing`,
	delivery: msg`Delivery`,
	price: msg({ message: 'Price', context: 'theme of a review' }),
	service: msg`Seller's service`,
};
