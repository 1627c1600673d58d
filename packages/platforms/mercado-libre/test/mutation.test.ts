import { describeMutations } from '@pangea/platform-contract/mutations';
import { witness } from '@pangea/testing';
import { publishedGlobal, publishedLocal } from './published-mercado-libre.ts';

const w = witness('mercado-libre');

describeMutations('Mercado Libre, cross-border', w && publishedGlobal(w), 0.6);
describeMutations('Mercado Libre, local sellers', w && publishedLocal(w), 0.4);
