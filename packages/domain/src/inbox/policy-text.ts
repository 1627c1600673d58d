import type { Folded } from './folded.ts';

/** What a detector knows beside the text. */
export interface DetectorContext {
	ownHosts: readonly string[];
	known: readonly string[];
}

/** A stretch of the folded text. */
export interface Hit {
	start: number;
	end: number;
	/** Whether the stretch can simply go. */
	removable: boolean;
}

export type Detect = (text: string, context: DetectorContext) => Hit[];

/** All matches of an expression, which must have bounded repetitions only, so that each position costs a bounded time. */
export function matches(text: string, expression: RegExp, removable: boolean): Hit[] {
	const hits: Hit[] = [];
	for (const match of text.matchAll(expression)) hits.push({ start: match.index, end: match.index + match[0].length, removable });
	return hits;
}

/** In order, those that touch made one. */
export function joined(hits: readonly Hit[]): Hit[] {
	const sorted = [...hits].sort((a, b) => a.start - b.start || b.end - a.end);
	const out: Hit[] = [];
	for (const hit of sorted) {
		const last = out.at(-1);
		if (!last || hit.start >= last.end) out.push({ ...hit });
		else {
			last.end = Math.max(last.end, hit.end);
			last.removable &&= hit.removable;
		}
	}
	return out;
}

/** A hit of the folded text as a stretch of the original. */
export function unfold({ at }: Folded, hit: Hit): Hit {
	const last = at[hit.end - 1] ?? 0;
	let after = hit.end;
	// Several folded characters can stand for one original, which then belongs to the stretch wholly.
	while (after < at.length - 1 && at[after] === last) after += 1;
	return { start: at[hit.start] ?? 0, end: at[after] ?? last, removable: hit.removable };
}
