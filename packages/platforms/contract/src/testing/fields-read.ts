import type { z } from 'zod';

/** Dotted names of all fields that a schema reads; lists and alternatives add no step. */
export function fieldsRead(schema: z.core.$ZodType): string[] {
	return [...new Set(namesOf(schema))];
}

function namesOf(schema: z.core.$ZodType): string[] {
	const def = schema._zod.def as {
		in?: z.core.$ZodType;
		innerType?: z.core.$ZodType;
		element?: z.core.$ZodType;
		options?: z.core.$ZodType[];
		shape?: Record<string, z.core.$ZodType>;
	};
	const inner = def.in ?? def.innerType ?? def.element;
	if (inner) return namesOf(inner);
	if (def.options) return def.options.flatMap(namesOf);
	return Object.entries(def.shape ?? {}).flatMap(([name, field]) => [name, ...namesOf(field).map((rest) => `${name}.${rest}`)]);
}
