const TOKENS = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s"{}[\],:]+/g;

/**
 * Indents JSON text without parsing it: parsing would round the long numbers that platforms send as ids.
 * Text that is no JSON comes back as it is; cut-off JSON is indented as far as it goes.
 */
export function indentJson(text: string): string {
	const first = text.trimStart()[0];
	if (first !== '{' && first !== '[') return text;
	const out: string[] = [];
	let depth = 0;
	let opened = false;
	const newLine = () => out.push(`\n${'  '.repeat(depth)}`);
	for (const [token] of text.matchAll(TOKENS)) {
		if (token === '}' || token === ']') {
			depth = Math.max(0, depth - 1);
			// An empty pair stays on its line.
			if (!opened) newLine();
			opened = false;
			out.push(token);
			continue;
		}
		if (opened) newLine();
		opened = token === '{' || token === '[';
		if (opened) depth += 1;
		out.push(token === ':' ? ': ' : token);
		if (token === ',') newLine();
	}
	return out.join('');
}
