import type { MessagePolicy } from '@pangea/domain';

const MODERATION = 'contract, section 7.2: moderation reasons';
const shared = { check: 'text', confirmed: true, source: MODERATION } as const;

/** What moderation names is confirmed; a text can be rejected minutes after it was taken, so these are told before. */
export const messagePolicy: MessagePolicy = {
	ownHosts: [
		'mercadolibre.com',
		'mercadolibre.com.mx',
		'mercadolibre.com.ar',
		'mercadolibre.com.co',
		'mercadolibre.cl',
		'mercadolibre.com.pe',
		'mercadolibre.com.uy',
		'mercadolibre.com.ec',
		'mercadolibre.com.ve',
		'mercadolibre.com.bo',
		'mercadolibre.com.py',
		'mercadolivre.com.br',
		'mercadolivre.com',
		'mercadolibre.co.cr',
		'mercadolibre.com.pa',
		'mercadolibre.com.do',
	],
	rules: [
		// Links are allowed as such; which ones pass is not published, so only hidden ones are refused.
		{ ...shared, id: 'mercado-libre.link', detector: 'link', severity: 'warns' },
		{ ...shared, id: 'mercado-libre.short-link', detector: 'shortLink', severity: 'blocks' },
		{ ...shared, id: 'mercado-libre.email', detector: 'email', severity: 'blocks' },
		{ ...shared, id: 'mercado-libre.phone', detector: 'phone', severity: 'blocks' },
		{ ...shared, id: 'mercado-libre.handle', detector: 'handle', severity: 'blocks' },
		{ ...shared, id: 'mercado-libre.review-slant', detector: 'reviewSlant', severity: 'warns', confirmed: false },
		{ ...shared, id: 'mercado-libre.incentive', detector: 'incentive', severity: 'warns', confirmed: false },
		{
			id: 'mercado-libre.length',
			check: 'length',
			longest: 350,
			unit: 'characters',
			kinds: ['message'],
			severity: 'blocks',
			confirmed: true,
			source: 'contract, section 7.2: seller_max_message_length',
		},
		{
			id: 'mercado-libre.question-length',
			check: 'length',
			longest: 2000,
			unit: 'characters',
			kinds: ['question'],
			severity: 'blocks',
			confirmed: true,
			source: 'contract, section 7.1',
		},
		{
			id: 'mercado-libre.charset',
			check: 'latin1',
			kinds: ['message'],
			severity: 'blocks',
			confirmed: true,
			// A fixed list of emoji passes too, but it is not in the documents read.
			source: 'contract, section 7.2: ISO-8859-1',
		},
		{
			id: 'mercado-libre.state',
			check: 'state',
			// What is not known as open is blocked (contract, section 7.2).
			states: ['*'],
			severity: 'blocks',
			confirmed: true,
			source: 'contract, section 7.2: blocked substatus',
		},
	],
};
