import { afterAll, beforeAll, describe } from 'vitest';
import type { PlatformAdapter } from '../capabilities.ts';
import { describeAuthorization } from './authorization.ts';
import { describeConversations } from './conversations.ts';
import { describeFaults } from './faults.ts';
import { describeManifest } from './manifest.ts';
import { describeOrders } from './orders.ts';
import { Session } from './session.ts';
import { describeWebhooks } from './webhooks.ts';
import type { ConformanceWorld } from './world.ts';

export type { ConformanceWorld, ExpectedOrder, WorldConsent, WorldFault, WorldPushes } from './world.ts';

export interface Conformance {
	adapter: PlatformAdapter;
	/** Starts a platform of its own; the suite stops it. */
	world: () => Promise<ConformanceWorld>;
}

/** What every adapter must do, as one suite. See the README beside this file. */
export function describeConformance({ adapter, world }: Conformance): void {
	describe(`${adapter.manifest.name} conforms`, () => {
		let session: Session | undefined;
		const current = (): Session => {
			if (!session) throw new Error('The session did not open');
			return session;
		};
		beforeAll(async () => {
			session = await Session.open(adapter, await world());
		});
		afterAll(async () => session?.world.stop());

		describeManifest(adapter);
		describeAuthorization(adapter, current, world);
		describeOrders(adapter, current);
		describeConversations(adapter, current);
		describeFaults(adapter, current);
		describeWebhooks(adapter, current);
	});
}
