import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { OrderMessageKind, OrderMessageState } from '@pangea/domain';

/** What a message about an order is for. */
export const ORDER_MESSAGE_WORDS: Record<OrderMessageKind, MessageDescriptor> = {
	orderDetails: msg`Ask about the order`,
	deliveryDetails: msg`Arrange the delivery`,
	serviceDetails: msg`Arrange the service at home`,
	customization: msg`Ask about the customization`,
	problem: msg`Tell of a problem with the order`,
	accessKey: msg`Send an access key`,
	variant: msg`Ask which variant is wanted`,
	billing: msg`Ask for the details of an invoice`,
	other: msg`Write about something else`,
	reviewRequest: msg`Ask for a review`,
};

export const ORDER_MESSAGE_STATE_WORDS: Record<OrderMessageState, MessageDescriptor> = {
	queued: msg`Being sent`,
	sending: msg`Being sent`,
	accepted: msg`Sent`,
	rejected: msg`Not taken by the platform`,
	failed: msg`Not sent`,
	unknown: msg`Not known whether it was sent`,
};
