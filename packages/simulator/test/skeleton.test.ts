import { expect, it } from 'vitest';
import { differences } from './skeleton.ts';

it('tells missing, new and retyped fields, at any depth and in any member of a list', () => {
	const witness = {
		a: 1,
		b: { c: 'x' },
		d: [
			{ e: 1, f: null },
			{ e: 2, g: [1] },
		],
	};
	expect(differences(witness, witness)).toEqual([]);
	expect(differences(witness, { a: '1', b: {}, d: [{ e: 1, h: 0 }], i: 1 })).toEqual(['~a', '-b.c', '-d[].f', '-d[].g', '+d[].h', '+i']);
	expect(differences([1], ['x'])).toEqual(['~[]']);
	expect(differences({ a: [] }, { a: {} })).toEqual(['~a']);
});
