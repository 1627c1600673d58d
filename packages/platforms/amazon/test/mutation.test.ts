import { describeMutations } from '@pangea/platform-contract/mutations';
import { witness } from '@pangea/testing';
import { publishedAmazon } from './published-amazon.ts';

const w = witness('amazon');

describeMutations('Amazon', w && publishedAmazon(w));
