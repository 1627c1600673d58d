import { witness } from '@pangea/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedBody, readBody } from '../src/temu/request-body.ts';
import { requestSign, sealEvent } from '../src/temu/signature.ts';

const w = witness('temu');

describe.skipIf(!w)('Temu signatures against the published vectors', () => {
	const rows = w ? splitArray(w.read('samples/sign-vectors.json')) : [];
	it.each(rows)('signs vector %#', (text) => {
		const row = JSON.parse(text) as { appSecret: string; sign: string };
		const params = /"params":\s*(\{.*\}),\s*"stringToSign"/s.exec(text)?.[1] ?? '';
		expect(requestSign(readBody(params), row.appSecret)).toBe(row.sign);
	});

	const events = (w?.json('samples/webhook-vectors.json') ?? []) as {
		name: string;
		appSecret: string;
		headers: Record<string, string>;
		eventDataPlain: unknown;
		body?: { eventData: string };
		eventDataEncrypted?: string;
		signature_without_ext_param: string;
		'signature_with_ext_param_{}': string;
	}[];
	it.each(events)('seals event $name', (event) => {
		const plain = typeof event.eventDataPlain === 'string' ? event.eventDataPlain : JSON.stringify(event.eventDataPlain);
		const envelope = {
			appKey: event.headers['x-tm-app-key'] ?? '',
			eventCode: event.headers['x-tm-event-code'] ?? '',
			timestampMs: Number(event.headers['x-tm-timestamp']),
		};
		const withParam = sealEvent({ ...envelope, extParam: '{}' }, plain, event.appSecret);
		expect(withParam.headers['x-tm-signature']).toBe(event['signature_with_ext_param_{}']);
		expect(sealEvent({ ...envelope, extParam: null }, plain, event.appSecret).headers['x-tm-signature']).toBe(
			event.signature_without_ext_param,
		);
		expect(JSON.parse(withParam.body)).toEqual({ eventData: event.body?.eventData ?? event.eventDataEncrypted });
	});
});

describe('Temu request bodies', () => {
	it('signs what was sent, however it was spaced or escaped', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (body) => {
				const values = Object.fromEntries(Object.entries(body).filter(([name, value]) => value !== null && name !== '__proto__'));
				const tight = requestSign(readBody(JSON.stringify(values)), 'secret');
				expect(requestSign(readBody(JSON.stringify(values, null, '  ')), 'secret')).toBe(tight);
				for (const [name, field] of readBody(JSON.stringify(values))) {
					const value = values[name];
					expect(field.signed).toBe(typeof value === 'string' ? value : JSON.stringify(value));
				}
			}),
		);
	});

	it('keeps every digit of integers above 2^53', () => {
		const field = readBody('{"channelId": 897039159485005824, "list":[897039159485005825]}');
		expect(field.get('channelId')).toEqual({ value: 897039159485005824n, signed: '897039159485005824' });
		expect(field.get('list')?.value).toEqual([897039159485005825n]);
	});

	it.each(['', '[]', '3', '{"a":', 'null'])('refuses %j', (text) => {
		expect(() => readBody(text)).toThrow(MalformedBody);
	});
});

/** Splits the text of a JSON array of objects into the text of its members, keeping every digit. */
function splitArray(text: string): string[] {
	const parts: string[] = [];
	let depth = 0;
	let start = 0;
	for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
		if (match[0] === '{' && depth++ === 0) start = match.index;
		if (match[0] === '}' && --depth === 0) parts.push(text.slice(start, match.index + 1));
	}
	return parts;
}
