/**
 * What distinguishes two JSON values in shape: `-path` is in the witness only, `+path` in the answer only, `~path` has another type.
 * Members of a list are taken together; null fits anything, and an empty list says nothing about its members.
 */
export function differences(witness: unknown, answer: unknown, path = ''): string[] {
	if (witness === null || answer === null || witness === undefined || answer === undefined) return [];
	if (Array.isArray(witness) && Array.isArray(answer)) {
		if (witness.length === 0 || answer.length === 0) return [];
		return differences(together(witness), together(answer), `${path}[]`);
	}
	if (isObject(witness) && isObject(answer)) {
		const names = new Set([...Object.keys(witness), ...Object.keys(answer)]);
		return [...names].flatMap((name) => {
			const inner = path === '' ? name : `${path}.${name}`;
			if (!(name in answer)) return [`-${inner}`];
			if (!(name in witness)) return [`+${inner}`];
			return differences(witness[name], answer[name], inner);
		});
	}
	return kind(witness) === kind(answer) ? [] : [`~${path}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const kind = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value);

/** One object with the fields of all, each with the most telling value: a list that has members, an object, anything but null. */
function together(members: readonly unknown[]): unknown {
	if (!members.every(isObject)) return members.find((m) => m !== null);
	const merged: Record<string, unknown> = {};
	for (const member of members) {
		for (const [name, value] of Object.entries(member)) {
			const known = merged[name];
			if (isObject(known) && isObject(value)) merged[name] = together([known, value]);
			else if (Array.isArray(known) && Array.isArray(value)) merged[name] = [...known, ...value];
			else if (known === undefined || known === null) merged[name] = value;
		}
	}
	return merged;
}
