/** Whom a text names: "@Ana Maria" does not name Ana as well. @returns their ids */
export function namedIn(text: string, people: ReadonlyMap<string, string>): string[] {
	let left = text;
	return [...people]
		.toSorted(([, a], [, b]) => b.length - a.length)
		.flatMap(([userId, name]) => {
			if (!left.includes(`@${name}`)) return [];
			left = left.replaceAll(`@${name}`, ' ');
			return [userId];
		});
}
