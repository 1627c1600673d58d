import type { MessagePolicy } from '@pangea/domain';

const STAY = 'policy of the platform as third parties tell it: answers stay in the chat';
const REVIEWS = 'https://seller-us.tiktok.com/university/essay?knowledge_id=4451321470682882';
const shared = { check: 'text', severity: 'blocks' } as const;

/** Asking for a review is not forbidden as such; slanting or paying for one is. */
export const messagePolicy: MessagePolicy = {
	ownHosts: ['tiktok.com', 'tiktokglobalshop.com', 'tiktokshop.com', 'tiktokshops.us', 'tokopedia.com'],
	rules: [
		{ ...shared, id: 'tiktok-shop.link', detector: 'link', confirmed: false, source: STAY },
		{ ...shared, id: 'tiktok-shop.email', detector: 'email', confirmed: false, source: STAY },
		{ ...shared, id: 'tiktok-shop.phone', detector: 'phone', confirmed: false, source: STAY },
		{ ...shared, id: 'tiktok-shop.handle', detector: 'handle', confirmed: false, source: STAY },
		{ ...shared, id: 'tiktok-shop.review-slant', detector: 'reviewSlant', confirmed: true, source: REVIEWS },
		{ ...shared, id: 'tiktok-shop.incentive', detector: 'incentive', confirmed: true, source: REVIEWS },
		{
			id: 'tiktok-shop.length',
			check: 'length',
			longest: 2000,
			unit: 'characters',
			severity: 'blocks',
			confirmed: true,
			source: 'contract, section 7: TEXT',
		},
		{
			id: 'tiktok-shop.state',
			check: 'state',
			states: ['cannotSend'],
			severity: 'blocks',
			confirmed: true,
			source: 'contract, section 7: can_send_message',
		},
	],
};
