import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ConversationViewName } from '@pangea/api';
import type { MessageKind, MessageState } from '@pangea/domain';

export const VIEW_WORDS: Record<ConversationViewName, MessageDescriptor> = {
	waiting: msg`Waiting for us`,
	mine: msg`Mine`,
	open: msg`Open`,
	done: msg`Done`,
	all: msg`All`,
};

/** What a message without words is. */
export const KIND_WORDS: Record<MessageKind, MessageDescriptor> = {
	text: msg`Message`,
	image: msg`Picture`,
	video: msg`Video`,
	orderCard: msg`Order card`,
	productCard: msg`Product card`,
	returnCard: msg`Return card`,
	couponCard: msg`Coupon`,
	notice: msg`Notice of the platform`,
	other: msg`Can be seen at the platform only`,
};

export const MESSAGE_STATE_WORDS: Record<MessageState, MessageDescriptor> = {
	received: msg`Received`,
	queued: msg`Being sent`,
	sending: msg`Being sent`,
	accepted: msg`Sent`,
	rejected: msg`Not taken by the platform`,
	failed: msg`Not sent`,
};
