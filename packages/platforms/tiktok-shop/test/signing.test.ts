import { createHash } from 'node:crypto';
import { witness } from '@pangea/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sign, stringToSign } from '../src/client.ts';

interface Vector {
	name: string;
	app_secret: string;
	path: string;
	query: Record<string, string>;
	content_type: string;
	body: string;
	string_to_sign: string;
	sign: string;
}

const published = witness('tiktok-shop');

describe.skipIf(!published)('published and composed signing vectors', () => {
	const vectors = (published?.json('samples/signing-vectors.json') ?? []) as Vector[];

	it('are all nine there', () => expect(vectors).toHaveLength(9));

	it.each(vectors.map((v) => [v.name, v] as const))('%s', (_name, vector) => {
		const request = { path: vector.path, query: vector.query, body: vector.body, contentType: vector.content_type };
		expect(stringToSign(vector.app_secret, request)).toBe(vector.string_to_sign);
		expect(sign(vector.app_secret, request)).toBe(vector.sign);
	});
});

describe('the signature', () => {
	const request = { path: '/order/202309/orders/search', query: { app_key: 'k', timestamp: '1' }, body: '{"a":1}' };

	it('is lower-case hex', () => expect(sign('secret', request)).toMatch(/^[0-9a-f]{64}$/));

	it('does not depend on the order in which parameters were named', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.stringMatching(/^[a-z_]{1,12}$/), fc.string()), (query) => {
				const reversed = Object.fromEntries(Object.entries(query).reverse());
				expect(sign('secret', { ...request, query: reversed })).toBe(sign('secret', { ...request, query }));
			}),
		);
	});

	it('changes with every part it covers', () => {
		const variants = [
			request,
			{ ...request, path: '/order/202309/orders' },
			{ ...request, body: '{"a": 1}' },
			{ ...request, query: { app_key: 'k', timestamp: '2' } },
		].map((variant) => sign('secret', variant));
		variants.push(sign('other', request));
		expect(new Set(variants).size).toBe(5);
	});

	it('is not the plain hash of the text', () => {
		expect(sign('secret', request)).not.toBe(createHash('sha256').update(stringToSign('secret', request)).digest('hex'));
	});
});
