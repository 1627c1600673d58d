import { expect, it } from 'vitest';
import { closedSchema, schemaFields } from '../src/index.ts';

const definitions = {
	Order: {
		allOf: [
			{ properties: { id: { type: 'string' } } },
			{ properties: { lines: { type: 'array', items: { $ref: '#/definitions/Line' } } } },
		],
	},
	Line: { properties: { sku: {}, parts: { type: 'array', items: { $ref: '#/definitions/Line' } } } },
};

it('names the fields of a schema through references, lists and parts, also of one that holds itself', () => {
	expect([...schemaFields({ $ref: '#/definitions/Order' }, definitions)]).toEqual(['id', 'lines', 'lines.sku', 'lines.parts']);
	expect(schemaFields({ type: 'string' })).toEqual(new Set());
});

it('closes every object of a schema and leaves the rest', () => {
	expect(closedSchema({ properties: { a: { items: [{ properties: {} }] } }, required: ['a'] })).toEqual({
		properties: { a: { items: [{ properties: {}, additionalProperties: false }] } },
		required: ['a'],
		additionalProperties: false,
	});
	expect(closedSchema(definitions.Order, definitions)).toMatchObject({
		properties: { id: { type: 'string' }, lines: { type: 'array' } },
		additionalProperties: false,
	});
});
