import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	type DataKey,
	masterKeyFrom,
	masterKeyFromText,
	masterKeyIds,
	newMasterKeyText,
	newWrappedKey,
	openBox,
	VaultError,
} from '../src/index.ts';

const master = masterKeyFromText(newMasterKeyText());
const dataKey = async (generation: number, seals = true): Promise<DataKey> => ({ ...(await newWrappedKey(master)), generation, seals });
const first = await dataKey(1);
const second = await dataKey(2);

describe('sealed values', () => {
	test.each([
		['the first data key', [first]],
		['a later data key', [first, second]],
	])('of %s open to what was sealed, in the place they were sealed for', async (_name, keys) => {
		const box = await openBox(master, keys);
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 500 }), fc.string(), (bytes, place) => {
				expect(box.open(box.seal(Buffer.from(bytes), place), place)).toEqual(Buffer.from(bytes));
			}),
		);
	});
	test.each([
		['the first data key', [first]],
		['a later data key', [first, second]],
	])('of %s refuse to open when any byte was changed', async (_name, keys) => {
		const box = await openBox(master, keys);
		const sealed = box.seal('refresh token', 'connection 1');
		for (let i = 0; i < sealed.length; i++) {
			const changed = Buffer.from(sealed);
			changed[i] = (changed[i] ?? 0) ^ 1;
			expect(() => box.open(changed, 'connection 1')).toThrow(VaultError);
		}
	});
	test('refuse to open in another place', async () => {
		const box = await openBox(master, [first]);
		expect(() => box.open(box.seal('x', 'connection 1'), 'connection 2')).toThrow(VaultError);
	});
	test('hold nothing of the plain text', async () => {
		const box = await openBox(master, [first]);
		expect(box.seal('Atzr|very-secret', 'p').includes('very-secret')).toBe(false);
	});
	test('stay readable when a newer data key seals, and need the newer one for what it sealed', async () => {
		const before = await openBox(master, [first]);
		const after = await openBox(master, [first, second]);
		expect(after.open(before.seal('old', 'p'), 'p').toString()).toBe('old');
		expect(() => before.open(after.seal('new', 'p'), 'p')).toThrow(/data key 2, which is not known here/);
	});
	test('are not sealed with a key that is only announced', async () => {
		const announced = await openBox(master, [first, { ...second, seals: false }]);
		const before = await openBox(master, [first]);
		expect(before.open(announced.seal('x', 'p'), 'p').toString()).toBe('x');
	});
});

describe('master keys', () => {
	test('another key is refused by name before anything is tried', async () => {
		const other = masterKeyFromText(newMasterKeyText());
		await expect(openBox(other, [first])).rejects.toThrow(/Restore the former key file/);
	});
	test.each([['short'], [''], [`${newMasterKeyText()} short`]])('the text %j is refused', (text) => {
		expect(() => masterKeyFromText(text)).toThrow(/32 bytes/);
	});
	test('hex and base64 of the same bytes are the same key', () => {
		const text = newMasterKeyText();
		expect(masterKeyIds(Buffer.from(text, 'base64').toString('hex'))).toEqual(masterKeyIds(text));
	});
	test('the first of several wraps, and all unwrap', async () => {
		const [old, young] = [newMasterKeyText(), newMasterKeyText()];
		const wrapped = await newWrappedKey(masterKeyFromText(old));
		const both = masterKeyFromText(`${young}\n${old}\n`);
		expect((await newWrappedKey(both)).masterKeyId).toBe(masterKeyIds(young)[0]);
		expect(await both.unwrap(wrapped)).toEqual(await masterKeyFromText(old).unwrap(wrapped));
	});
	test('a key that came later is found by reading the source again', async () => {
		const [old, young] = [newMasterKeyText(), newMasterKeyText()];
		let text = old;
		const running = masterKeyFrom(() => text, 0);
		const wrapped = await newWrappedKey(masterKeyFromText(young));
		await expect(running.unwrap(wrapped)).rejects.toThrow(/Restore the former key file/);
		text = `${young}\n${old}`;
		expect(await running.unwrap(wrapped)).toHaveLength(32);
		expect(running.id).toBe(masterKeyIds(young)[0]);
	});
});
