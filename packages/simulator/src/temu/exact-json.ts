/** JSON text in which a bigint is a bare number with every digit, as the platform writes ids above 2^53 (contract temu §1). */
export function exactJson(value: unknown): string {
	if (typeof value === 'bigint') return value.toString();
	if (Array.isArray(value)) return `[${value.map(exactJson).join(',')}]`;
	if (typeof value === 'object' && value !== null) {
		const members = Object.entries(value).filter(([, member]) => member !== undefined);
		return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${exactJson(member)}`).join(',')}}`;
	}
	return JSON.stringify(value ?? null);
}
