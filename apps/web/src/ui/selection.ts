/** Which rows of a list are marked for a batch. Immutable. */
export interface Selection {
	ids: ReadonlySet<string>;
	/** Where a range starts. */
	anchor: string | null;
}

export const NOTHING: Selection = { ids: new Set(), anchor: null };

export function toggle(selection: Selection, id: string): Selection {
	const ids = new Set(selection.ids);
	if (!ids.delete(id)) ids.add(id);
	return { ids, anchor: id };
}

/** Marks everything between the anchor and a row, both included; without an anchor in the list just the row. */
export function extendTo(selection: Selection, order: readonly string[], id: string): Selection {
	const to = order.indexOf(id);
	const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
	if (to < 0) return selection;
	const [start, end] = from < 0 ? [to, to] : from < to ? [from, to] : [to, from];
	return { ids: new Set([...selection.ids, ...order.slice(start, end + 1)]), anchor: from < 0 ? id : selection.anchor };
}

/** The row a movement leads to. @returns null when the list is empty */
export function moveCursor(order: readonly string[], cursor: string | null, by: number): string | null {
	if (order.length === 0) return null;
	const at = cursor === null ? -1 : order.indexOf(cursor);
	if (at < 0) return order[by > 0 ? 0 : order.length - 1] ?? null;
	return order[Math.min(order.length - 1, Math.max(0, at + by))] ?? null;
}
