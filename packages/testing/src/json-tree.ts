/** A JSON text taken apart without loss: scalars and keys keep their written form, keys may repeat. */
export type Node =
	| { kind: 'scalar'; text: string }
	| { kind: 'list'; members: Node[] }
	| { kind: 'object'; entries: [key: string, value: Node][] };

const TOKEN = /\s*(?:([{}[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))\s*/y;

/** @throws SyntaxError when the text is no JSON. */
export function parseTree(text: string): Node {
	JSON.parse(text);
	TOKEN.lastIndex = 0;
	const next = (): string => {
		const found = TOKEN.exec(text);
		return found?.[1] ?? found?.[2] ?? found?.[3] ?? '';
	};
	const read = (token: string): Node => {
		if (token === '[') {
			const members: Node[] = [];
			for (let one = next(); one !== ']'; one = next()) if (one !== ',') members.push(read(one));
			return { kind: 'list', members };
		}
		if (token !== '{') return { kind: 'scalar', text: token };
		const entries: [string, Node][] = [];
		for (let key = next(); key !== '}'; key = next()) {
			if (key === ',') continue;
			next();
			entries.push([key, read(next())]);
		}
		return { kind: 'object', entries };
	};
	return read(next());
}

export function writeTree(node: Node): string {
	if (node.kind === 'scalar') return node.text;
	if (node.kind === 'list') return `[${node.members.map(writeTree).join(',')}]`;
	return `{${node.entries.map(([key, value]) => `${key}:${writeTree(value)}`).join(',')}}`;
}

/** One value of a tree. */
export interface Place {
	node: Node;
	/** Puts another value there. @returns the root */
	put(node: Node): Node;
	/** Takes the value out of its list or object; the root becomes null. @returns the root */
	remove(): Node;
	/** Whether the place lies in the value of another place, or is it. */
	inside(other: Place): boolean;
}

/** All values of a tree, outer ones first. The places change the tree itself. */
export function places(root: Node): Place[] {
	const found: Place[] = [];
	const visit = (node: Node, put: (other: Node) => void, remove: () => void): void => {
		found.push({
			node,
			put: (other) => (node === root ? other : (put(other), root)),
			remove: () => (node === root ? { kind: 'scalar', text: 'null' } : (remove(), root)),
			inside: (other) => other.node === node || contains(other.node, node),
		});
		if (node.kind === 'list') {
			node.members.forEach((one, i) =>
				visit(
					one,
					(other) => void (node.members[i] = other),
					() => void node.members.splice(i, 1),
				),
			);
		} else if (node.kind === 'object') {
			for (const entry of node.entries) {
				visit(
					entry[1],
					(other) => void (entry[1] = other),
					() => void node.entries.splice(node.entries.indexOf(entry), 1),
				);
			}
		}
	};
	visit(
		root,
		() => undefined,
		() => undefined,
	);
	return found;
}

function contains(outer: Node, inner: Node): boolean {
	if (outer.kind === 'list') return outer.members.some((one) => one === inner || contains(one, inner));
	return outer.kind === 'object' && outer.entries.some(([, one]) => one === inner || contains(one, inner));
}

/**
 * The text with some values replaced; everything else keeps its written form. Paths are dotted, lists are counted (`a.0.b`); a field that is
 * not there is added to its object.
 * @param values JSON texts by path
 * @throws Error when a path leads nowhere.
 */
export function withValues(text: string, values: Readonly<Record<string, string>>): string {
	const root = parseTree(text);
	for (const [path, value] of Object.entries(values)) {
		const steps = path.split('.');
		const last = steps.pop() ?? '';
		let at: Node | undefined = root;
		for (const step of steps) at = child(at, step);
		if (at?.kind === 'list') at.members[Number(last)] = { kind: 'scalar', text: value };
		else if (at?.kind === 'object') {
			const known = at.entries.find(([key]) => key === JSON.stringify(last));
			if (known) known[1] = { kind: 'scalar', text: value };
			else at.entries.push([JSON.stringify(last), { kind: 'scalar', text: value }]);
		} else throw new Error(`${path} leads nowhere in the document`);
	}
	return writeTree(root);
}

/** The value at a path, as JSON text. @throws Error when the path leads nowhere. */
export function valueAt(text: string, path: string): string {
	let at: Node | undefined = parseTree(text);
	for (const step of path.split('.')) at = child(at, step);
	if (!at) throw new Error(`${path} leads nowhere in the document`);
	return writeTree(at);
}

function child(node: Node | undefined, step: string): Node | undefined {
	if (node?.kind === 'list') return node.members[Number(step)];
	return node?.kind === 'object' ? node.entries.find(([key]) => key === JSON.stringify(step))?.[1] : undefined;
}
