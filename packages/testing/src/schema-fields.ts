/** A JSON Schema or what a Swagger document makes of it. */
interface Schema {
	$ref?: string;
	properties?: Record<string, Schema>;
	items?: Schema;
	allOf?: Schema[];
	required?: string[];
}

/**
 * Dotted names of all fields that a published schema knows; lists add no step.
 * @param definitions what `$ref` names by its last step
 */
export function schemaFields(schema: unknown, definitions: Readonly<Record<string, unknown>> = {}): Set<string> {
	const found = new Set<string>();
	// A definition that holds itself would never end.
	const visit = (one: Schema, path: string, open: readonly string[]): void => {
		if (one.$ref !== undefined) {
			const name = one.$ref.split('/').at(-1) ?? '';
			if (!open.includes(name)) visit(asSchema(definitions[name]), path, [...open, name]);
			return;
		}
		for (const part of one.allOf ?? []) visit(part, path, open);
		if (one.items) visit(one.items, path, open);
		for (const [name, field] of Object.entries(one.properties ?? {})) {
			const inner = path === '' ? name : `${path}.${name}`;
			found.add(inner);
			visit(field, inner, open);
		}
	};
	visit(asSchema(schema), '', []);
	return found;
}

function asSchema(value: unknown): Schema {
	return typeof value === 'object' && value !== null ? value : {};
}

/**
 * The schema with every object closed: a field that it does not name is refused. What is made of several parts is closed as their sum.
 * @param definitions what `$ref` names by its last step
 */
export function closedSchema(schema: unknown, definitions: Readonly<Record<string, unknown>> = {}): unknown {
	if (Array.isArray(schema)) return schema.map((one) => closedSchema(one, definitions));
	if (typeof schema !== 'object' || schema === null) return schema;
	const { allOf, ...own } = { allOf: [], ...schema };
	const parts = allOf.map((part) => resolved(part, definitions));
	const whole = parts.reduce<Schema>(
		(sum, part) => ({
			...sum,
			properties: { ...sum.properties, ...part.properties },
			required: [...(sum.required ?? []), ...(part.required ?? [])],
		}),
		own,
	);
	const copy = Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, closedSchema(value, definitions)]));
	return 'properties' in copy ? { ...copy, additionalProperties: false } : copy;
}

function resolved(part: Schema, definitions: Readonly<Record<string, unknown>>): Schema {
	return part.$ref === undefined ? part : asSchema(definitions[part.$ref.split('/').at(-1) ?? '']);
}
