import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
	masterKeyFromText,
	newMasterKeyText,
	newWrappedKey,
	openBox,
	openMasterKey,
	openTransit,
	type TransitSettings,
} from '../src/index.ts';
import { startTransitService, type TransitService } from './transit-service.ts';

let service: TransitService;

beforeEach(async () => {
	service = await startTransitService();
});
afterEach(() => service.close());

const settings = (change: Partial<TransitSettings> = {}): TransitSettings => ({
	keyUrl: service.keyUrl,
	readToken: () => service.token,
	namespace: null,
	...change,
});

describe('a key service', () => {
	test('wraps data keys that open the same in another process, and never hands out its own key', async () => {
		const wrapped = await newWrappedKey(await openTransit(settings()));
		expect(wrapped.masterKeyId).toBe('transit:transit/pangea:v1');
		const [here, there] = [await openTransit(settings()), await openTransit(settings())];
		expect(await here.unwrap(wrapped)).toEqual(await there.unwrap(wrapped));
		const box = await openBox(here, [{ ...wrapped, generation: 1, seals: true }]);
		expect(box.open(box.seal('refresh token', 'p'), 'p').toString()).toBe('refresh token');
		expect(service.seen.some((request) => request.includes('export'))).toBe(false);
	});

	test('rotates: new keys lie under the new version, those of the former one still open', async () => {
		const running = await openTransit(settings());
		const before = await newWrappedKey(running);
		await (await openTransit(settings())).rotate();
		// The running process learns of it from what it wraps next.
		const after = await newWrappedKey(running);
		expect([after.masterKeyId, running.id]).toEqual(['transit:transit/pangea:v2', 'transit:transit/pangea:v2']);
		const fresh = await openTransit(settings());
		expect((await fresh.unwrap(before)).length).toBe(32);
		expect(await fresh.has(before.masterKeyId)).toBe(true);
		service.least = 2;
		expect(await fresh.has(before.masterKeyId)).toBe(false);
		expect(await fresh.has('transit:transit/another:v1')).toBe(false);
	});

	test('is asked once for a key, so that an outage does not stop who has it', async () => {
		const running = await openTransit(settings());
		const wrapped = await newWrappedKey(await openTransit(settings()));
		const opened = await running.unwrap(wrapped);
		service.sealed = true;
		expect(await running.unwrap(wrapped)).toEqual(opened);
		await expect(newWrappedKey(running)).rejects.toThrow('is sealed or stands by: unseal it');
	});

	test.each([
		['a refused token', { readToken: () => 'another' }, /refuses our token: give one whose policy allows/],
		['a key that is not there', { keyUrl: () => service.keyUrl.replace('pangea', 'absent') }, /has no key transit\/absent: make it there/],
		['an address that is none', { keyUrl: () => 'http://127.0.0.1:1/somewhere' }, /must end in \/v1\/<mount>\/keys\/<name>/],
		['nobody at the address', { keyUrl: () => 'http://127.0.0.1:1/v1/transit/keys/pangea' }, /does not answer: check its address/],
	])('says what to do about %s', async (_what, { keyUrl, ...change }: { keyUrl?: () => string; readToken?: () => string }, sentence) => {
		await expect(openTransit(settings({ ...change, ...(keyUrl && { keyUrl: keyUrl() }) }))).rejects.toThrow(sentence);
	});

	test('takes over from a key of one’s own, which still opens what lies under it', async () => {
		const text = newMasterKeyText();
		const own = await newWrappedKey(masterKeyFromText(text));
		const both = await openMasterKey({ readMasterKey: () => text, transit: settings() });
		expect(await both.unwrap(own)).toEqual(await masterKeyFromText(text).unwrap(own));
		expect(await both.has(own.masterKeyId)).toBe(true);
		expect((await newWrappedKey(both)).masterKeyId).toBe('transit:transit/pangea:v1');
		const alone = await openMasterKey({ readMasterKey: null, transit: settings() });
		expect(await alone.has(own.masterKeyId)).toBe(false);
		await expect(alone.unwrap(own)).rejects.toThrow(/Restore the former key file/);
	});
});
