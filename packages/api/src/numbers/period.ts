import { type Comparison, dayCount } from '@pangea/domain';

/** By how many days the comparison period lies earlier; null without one. A year is 364 days, so that weekdays meet their like. */
export function shiftOf(comparison: Comparison, from: string, until: string): number | null {
	if (comparison === 'none') return null;
	return comparison === 'year' ? 364 * Math.ceil(dayCount(from, until) / 364) : dayCount(from, until);
}
