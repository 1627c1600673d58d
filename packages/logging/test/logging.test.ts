import { inSpan } from '@pangea/tracing';
import { startTracing } from '@pangea/tracing/start';
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
	test.each([
		['a parser’s error', () => JSON.parse('{"name":Ana Silva, Rua S3 12}') as unknown],
		['a parser’s error at the end', () => JSON.parse('S3') as unknown],
		['a long text that is no JSON', () => JSON.parse(`<html>${'x'.repeat(200)}S3</html>`) as unknown],
		['a wrong address', () => new URL('S3 https://api.example/orders?access_token=S3&sign=S3')],
	])('hide what %s repeats of its input', (_name, fail) => {
		let thrown: unknown;
		try {
			fail();
		} catch (error) {
			thrown = error;
		}
		expect(thrown).toBeInstanceOf(Error);
		const text = written((l) => l.error({ err: new Error('outer', { cause: thrown }) }, 'failed'));
		expect(text).not.toMatch(/S3|Silva/);
	});
	test.each([
		['invalid input syntax for type uuid: "Ana S3"'],
		['value "5553123" is out of range for type integer, said S3@example.test'],
		['connect to postgres://pangea:S3@db:5432/pangea failed'],
		['GET https://api.example/orders?access_token=S3&sign=S3 answered 401'],
		['refused Atzr|IwEBIS3abc+/= and APP_USR-12345678-S3'],
		['header Authorization: Bearer S3.abc.def'],
		['Key (email)=(Ana S3) already exists.'],
	])('hide the values in %j and keep the sentence', (message) => {
		const text = written((l) => l.error({ err: new Error(message) }, 'failed'));
		expect(text).not.toMatch(/S3|5553123|Ana/);
		expect(text).toContain('[hidden]');
		const [word = ''] = message.split(' ');
		expect((JSON.parse(text) as { err: { message: string } }).err.message.startsWith(word)).toBe(true);
	});
	test('keep what an operator needs: constraints, hosts, ids and places in the code', () => {
		const message =
			'duplicate key value violates unique constraint "orders_pkey" at https://api.example/orders/114-7 for 0190a1b2-1111-7111-8111-111111111111';
		const { err } = JSON.parse(written((l) => l.error({ err: new Error(message) }, 'failed'))) as {
			err: { message: string; stack: string };
		};
		expect(err.message).toBe(message);
		expect(err.stack).toContain('logging.test.ts');
	});
	test('show numbers, times and big integers as they are', () => {
		expect(JSON.parse(written((l) => l.info({ n: 1, big: 12n, at: '2026-01-01T00:00:00.000Z' })))).toMatchObject({
			n: 1,
			big: '12',
			at: '2026-01-01T00:00:00.000Z',
		});
	});
	test('name the trace that they belong to, and a collector that is not there holds nothing up', async () => {
		const line = (): Promise<string> => inSpan('work', {}, () => Promise.resolve(written((l) => l.info('within'))));
		expect(JSON.parse(await line())).not.toHaveProperty('trace_id');
		const tracing = await startTracing('test', { endpoint: 'http://127.0.0.1:9', share: 1 });
		try {
			expect(JSON.parse(await line())).toMatchObject({ trace_id: expect.stringMatching(/^[0-9a-f]{32}$/), span_id: expect.any(String) });
			expect(JSON.parse(written((l) => l.info('outside')))).not.toHaveProperty('trace_id');
		} finally {
			await tracing.stop();
		}
		expect(JSON.parse(await line())).not.toHaveProperty('trace_id');
	});
});
