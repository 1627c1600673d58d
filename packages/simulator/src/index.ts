import { type Simulator, type SimulatorOptions, startPlatforms } from './core/simulator.ts';
import type { PlatformModule } from './core/platform.ts';
import { mercadoLibre } from './mercado-libre/index.ts';
import { amazon } from './amazon/module.ts';
import { tiktokShop } from './tiktok-shop/module.ts';
import { temu } from './temu/index.ts';

export type { Control, OrderTruth, TruthWindow } from './core/control.ts';
export { type ArmedFault, type FaultKind, faultKinds, type FaultPlan } from './core/faults.ts';
export type { OrderOverrides, SimLine, SimOrder, SimParcel, SimReturn, SimStatus } from './core/order.ts';
export type { Offer } from './core/offers.ts';
export type { OperatingMode, PlatformName, StoreSeed } from './core/stores.ts';
export { type LabelledListing, noisyListings } from './core/noisy-listings.ts';
export { demoStores } from './core/stores.ts';
export type { ConversationTruth } from './core/platform.ts';
export type { Step, StepKind } from './core/timeline.ts';
export type { Simulator, SimulatorOptions };

/** Every platform the simulator can play. */
export const platformModules: readonly PlatformModule[] = [amazon, tiktokShop, mercadoLibre(), temu()];

/**
 * Starts the fake platforms on one loopback port, over a world that is a pure function of its options. Each real path lies unchanged
 * below the base addresses given in `platforms`. Throws RangeError for an impossible world.
 */
export function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	return startPlatforms(platformModules, options);
}

// How the platforms sign what they push, for whoever pushes in their place.
export { signWebhook as signTikTokShopWebhook } from './tiktok-shop/sign.ts';
export { sealEvent as sealTemuEvent } from './temu/signature.ts';
