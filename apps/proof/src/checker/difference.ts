export interface Difference {
	path: string;
	expected: string;
	found: string;
}

/** Where two plain values differ, by path. Ends at the first level at which a list has another length. */
export function differences(expected: unknown, found: unknown, path = ''): Difference[] {
	if (Object.is(expected, found)) return [];
	if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length) {
		return expected.flatMap((one, i) => differences(one, found[i], `${path}[${i}]`));
	}
	if (isRecord(expected) && isRecord(found)) {
		const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
		return [...names].flatMap((name) => differences(expected[name], found[name], path === '' ? name : `${path}.${name}`));
	}
	return [{ path, expected: text(expected), found: text(found) }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
	return JSON.stringify(value) ?? 'nothing';
}
