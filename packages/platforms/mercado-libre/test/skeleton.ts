/** Paths of all fields of a JSON value; members of a list share one path. Null and empty lists end a path: they say nothing of what could follow. */
export function skeleton(value: unknown): Map<string, Set<string>> {
	const fields = new Map<string, Set<string>>();
	const visit = (node: unknown, path: string): void => {
		const types = fields.get(path) ?? new Set<string>();
		fields.set(path, types.add(typeOf(node)));
		if (Array.isArray(node)) for (const member of node) visit(member, `${path}[]`);
		else if (typeof node === 'object' && node !== null) {
			for (const [name, inner] of Object.entries(node)) visit(inner, path === '' ? name : `${path}.${name}`);
		}
	};
	visit(value, '');
	return fields;
}

function typeOf(node: unknown): string {
	if (node === null) return 'null';
	return Array.isArray(node) ? 'list' : typeof node;
}

/** `- path` is missing from the reply, `+ path` is in no sample, `~ path` has a type no sample shows. */
export function compare(samples: readonly unknown[], replies: readonly unknown[]): string[] {
	const [published, seen] = [samples, replies].map((list) => skeleton(list));
	if (!published || !seen) return [];
	// Below a field that is nowhere more than null or an empty list, the other side may know more.
	const silent = (of: Map<string, Set<string>>, path: string): boolean => {
		for (let at = path.lastIndexOf('.'); at > 0; at = path.lastIndexOf('.', at - 1)) {
			const parent = path.slice(0, at);
			const types = of.get(parent);
			if (types) return types.size === 1 && types.has('null');
			if (parent.endsWith('[]') && of.has(parent.slice(0, -2))) return true;
		}
		return false;
	};
	const missing = [...published.keys()].filter((p) => !seen.has(p) && !silent(seen, p) && !p.endsWith('[]')).map((p) => `- ${p.slice(3)}`);
	const added = [...seen.keys()]
		.filter((p) => !published.has(p) && !silent(published, p) && !p.endsWith('[]'))
		.map((p) => `+ ${p.slice(3)}`);
	const retyped = [...seen].flatMap(([path, types]) => {
		const known = published.get(path);
		if (!known) return [];
		const news = [...types].filter((t) => t !== 'null' && !known.has(t));
		return known.size === 1 && known.has('null') ? [] : news.map((t) => `~ ${path.slice(3)} ${t}`);
	});
	return [...missing, ...added, ...retyped].sort();
}
