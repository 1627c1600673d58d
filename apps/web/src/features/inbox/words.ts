import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { BuyerHistoryView, ConversationViewName, ReplyDueView } from '@pangea/api';
import type { ConversationKind, FileRisk, MacroLanguage, MacroVariable, MessageKind, MessageState, PolicyRuleId } from '@pangea/domain';

/** On what the time stands by which a buyer has to be answered. */
export const CLOCK_STANDING_WORDS: Record<ReplyDueView['standing'], MessageDescriptor> = {
	confirmed: msg`As the platform counts it`,
	unconfirmed: msg`Not confirmed by the platform's own documents`,
	ours: msg`The platform names no time; this is ours`,
};

export const VIEW_WORDS: Record<ConversationViewName, MessageDescriptor> = {
	waiting: msg`Waiting for us`,
	due: msg`Due today`,
	mine: msg`Mine`,
	nobody: msg`Nobody’s`,
	open: msg`Open`,
	snoozed: msg`Snoozed`,
	done: msg`Done`,
	all: msg`All`,
};

/** Why a file is saved only after a second look. */
export const FILE_RISK_WORDS: Record<FileRisk, MessageDescriptor> = {
	program: msg`It can run as a program when it is opened.`,
	archive: msg`An archive: nobody has looked at what is in it.`,
	unpacksTooLarge: msg`An archive that unpacks to far more than it weighs: it may fill the disk.`,
	brokenArchive: msg`An archive that is broken or hides what is in it.`,
	huge: msg`A picture so large that it may bring a computer to a halt.`,
	unknown: msg`Nobody can tell what kind of file this is.`,
};

/** What a message without words is. */
export const KIND_WORDS: Record<MessageKind, MessageDescriptor> = {
	text: msg`Message`,
	image: msg`Picture`,
	video: msg`Video`,
	file: msg`File`,
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

/** What a conversation is at its platform. */
export const CONVERSATION_WORDS: Record<ConversationKind, MessageDescriptor> = {
	chat: msg`Chat`,
	question: msg`Question before the sale`,
	purchase: msg`About a purchase`,
	claim: msg`Claim`,
	case: msg`Case`,
};

/** Why another conversation counts as one with the same buyer. */
export const TIE_WORDS: Record<BuyerHistoryView['conversations'][number]['reason'], MessageDescriptor> = {
	hand: msg`Joined by hand`,
	buyer: msg`The platform names the same buyer`,
	order: msg`About the same purchase`,
};

/** In which language a text of a macro is. */
export function macroLanguageName(i18n: I18n, language: MacroLanguage): string {
	if (language === 'any') return i18n._(msg`Any language`);
	return new Intl.DisplayNames(i18n.locale, { type: 'language' }).of(language) ?? language;
}

/** What a variable of a macro stands for. */
export const MACRO_VARIABLE_WORDS: Record<MacroVariable, MessageDescriptor> = {
	buyer: msg`Buyer’s name`,
	order: msg`Order number`,
	tracking: msg`Tracking number`,
	carrier: msg`Carrier`,
	item: msg`Item`,
	store: msg`Store`,
	agent: msg`Your name`,
};

const NOT_NOW = msg`The platform lets nobody write in this conversation now. It opens again when the buyer writes or buys.`;

/** Why nobody may write, by the platforms' own words. */
const CLOSED_WORDS: Record<string, MessageDescriptor> = {
	answered: msg`This question is answered. The platform takes one answer.`,
	closed_unanswered: msg`The platform has closed this question without an answer.`,
	under_review: msg`The platform is reviewing this question. It can be answered when that is over.`,
	banned: msg`The platform has removed this question.`,
	deleted: msg`This question was deleted.`,
	disabled: msg`The platform has removed this question.`,
	read_only: msg`This platform has no way for sellers to write here. What there is to do is done in its seller centre.`,
	claim_closed: msg`This claim is closed. Nothing more can be written in it.`,
	claim_without_messages: msg`The platform lists no message among what can be done in this claim now.`,
	blocked_by_time: msg`Nobody has written for thirty days, so the platform has closed this conversation. It opens again when the buyer writes.`,
	blocked_by_conversation_expired: msg`The sale is too long ago; the platform has closed this conversation for good.`,
	blocked_by_buyer: msg`The buyer does not want messages about this purchase.`,
	blocked_by_mediation: msg`A claim is open. What there is to say is said in the claim.`,
	blocked_by_mediation_fbm: msg`A claim is open. What there is to say is said in the claim.`,
	blocked_by_claim_change_open: msg`A claim is open. What there is to say is said in the claim.`,
	blocked_by_fulfillment: msg`The platform ships this order itself and lets nobody write until it is delivered.`,
	blocked_by_payment: msg`The platform lets nobody write before the payment is settled.`,
	blocked_by_cancelled_order: msg`The order is cancelled, so the platform has closed this conversation.`,
	blocked_by_cancelled_order_by_fraud: msg`The order is cancelled, so the platform has closed this conversation.`,
	blocked_by_refund: msg`The buyer has the money back, so the platform has closed this conversation.`,
	blocked_by_conversation_initiated_by_seller: msg`At this platform the buyer has to write first.`,
	blocked_by_conversation_initiated_by_seller_limited: msg`At this platform the buyer has to write first.`,
	blocked_by_deactivated_account: msg`The buyer's account is closed.`,
	blocked_by_message_pending_review: msg`The platform is reviewing a message of this conversation. It goes on when that is over.`,
};

/** @returns the sentence, and the platform's own word beside it where that says more. */
export function closedWords(closedBy: string | null): { sentence: MessageDescriptor; word: string | null } {
	const known = closedBy === null ? undefined : CLOSED_WORDS[closedBy];
	return known ? { sentence: known, word: null } : { sentence: NOT_NOW, word: closedBy };
}

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

/** Between whom a claim is, by the platforms' own words. */
export const CASE_STAGE_WORDS: Record<string, MessageDescriptor> = {
	claim: msg`Between buyer and seller`,
	dispute: msg`The platform's mediator decides`,
	recontact: msg`Taken up again after it was closed`,
};

/** What a seller may do in a claim, by the platforms' own words. */
export const CASE_ACTION_WORDS: Record<string, MessageDescriptor> = {
	send_message_to_complainant: msg`Write to the buyer`,
	send_message_to_mediator: msg`Write to the mediator`,
	refund: msg`Refund`,
	allow_partial_refund: msg`Refund a part`,
	allow_return: msg`Accept the return`,
	open_dispute: msg`Ask the mediator`,
};
