import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packBytes, unpackBytes } from '../src/index.ts';

describe('packed bytes', () => {
	test('come out as they went in, also those that older releases deflated', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.constantFrom(0, 1, 6), async (bytes, level) => {
				const plain = Buffer.from(bytes);
				expect(unpackBytes(await packBytes(plain))).toEqual(plain);
				expect(unpackBytes(deflateRawSync(plain, { level }))).toEqual(plain);
			}),
		);
	});

	test('are told apart by their first bytes, which no deflated bytes have', () => {
		expect(() => inflateRawSync(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]))).toThrow(/stored block/);
	});

	test('that are neither are refused', () => {
		expect(() => unpackBytes(Buffer.from('not packed at all'))).toThrow(/invalid/);
	});
});
