import { PairingIndex, type PairingProfile, type PairingVerdict, profileOf } from '@pangea/domain';
import { type LabelledListing, noisyListings } from '@pangea/simulator';
import { describe, expect, test } from 'vitest';

/** Weights were set on seeds 1 to 3; this one was counted, never looked at. */
const SEED = 20_261_129;

interface Counted {
	automatic: number;
	right: number;
	/** Listings whose SKU was known from a store read before. */
	known: number;
	/** Of those: paired, or waiting with the right SKU among the proposals. */
	found: number;
	rightInQueue: number;
	/** How often the words of a listing were read: to file it, and to compare it with another. */
	looks: number;
}

/** Reads store after store; what waits is decided by a person who knows the truth. */
function pairAll(listings: readonly LabelledListing[]): Counted {
	const index = new PairingIndex();
	const truth = new Map<string, string>();
	const seen = new Set<string>();
	const counted: Counted = { automatic: 0, right: 0, known: 0, found: 0, rightInQueue: 0, looks: 0 };
	const watched = (profile: PairingProfile): PairingProfile => {
		const { words } = profile;
		return Object.defineProperty(profile, 'words', {
			get: () => {
				counted.looks++;
				return words;
			},
		});
	};
	for (const storeId of new Set(listings.map((listing) => listing.storeId))) {
		const mine = listings.filter((listing) => listing.storeId === storeId);
		let open: { label: string; profile: PairingProfile; verdict: PairingVerdict }[] = mine.map((listing) => ({
			label: listing.label,
			profile: watched(profileOf(listing)),
			verdict: { outcome: 'none', matches: [] },
		}));
		counted.known += mine.filter(({ label }) => seen.has(label)).length;
		for (let before = open.length + 1; open.length < before; ) {
			before = open.length;
			open = open.filter((one) => {
				one.verdict = index.judge(one.profile);
				const [match] = one.verdict.matches;
				if (one.verdict.outcome !== 'automatic' || match === undefined) return true;
				counted.automatic++;
				if (truth.get(match.skuId) === one.label) counted.right++;
				index.add(match.skuId, one.profile);
				return false;
			});
		}
		for (const { label, profile, verdict } of open) {
			const right = verdict.matches.find(({ skuId }) => truth.get(skuId) === label);
			if (right !== undefined) counted.rightInQueue++;
			const skuId = right?.skuId ?? `sku-${truth.size}`;
			truth.set(skuId, label);
			index.add(skuId, profile);
		}
		for (const { label } of mine) seen.add(label);
	}
	counted.found = counted.right + counted.rightInQueue;
	return counted;
}

describe('pairing five thousand noisy listings', () => {
	const counted = pairAll(noisyListings(SEED, 5000));

	test('by itself is right in 99 of 100', () => {
		expect(counted.automatic).toBeGreaterThan(3000);
		expect(counted.right / counted.automatic).toBeGreaterThanOrEqual(0.99);
	});

	test('by itself finds 90 of 100 whose SKU is known', () => {
		expect(counted.right / counted.known).toBeGreaterThanOrEqual(0.9);
	});

	test('leaves most of the doubtful in the queue with the right SKU beside them', () => {
		expect(counted.rightInQueue).toBeGreaterThan(50);
		expect(counted.found / counted.known).toBeGreaterThanOrEqual(0.94);
	});
});

test('the cost of pairing a listing grows ever less, the more there are', { timeout: 120_000 }, () => {
	const costOf = (count: number): number => pairAll(noisyListings(7, count)).looks / count;
	// A key under which too many stand leads to none of them: with these words it costs 27 looks a listing among a thousand, 152 among sixteen.
	const [few, many, twice] = [costOf(4000), costOf(16_000), costOf(32_000)];
	expect(few).toBeGreaterThan(1);
	expect(twice).toBeLessThan(few * 2.5);
	expect(twice).toBeLessThan(many * 1.3);
});
