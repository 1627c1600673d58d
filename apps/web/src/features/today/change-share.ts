/** The change between two amounts of one currency as a share (0.05 is five percent up); null when there is nothing to compare with. */
export function changeShare(nowMinor: string, beforeMinor: string): number | null {
	const before = BigInt(beforeMinor);
	if (before <= 0n) return null;
	// Per mille in whole numbers: minor units may be larger than a number holds exactly.
	return Number(((BigInt(nowMinor) - before) * 1000n) / before) / 1000;
}
