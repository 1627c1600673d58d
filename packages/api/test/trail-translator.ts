import type { Call } from './trail-call.ts';

export const translatorCalls: Record<string, Call> = {
	'translator.save': {
		action: 'translator.save',
		call: async (c) => {
			await c.translator.save({ baseUrl: 'https://one.example.test/v1', model: 'small', key: 'eplr13xoaqns' });
			await c.translator.save({ baseUrl: 'https://one.example.test/v1', model: 'large' });
		},
		before: { host: 'one.example.test', model: 'small' },
		after: { host: 'one.example.test', model: 'large' },
	},
	'translator.try': {
		action: 'translator.try',
		call: (c) => c.translator.try({ baseUrl: 'https://127.0.0.1/v1', model: 'large', key: 'eplr13xoaqns', into: 'en' }),
	},
	'translator.remove': {
		action: 'translator.remove',
		call: (c) => c.translator.remove(),
		before: { host: 'one.example.test', model: 'large' },
	},
};
