import { describeMutations } from '@pangea/platform-contract/mutations';
import { witness } from '@pangea/testing';
import { publishedTiktok } from './published-tiktok.ts';

const w = witness('tiktok-shop');

describeMutations('TikTok Shop', w && publishedTiktok(w));
