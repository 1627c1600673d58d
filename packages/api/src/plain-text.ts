/** Deep enough for every input there is; deeper ones are refused by their schemas. */
const DEEPEST = 8;

/**
 * Where an input holds a text that PostgreSQL cannot store or UTF-8 cannot say (a NUL, half of a surrogate pair), in keys too.
 * @returns the path with dots, empty for the input itself; null when every text is sound
 */
export function unsoundText(input: unknown, depth = 0): string | null {
	if (typeof input === 'string') return input.includes('\0') || !input.isWellFormed() ? '' : null;
	if (typeof input !== 'object' || input === null || depth === DEEPEST) return null;
	for (const [key, value] of Object.entries(input)) {
		if (unsoundText(key) !== null) return '';
		const below = unsoundText(value, depth + 1);
		if (below !== null) return below === '' ? key : `${key}.${below}`;
	}
	return null;
}
