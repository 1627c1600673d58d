/*
 * Addresses hold plain text. The router's own form parses numbers and JSON, which would round a nineteen-digit order number.
 */

/** An empty value says as little as none. */
export function parseSearch(text: string): Record<string, string> {
	return Object.fromEntries([...new URLSearchParams(text)].filter(([, value]) => value !== ''));
}

export function stringifySearch(search: Record<string, unknown>): string {
	const params = new URLSearchParams();
	for (const [key, value] of Object.entries(search)) if (typeof value === 'string' && value !== '') params.set(key, value);
	const text = params.toString();
	return text === '' ? '' : `?${text}`;
}
