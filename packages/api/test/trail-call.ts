import type { createCaller } from '../src/index.ts';

export type Caller = ReturnType<typeof createCaller>;

/** A procedure as it is called for its trace, and what its record tells. */
export interface Call {
	action: string;
	call: (caller: Caller) => Promise<unknown>;
	before?: object;
	after?: object;
}
