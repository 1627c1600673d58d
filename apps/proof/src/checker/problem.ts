export interface Problem {
	kind: 'missing' | 'extra' | 'double' | 'differs' | 'evidence' | 'buyer' | 'counts' | 'events' | 'quarantine' | 'orphans';
	/** Store and order, or what else it concerns. */
	where: string;
	expected: string;
	found: string;
}
