const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function firstLetter(text: string): string {
	const [first] = letters.segment(text.trim());
	return first?.segment.toUpperCase() ?? '?';
}

/** Two letters of a name; of a Chinese name its given part. */
export function initials(name: string): string {
	const [first = '?', second] = name.trim().split(/\s+/);
	if (/[\u3400-\u9fff]/.test(first)) return first.slice(-2);
	return firstLetter(first) + (second === undefined ? '' : firstLetter(second));
}
