import { typedMaster } from '@pangea/domain';
import type { Call } from './trail-call.ts';

/** @param skuId of a SKU that a store lists */
export const catalogueCalls = (skuId: string): Record<string, Call> => ({
	'catalogue.saveMaster': {
		action: 'catalogue.master',
		call: async (c) => {
			const { version, data } = await c.catalogue.master({ skuId });
			await c.catalogue.saveMaster({ skuId, version, typed: { ...typedMaster(data), brand: 'Lumora', weight: '450' } });
		},
		before: { brand: null, weight: null },
		after: { brand: 'Lumora', weight: 450 },
	},
});
