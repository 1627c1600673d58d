import type { Call } from './trail-call.ts';

const TERM = '01a00000-0000-7000-8000-00000000e0e0';

export const glossaryCalls: Record<string, Call> = {
	'glossary.save': {
		action: 'glossary.save',
		call: async (c) => {
			const term = { termId: TERM, kind: 'term' as const, word: 'lamp', language: 'en' };
			await c.glossary.save({ ...term, translations: [{ language: 'es', words: 'foco' }] });
			await c.glossary.save({ ...term, translations: [{ language: 'es', words: 'lámpara' }] });
		},
		before: { name: 'lamp', words: 'es: foco' },
		after: { name: 'lamp', words: 'es: lámpara' },
	},
	'glossary.remove': {
		action: 'glossary.remove',
		call: (c) => c.glossary.remove({ termId: TERM }),
		before: { name: 'lamp' },
	},
};
