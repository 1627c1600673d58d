import { type Instant, instantFromSeconds, TimeError } from '@pangea/domain';

/** @throws TimeError when the time is missing or impossible */
export function requiredTime(seconds: number | null, field: string): Instant {
	if (seconds === null) throw new TimeError(`${field} is missing`);
	return instantFromSeconds(seconds);
}

/** An impossible time in a field that may be absent says no more than an absent one. */
export function optionalTime(seconds: number | null): Instant | null {
	try {
		return seconds === null ? null : instantFromSeconds(seconds);
	} catch {
		return null;
	}
}
