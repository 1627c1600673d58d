import { describe, expect, test } from 'vitest';
import { createLogger } from '../src/index.ts';

function written(log: (logger: ReturnType<typeof createLogger>) => void): string {
	const lines: string[] = [];
	log(createLogger({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } }));
	return lines.join('');
}

describe('log lines', () => {
	test('hide secrets and buyers’ data at any depth and keep ids', () => {
		const text = written((l) =>
			l.info(
				{
					orderId: 'o-1',
					app: { clientSecret: 'S3' },
					deep: [{ more: { refresh_token: 'S3', headers: { Authorization: 'S3', 'x-amz-access-token': 'S3' } } }],
					buyer: { name: 'S3' },
					recipientAddress: 'S3',
					body: Buffer.from('S3'),
				},
				'pulled',
			),
		);
		expect(text).not.toContain('S3');
		expect(JSON.parse(text)).toMatchObject({ orderId: 'o-1', msg: 'pulled', level: 'info', name: 'test' });
	});
	test('show an error’s message and causes without what drivers hang on it', () => {
		const error = Object.assign(new Error('outer', { cause: new Error('inner') }), { detail: 'Failing row contains (Ana)', code: '23505' });
		const text = written((l) => l.error({ err: error }, 'failed'));
		expect(text).not.toContain('Ana');
		expect(JSON.parse(text).err).toMatchObject({ message: 'outer', code: '23505', cause: { message: 'inner' } });
	});
	test('show numbers, times and big integers as they are', () => {
		expect(JSON.parse(written((l) => l.info({ n: 1, big: 12n, at: '2026-01-01T00:00:00.000Z' })))).toMatchObject({
			n: 1,
			big: '12',
			at: '2026-01-01T00:00:00.000Z',
		});
	});
});
