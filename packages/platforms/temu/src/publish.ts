import type { Publish } from '@pangea/platform-contract';
import { browseCategories, goodsRules, LANGUAGE, suggestCategories } from './goods-rules.ts';
import { isLocal } from './listings.ts';
import { createGoods, findGoods } from './new-goods.ts';

/** New goods of local shops. A shop that Temu manages makes them with its second token, in a form of its own (contract §8). */
export const publish: Publish = {
	serves: isLocal,
	searchLanguage: () => LANGUAGE,
	suggest: suggestCategories,
	browse: browseCategories,
	rules: goodsRules,
	find: findGoods,
	create: createGoods,
};
