export * from './feed.ts';
export { checkDigit, foldGtin, shortGtin } from './gtin.ts';
export * from './listing.ts';
export {
	judgeListing,
	PAIRING_REASONS,
	type PairingCandidate,
	type PairingFacts,
	pairingKeys,
	type PairingMatch,
	type PairingProfile,
	type PairingReason,
	type PairingVerdict,
	profileOf,
} from './pairing.ts';
export { MOST_MEMBERS, MOST_SKUS_A_KEY, PairingIndex } from './pairing-index.ts';
export * from './draft.ts';
export * from './machine-reading.ts';
export * from './master-data.ts';
export * from './offer.ts';
export * from './offer-entry.ts';
export * from './readiness.ts';
export * from './glossary.ts';
export * from './text-memory.ts';
