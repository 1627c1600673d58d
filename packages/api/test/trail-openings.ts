import type { Call } from './trail-call.ts';

/** The record of a paper tells of which kind it is and until when it holds, and never what stands on it. */
export const PAPER_NUMBER = 'DE 811 907 980';
const PAPER = '01a00000-0000-7000-8000-0000000000d1';
const OPENING = '01a00000-0000-7000-8000-0000000000e1';

const paper = {
	paperId: PAPER,
	entity: 'Yunfan Ltd',
	kind: 'vat' as const,
	country: 'DE',
	number: PAPER_NUMBER,
	holder: 'Ana Buyer',
	note: 'Ana Buyer',
	validFrom: null,
	validUntil: '2027-01-31',
};
const begun = { openingId: OPENING, platform: 'temu', siteId: '100', way: 'local' as const, entity: null };
const [held, longer] = ['2027-01-31', '2028-01-31'].map((until) => ({
	entity: paper.entity,
	paper: 'vat',
	country: 'DE',
	from: null,
	until,
}));

/**
 * How the mutations of the dossier and of openings are called, for the test of the trail.
 * @param storeId of Temu's site in the United States
 * @param addFile puts a file with a paper and gives its id
 */
export function openingCalls(storeId: () => string, addFile: (paperId: string) => Promise<string>): Record<string, Call> {
	return {
		'dossier.save': {
			action: 'dossier.save',
			call: async (c) => {
				await c.dossier.save(paper);
				const { number: _, ...rest } = paper;
				await c.dossier.save({ ...rest, validUntil: '2028-01-31' });
			},
			before: held ?? {},
			after: longer ?? {},
		},
		'dossier.reveal': { action: 'dossier.reveal', call: (c) => c.dossier.reveal({ paperId: PAPER }) },
		'dossier.removeFile': { action: 'dossier.removeFile', call: async (c) => c.dossier.removeFile({ fileId: await addFile(PAPER) }) },
		'dossier.remove': { action: 'dossier.remove', call: (c) => c.dossier.remove({ paperId: PAPER }), before: longer ?? {} },
		'openings.begin': {
			action: 'openings.begin',
			call: (c) => c.openings.begin(begun),
			after: { platform: 'temu', site: '100', way: 'local', entity: null },
		},
		'openings.change': {
			action: 'openings.change',
			call: (c) => c.openings.change({ openingId: OPENING, entity: paper.entity }),
			before: { entity: null },
			after: { entity: paper.entity },
		},
		'openings.tick': {
			action: 'openings.tick',
			call: (c) => c.openings.tick({ openingId: OPENING, step: 'register', done: true }),
			after: { step: 'register', state: 'done' },
		},
		'openings.note': {
			action: 'openings.note',
			call: (c) => c.openings.note({ openingId: OPENING, step: 'register', note: 'Ana Buyer' }),
			after: { step: 'register', noteLength: 9 },
		},
		'openings.tie': {
			action: 'openings.tie',
			call: (c) => c.openings.tie({ openingId: OPENING, storeId: storeId() }),
			after: { store: 'Uno' },
		},
		'openings.copySettings': {
			action: 'stores.adopt',
			call: (c) => c.openings.copySettings({ fromStoreId: storeId(), toStoreId: storeId(), settings: ['entity'], members: [] }),
			before: { entity: paper.entity },
			after: { entity: paper.entity },
		},
	};
}
