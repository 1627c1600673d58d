/** Whether it is the name of an IANA time zone. */
export function isZone(zone: string): boolean {
	return Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC';
}
