import { appRouter } from '@pangea/api';
import { z } from 'zod';

/** A place of a procedure's input that takes a text, and how an input looks that is right but for this place. */
export interface Place {
	procedure: string;
	writes: boolean;
	/** Dots between names; `[]` a list's member. */
	at: string;
	/** The name of the nearest property, as `storeId` of `change.storeIds[]`. */
	name: string;
	/** Takes ids of ours only. */
	uuid: boolean;
	fill(value: string): unknown;
}

interface JsonSchema {
	type?: string;
	format?: string;
	const?: unknown;
	enum?: unknown[];
	anyOf?: JsonSchema[];
	oneOf?: JsonSchema[];
	properties?: Record<string, JsonSchema>;
	required?: string[];
	additionalProperties?: JsonSchema | boolean;
	items?: JsonSchema;
	minItems?: number;
	minimum?: number;
}

/** What the caller has of its own: an id or another fitting text for a property of that name. */
export type Own = (property: string, uuid: boolean) => string;

/** What an input needs besides, where a rule says so that its shape does not tell. */
const BESIDES: Record<string, Record<string, unknown>> = { 'inbox.change': { done: true } };

type Procedures = Record<string, { _def: { type: string; inputs: z.ZodType[] } }>;

/** Every place of every procedure's input that takes a text, read off the router: one that is added later is attacked without anybody remembering. */
export function placesOf(own: Own): Place[] {
	const procedures = (appRouter._def as unknown as { procedures: Procedures }).procedures;
	return Object.entries(procedures).flatMap(([procedure, { _def }]) =>
		_def.inputs.flatMap((input) =>
			branchesOf(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as JsonSchema).flatMap((schema) =>
				textsOf(schema, procedure, own).map((text) => ({
					...text,
					procedure,
					writes: _def.type === 'mutation',
					fill: (value: string) => ({ ...BESIDES[procedure], ...(text.fill(value) as object) }),
				})),
			),
		),
	);
}

/** The ways in which an input may look. */
function branchesOf(schema: JsonSchema): JsonSchema[] {
	return (schema.anyOf ?? schema.oneOf)?.filter((one) => one.type !== 'null').flatMap(branchesOf) ?? [schema];
}

type Text = Pick<Place, 'at' | 'name' | 'uuid' | 'fill'>;

function textsOf(schema: JsonSchema, property: string, own: Own): Text[] {
	return branchesOf(schema).flatMap((branch): Text[] => {
		if (branch.properties) {
			return Object.entries(branch.properties).flatMap(([name, value]) =>
				textsOf(value, name, own).map((text) => ({
					...text,
					at: joined(name, text.at),
					fill: (value: string) => ({ ...objectOf(branch, own), [name]: text.fill(value) }),
				})),
			);
		}
		if (branch.type === 'object') return [{ at: '*', name: property, uuid: false, fill: (value) => ({ [value]: value, value }) }];
		if (branch.type === 'array') {
			return textsOf(branch.items ?? {}, property.replace(/s$/, ''), own).map((text) => ({
				...text,
				at: joined('[]', text.at),
				fill: (value) => [text.fill(value)],
			}));
		}
		if (branch.type !== 'string' || branch.enum || branch.const !== undefined) return [];
		if (branch.format !== undefined && branch.format !== 'uuid') return [];
		return [{ at: '', name: property, uuid: branch.format === 'uuid', fill: (value) => value }];
	});
}

function joined(head: string, tail: string): string {
	return tail === '' || tail.startsWith('[') ? `${head}${tail}` : `${head}.${tail}`;
}

function objectOf(schema: JsonSchema, own: Own): Record<string, unknown> {
	const required = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name));
	return Object.fromEntries(required.map(([name, value]) => [name, sampleOf(value, name, own)]));
}

function sampleOf(schema: JsonSchema, name: string, own: Own): unknown {
	const [branch = {}] = branchesOf(schema);
	if (branch.const !== undefined) return branch.const;
	if (branch.enum) return branch.enum[0];
	if (branch.type === 'object') return objectOf(branch, own);
	if (branch.type === 'array') return [sampleOf(branch.items ?? {}, name.replace(/s$/, ''), own)];
	if (branch.type === 'boolean') return true;
	if (branch.type === 'integer' || branch.type === 'number') return Math.max(branch.minimum ?? 1, 1);
	if (branch.format === 'email') return `${crypto.randomUUID()}@example.test`;
	if (branch.format === 'date') return '2026-11-20';
	if (branch.format === 'date-time') return '2026-11-20T00:00:00.000Z';
	return own(name, branch.format === 'uuid');
}
