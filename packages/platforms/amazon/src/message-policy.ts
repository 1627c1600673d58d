import type { MessagePolicy } from '@pangea/domain';

const SECOND_HAND = 'https://www.supplykick.com/blog/amazon-communication-guidelines-update';
const MODEL = 'contract, section 14: no e-mail addresses, only links that belong to the kind of message';
const shared = { check: 'text', severity: 'blocks' } as const;

/** Amazon's own policy page could not be read; what the messaging model itself says is confirmed. */
export const messagePolicy: MessagePolicy = {
	ownHosts: [
		'amazon.com',
		'amazon.ca',
		'amazon.com.mx',
		'amazon.com.br',
		'amazon.co.uk',
		'amazon.de',
		'amazon.fr',
		'amazon.it',
		'amazon.es',
		'amazon.nl',
		'amazon.se',
		'amazon.pl',
		'amazon.com.be',
		'amazon.ie',
		'amazon.com.tr',
		'amazon.ae',
		'amazon.sa',
		'amazon.eg',
		'amazon.in',
		'amazon.co.jp',
		'amazon.com.au',
		'amazon.sg',
		'amazon.co.za',
	],
	rules: [
		{ ...shared, id: 'amazon.link', detector: 'link', confirmed: true, source: MODEL },
		{ ...shared, id: 'amazon.email', detector: 'email', confirmed: true, source: MODEL },
		{ ...shared, id: 'amazon.phone', detector: 'phone', confirmed: false, source: SECOND_HAND },
		{ ...shared, id: 'amazon.handle', detector: 'handle', confirmed: false, source: SECOND_HAND },
		{ ...shared, id: 'amazon.review-ask', detector: 'reviewAsk', severity: 'warns', confirmed: false, source: SECOND_HAND },
		{ ...shared, id: 'amazon.review-slant', detector: 'reviewSlant', confirmed: false, source: SECOND_HAND },
		{ ...shared, id: 'amazon.incentive', detector: 'incentive', confirmed: false, source: SECOND_HAND },
		{
			id: 'amazon.length',
			check: 'length',
			longest: 2000,
			unit: 'characters',
			severity: 'warns',
			confirmed: false,
			source: 'contract, section 14: 2000 for unexpectedProblem; none is named for the mail relay',
		},
		{
			id: 'amazon.state',
			check: 'state',
			states: ['optedOut', 'actionNotAllowed'],
			severity: 'blocks',
			confirmed: true,
			source: 'contract, section 14: getMessagingActionsForOrder lists what an order allows now',
		},
	],
};
