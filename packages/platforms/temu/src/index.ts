import { definePlatform, type PlatformAdapter } from '@pangea/platform-contract';
import type { ConfirmedScales } from './amounts.ts';
import { authorization } from './authorization.ts';
import { cases } from './cases.ts';
import { listings } from './listings.ts';
import { manifest } from './manifest.ts';
import { offers } from './offers.ts';
import { createOrders } from './orders.ts';
import { publish } from './publish.ts';
import { stores } from './stores.ts';
import { webhooks } from './webhooks.ts';

export interface TemuOptions {
	/** Decimals of `amount` by currency that an operator has checked against a live order, e.g. `{ KRW: 0 }`. See the README on money. */
	amountScales?: ConfirmedScales;
}

/** The adapter with scales that were checked. */
export function createTemu(options: TemuOptions = {}): PlatformAdapter {
	return definePlatform(manifest, {
		authorization,
		stores,
		orders: createOrders(options.amountScales ?? {}),
		cases,
		listings,
		publish,
		offers,
		webhooks,
	});
}

export const temu = createTemu();
