import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { masterKeyFromText, newMasterKeyText, newWrappedKey, openBox, VaultError } from '../src/index.ts';

const master = masterKeyFromText(newMasterKeyText());
const key = newWrappedKey(master);

describe('sealed values', () => {
	test('open to what was sealed, in the place they were sealed for', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 500 }), fc.string(), (bytes, place) => {
				const box = openBox(master, key);
				expect(box.open(box.seal(Buffer.from(bytes), place), place)).toEqual(Buffer.from(bytes));
			}),
		);
	});
	test('refuse to open when any byte was changed', () => {
		const box = openBox(master, key);
		const sealed = box.seal('refresh token', 'connection 1');
		for (let i = 0; i < sealed.length; i++) {
			const changed = Buffer.from(sealed);
			changed[i] = (changed[i] ?? 0) ^ 1;
			expect(() => box.open(changed, 'connection 1')).toThrow(VaultError);
		}
	});
	test('refuse to open in another place', () => {
		const box = openBox(master, key);
		expect(() => box.open(box.seal('x', 'connection 1'), 'connection 2')).toThrow(VaultError);
	});
	test('hold nothing of the plain text', () => {
		const box = openBox(master, key);
		expect(box.seal('Atzr|very-secret', 'p').includes('very-secret')).toBe(false);
	});
});

describe('master keys', () => {
	test('another key is refused by name before anything is tried', () => {
		const other = masterKeyFromText(newMasterKeyText());
		expect(() => openBox(other, key)).toThrow(/Restore the former key file/);
	});
	test('a text of the wrong length is refused', () => {
		expect(() => masterKeyFromText('short')).toThrow(/32 bytes/);
	});
	test('hex and base64 of the same bytes are the same key', () => {
		const text = newMasterKeyText();
		expect(masterKeyFromText(Buffer.from(text, 'base64').toString('hex')).id).toBe(masterKeyFromText(text).id);
	});
});
