import type { Comparison } from '@pangea/domain';

const DAY = 86_400_000;

/** The days from one to another, both included. */
export function daysBetween(from: string, until: string): number {
	return Math.round((Date.parse(until) - Date.parse(from)) / DAY) + 1;
}

/** By how many days the comparison period lies earlier; null without one. A year is 364 days, so that weekdays meet their like. */
export function shiftOf(comparison: Comparison, from: string, until: string): number | null {
	if (comparison === 'none') return null;
	return comparison === 'year' ? 364 * Math.ceil(daysBetween(from, until) / 364) : daysBetween(from, until);
}
