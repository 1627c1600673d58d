import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

const SIZE = 16;
let pool = Buffer.alloc(0);

/** A time-ordered id. Draws its chance from a pool: asking the system for every id costs more than the id. */
export function newId(): string {
	if (pool.length < SIZE) pool = randomBytes(SIZE * 256);
	const random = pool.subarray(0, SIZE);
	pool = pool.subarray(SIZE);
	return uuidv7({ random });
}
