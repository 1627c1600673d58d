import { describeMutations } from '@pangea/platform-contract/mutations';
import { witness } from '@pangea/testing';
import { publishedTemu } from './published-temu.ts';

const w = witness('temu');

describeMutations('Temu', w && publishedTemu(w));
