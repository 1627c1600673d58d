/** Conditions that a person has to know of. Each lasts until it is over; one that lasts is one notice. */
export const NOTICE_KINDS = [
	'grantEnded',
	'grantEnding',
	'syncStalled',
	'ordersLacking',
	'quarantineGrowing',
	'salesRepaired',
	'paperEnded',
	'paperEnding',
	'mentioned',
	'exportReady',
	'exportMissed',
	'lowReview',
	'answerDue',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** `risk`: orders may be missed by now. `warning`: there is time. */
export type NoticeLevel = 'risk' | 'warning';

export const NOTICE_LEVELS: Readonly<Record<NoticeKind, NoticeLevel>> = {
	grantEnded: 'risk',
	grantEnding: 'warning',
	syncStalled: 'risk',
	ordersLacking: 'risk',
	quarantineGrowing: 'warning',
	salesRepaired: 'warning',
	paperEnded: 'risk',
	paperEnding: 'warning',
	mentioned: 'warning',
	exportReady: 'warning',
	exportMissed: 'warning',
	lowReview: 'warning',
	answerDue: 'risk',
};

/** Group chats with an incoming webhook. */
export const HOOK_KINDS = ['feishu', 'dingtalk', 'wecom', 'slack'] as const;
export type HookKind = (typeof HOOK_KINDS)[number];

/** Where notices go beside the screen. */
export const CHANNEL_KINDS = ['email', ...HOOK_KINDS] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Why a notice did not reach a channel; the screens hold a sentence for each. */
export type DeliveryProblem =
	| 'mailNotConfigured'
	| 'mailUnreachable'
	| 'mailLoginRefused'
	| 'mailRefused'
	| 'hookAddressRefused'
	| 'hookUnreachable'
	| 'hookRefused';

/** A channel did not take a notice. `words` are the other side's own, for the person who set it up. */
export class DeliveryError extends Error {
	override name = 'DeliveryError';
	readonly code: DeliveryProblem;
	readonly words: string;

	constructor(code: DeliveryProblem, words = '', options?: ErrorOptions) {
		super(words === '' ? code : `${code}: ${words}`, options);
		this.code = code;
		this.words = words;
	}
}
