import type { WireCall } from '../core/operation.ts';
import type { StoreSeed } from '../core/stores.ts';
import type { Grant } from './grants.ts';

/** What a shop-level handler is given. */
export interface ShopCall {
	call: WireCall;
	store: StoreSeed;
	grant: Grant;
}

/** The body's fields; nothing when it is no JSON object. */
export function fieldsOf(call: WireCall): Record<string, unknown> {
	const value = call.json();
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
