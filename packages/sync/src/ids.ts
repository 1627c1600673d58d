import { pooledRandom } from '@pangea/vault';
import { v7 as uuidv7 } from 'uuid';

const nextRandom = pooledRandom(16);

/** A time-ordered id. */
export function newId(): string {
	return uuidv7({ random: nextRandom() });
}
