import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ChannelKind, NoticeKind } from '@pangea/domain';

export const NOTICE_WORDS: Record<NoticeKind, MessageDescriptor> = {
	grantEnded: msg`Permission has ended`,
	grantEnding: msg`Permission ends soon`,
	syncStalled: msg`Orders stand still`,
	ordersLacking: msg`Orders are missing`,
	quarantineGrowing: msg`Records are set aside`,
	salesRepaired: msg`Figures were corrected`,
	paperEnded: msg`A paper of a company has ended`,
	paperEnding: msg`A paper of a company ends soon`,
	mentioned: msg`You were named in a note`,
	exportReady: msg`Your scheduled files are ready`,
	exportMissed: msg`A scheduled export was missed`,
	lowReview: msg`A review of few stars`,
	answerDue: msg`An answer is due`,
};

/** What a person can do about it, on the place that the notice leads to. */
export const NOTICE_DEEDS: Record<NoticeKind, MessageDescriptor> = {
	grantEnded: msg`The store's owner has to grant it again: reconnect.`,
	grantEnding: msg`Reconnect before it ends, so that no order is missed.`,
	syncStalled: msg`The store's card says what is the matter.`,
	ordersLacking: msg`The platform counts them and its list does not give them out.`,
	quarantineGrowing: msg`They could not be understood. Nothing is lost.`,
	salesRepaired: msg`Sums of sales differed from their orders and were corrected. Tell who runs Pangea.`,
	paperEnded: msg`Renew it and write the new date into the dossier.`,
	paperEnding: msg`Renew it before its last day.`,
	mentioned: msg`A colleague wants you to read a note on a conversation.`,
	exportReady: msg`They are kept for seven days.`,
	exportMissed: msg`Its files are not there, or not at their destination. The exports say why, and can make or bring them now.`,
	answerDue: msg`A buyer waits, and nobody has answered by the time that the platform wants.`,
	lowReview: msg`Read it, and say when it is dealt with. It is told for seven days.`,
};

export const CHANNEL_WORDS: Record<ChannelKind, MessageDescriptor> = {
	email: msg`E-mail`,
	feishu: msg`Feishu`,
	dingtalk: msg`DingTalk`,
	wecom: msg`WeCom`,
	slack: msg`Slack`,
};
