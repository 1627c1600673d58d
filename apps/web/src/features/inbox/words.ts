import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ConversationViewName } from '@pangea/api';
import type { MessageKind, MessageState, PolicyRuleId } from '@pangea/domain';

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

/** Rules of the platforms about what may be written to a buyer, by what they are about. */
const RULE_WORDS: Record<string, MessageDescriptor> = {
	link: msg`No links to other sites`,
	'short-link': msg`No shortened links`,
	email: msg`No e-mail addresses`,
	phone: msg`No telephone numbers`,
	handle: msg`No contacts at other services`,
	'review-ask': msg`No asking for reviews`,
	'review-slant': msg`No asking for good reviews`,
	incentive: msg`No gifts or money for reviews`,
	length: msg`Longer than the platform takes`,
	'question-length': msg`Longer than the platform takes`,
	charset: msg`Characters that the platform does not take`,
	state: msg`Nobody may write in this conversation now`,
	'read-only': msg`Nothing can be written at this platform`,
};
const SOME_RULE = msg`A rule of the platform`;

export function ruleWords(rule: PolicyRuleId): MessageDescriptor {
	return RULE_WORDS[rule.slice(rule.lastIndexOf('.') + 1)] ?? SOME_RULE;
}
