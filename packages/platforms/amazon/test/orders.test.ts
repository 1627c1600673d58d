import { type Page, PlatformError, type Window } from '@pangea/platform-contract';
import type { Order } from '@pangea/domain';
import { witness } from '@pangea/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { readCursor, writeCursor } from '../src/cursor.ts';
import { createOrders, orders } from '../src/orders.ts';
import { wire } from './wire-order.ts';
import { APP, contextOf, type Heard, NOW, startFakeAmazon } from './fake-amazon.ts';

const w = witness('amazon');
const fake = await startFakeAmazon();
beforeEach(() => {
	fake.heard.length = 0;
	fake.answer = () => ({ status: 404 });
});

const short: Window = { from: '2026-11-22T09:00:00.000Z', until: '2026-11-22T12:00:00.000Z', order: 'newest' };
const long: Window = { from: '2026-11-01T00:00:00.000Z', until: '2026-11-22T12:00:00.000Z', order: 'newest' };

async function all(pages: AsyncIterable<Page<Order>>): Promise<Page<Order>[]> {
	const found: Page<Order>[] = [];
	for await (const page of pages) found.push(page);
	return found;
}
const ids = (pages: Page<Order>[]): string[] => pages.flatMap((p) => p.items.map((i) => (i.ok ? i.value.externalId : `!${i.externalId}`)));

describe('Searching orders', () => {
	test('walks all pages of a short window with a frozen query and without personal data', async () => {
		fake.answer = ({ query }) => {
			const token = query.get('paginationToken');
			if (token === null) return { json: { orders: [wire('111-1111111-1111111')], pagination: { nextToken: 'a+/=%2B' } } };
			return { json: { orders: [wire('222-2222222-2222222')], lastUpdatedBefore: '2026-11-22T11:58:00.000Z' } };
		};
		const { store, watched } = contextOf(fake, { witness: w });
		const pages = await all(orders.pull(store, short, null));
		expect(ids(pages)).toEqual(['111-1111111-1111111', '222-2222222-2222222']);
		expect(pages.map((p) => [p.next === null, p.watermark])).toEqual([
			[false, '2026-11-22T11:58:00.000Z'],
			[true, '2026-11-22T11:58:00.000Z'],
		]);
		expect(pages[0]!.replies).toHaveLength(1);
		expect(JSON.parse(pages[0]!.replies[0]!.body.toString())).toHaveProperty('orders');
		const [first, second] = fake.heard.map((h) => Object.fromEntries(h.query));
		expect(first).toEqual({
			lastUpdatedAfter: '2026-11-22T09:00:00.000Z',
			lastUpdatedBefore: '2026-11-22T11:58:00.000Z',
			marketplaceIds: 'ATVPDKIKX0DER',
			maxResultsPerPage: '100',
			includedData: 'PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES',
		});
		expect(second).toEqual({ ...first, paginationToken: 'a+/=%2B' });
		expect(watched?.violations ?? []).toEqual([]);
	});

	test('continues in another process after any page', async () => {
		fake.answer = ({ query }) => {
			const page = Number(query.get('paginationToken') ?? '0');
			return {
				json: { orders: [wire(`111-1111111-000000${page}`)], ...(page < 4 ? { pagination: { nextToken: String(page + 1) } } : {}) },
			};
		};
		const whole = ids(await all(orders.pull(contextOf(fake).store, short, null)));
		expect(whole).toHaveLength(5);
		let cursor: string | null = null;
		const seen: string[] = [];
		for (let i = 0; i < 5; i++) {
			const later = contextOf(fake, { now: () => new Date(Date.parse(NOW) + i * 600_000) });
			for await (const page of createOrders().pull(later.store, short, cursor)) {
				seen.push(...ids([page]));
				cursor = page.next;
				break;
			}
		}
		expect(seen).toEqual(whole);
		expect(cursor).toBeNull();
		expect(new Set(fake.heard.map((h) => h.query.get('lastUpdatedBefore')))).toEqual(new Set(['2026-11-22T11:58:00.000Z']));
	});

	test('ends two minutes before now and asks nothing for a window that has not begun', async () => {
		const { store } = contextOf(fake);
		const pages = await all(orders.pull(store, { ...short, from: '2026-11-22T11:59:00.000Z' }, null));
		expect(pages).toEqual([{ items: [], replies: [], next: null, watermark: '2026-11-22T11:59:00.000Z', total: null }]);
		expect(fake.heard).toEqual([]);
	});

	test('takes an earlier mark of Amazon as its watermark', async () => {
		fake.answer = () => ({ json: { orders: [], lastUpdatedBefore: '2026-11-22T11:30:00Z' } });
		const pages = await all(orders.pull(contextOf(fake).store, short, null));
		expect(pages.map((p) => p.watermark)).toEqual(['2026-11-22T11:30:00.000Z']);
	});

	test('leaves an order that changed at the end of the window, or later, to the next window', async () => {
		const at = (lastUpdatedTime: string): object => wire(lastUpdatedTime, { lastUpdatedTime });
		fake.answer = () => ({ json: { orders: [at('2026-11-22T10:59:59.999Z'), at('2026-11-22T11:00:00Z'), at('2026-11-22T11:30:00Z')] } });
		const pages = await all(orders.pull(contextOf(fake).store, { ...short, until: '2026-11-22T11:00:00.000Z' }, null));
		expect(ids(pages)).toEqual(['2026-11-22T10:59:59.999Z']);
	});

	describe('of several marketplaces in one search', () => {
		const CA = 'A2EUQ1WTGCTBG2';
		const MX = 'A1AM78C64UM0Y8';
		const of = (id: string, marketplaceId: string | null, more: object = {}): object =>
			wire(id, { salesChannel: { channelName: 'AMAZON', ...(marketplaceId === null ? {} : { marketplaceId }) }, ...more });
		const told = (pages: Page<Order>[]) =>
			pages.flatMap((p) => p.items.map((i) => (i.ok ? `${i.value.externalId} ${i.value.siteId}` : `!${i.externalId} ${i.siteId ?? '-'}`)));

		test('each order names its own, and the answer is kept marketplace by marketplace', async () => {
			fake.answer = () => ({
				json: { orders: [of('us', 'ATVPDKIKX0DER'), of('ca', CA), of('us-2', 'ATVPDKIKX0DER'), of('bad', CA, { createdTime: 'soon' })] },
			});
			const { store } = contextOf(fake);
			const [page] = await all(orders.pull({ ...store, alongside: [CA, MX] }, short, null));
			expect(fake.heard.map((h) => h.query.get('marketplaceIds'))).toEqual([`ATVPDKIKX0DER,${CA},${MX}`]);
			expect(told([page!]).sort()).toEqual([`!bad ${CA}`, `ca ${CA}`, 'us ATVPDKIKX0DER', 'us-2 ATVPDKIKX0DER']);
			const kept = page!.items.map((i) => [i.ok ? i.value.externalId : i.externalId, page!.replies[i.replies[0] ?? -1]!.body.toString()]);
			const marketOf = (body = ''): string => [body.includes('"ca"') ? 'ca' : '', body.includes('"us"') ? 'us' : ''].join('');
			expect(kept.map(([id, body]) => `${id} ${marketOf(body ?? '')}`).sort()).toEqual(['bad ca', 'ca ca', 'us us', 'us-2 us']);
			// What is kept is read again like any answer of a search.
			const read = orders.read({ name: 'kept', body: page!.replies[0]!.body }, { siteId: CA, currency: 'CAD', zone: 'UTC' });
			expect(read?.map((r) => r.ok)).toEqual([true, true]);
		});

		test('one that names none of those that were asked for is set aside', async () => {
			fake.answer = () => ({ json: { orders: [of('nowhere', null), of('elsewhere', 'A1PA6795UKMFR9'), of('ca', CA)] } });
			const pages = await all(orders.pull({ ...contextOf(fake).store, alongside: [CA] }, short, null));
			expect(told(pages).sort()).toEqual(['!elsewhere -', '!nowhere -', `ca ${CA}`]);
		});

		test('a walk goes on with those it began with, and a long window is the store’s own', async () => {
			fake.answer = ({ query }) => ({
				json: {
					orders: [of(query.get('paginationToken') ?? 'first', CA)],
					...(query.has('paginationToken') ? {} : { pagination: { nextToken: 'second' } }),
				},
			});
			const { store, watched } = contextOf(fake, { witness: w });
			for await (const page of orders.pull({ ...store, alongside: [CA] }, short, null)) {
				expect(ids(await all(orders.pull(store, short, page.next)))).toEqual(['second']);
				break;
			}
			expect(new Set(fake.heard.map((h) => h.query.get('marketplaceIds')))).toEqual(new Set([`ATVPDKIKX0DER,${CA}`]));
			fake.heard.length = 0;
			for await (const _ of orders.pull({ ...store, alongside: [CA] }, long, null)) break;
			expect(fake.heard[0]!.query.get('marketplaceIds')).toBe('ATVPDKIKX0DER');
			expect(watched?.violations ?? []).toEqual([]);
		});
	});

	test('asks for personal data only when the app says so', async () => {
		fake.answer = () => ({ json: { orders: [] } });
		await all(orders.pull(contextOf(fake, { app: { ...APP, buyerData: 'full' } }).store, short, null));
		expect(fake.heard[0]!.query.get('includedData')).toMatch(/,BUYER,RECIPIENT,TAX$/);
	});

	test('begins the window anew, once, when a token is refused', async () => {
		let refused = 0;
		fake.answer = ({ query }) => {
			if (query.get('paginationToken') === 'old' && refused++ === 0)
				return { status: 400, json: { errors: [{ code: 'InvalidInput', message: null }] } };
			if (query.get('paginationToken')) return { json: { orders: [wire('222-2222222-2222222')] } };
			return { json: { orders: [wire('111-1111111-1111111')], pagination: { nextToken: 'old' } } };
		};
		const pages = await all(orders.pull(contextOf(fake).store, short, null));
		expect(ids(pages)).toEqual(['111-1111111-1111111', '111-1111111-1111111', '222-2222222-2222222']);
	});

	test('drops a token that is older than a day without asking', async () => {
		fake.answer = () => ({ json: { orders: [], pagination: { nextToken: 't' } } });
		let cursor: string | null = null;
		for await (const page of orders.pull(contextOf(fake).store, short, null)) {
			cursor = page.next;
			break;
		}
		fake.answer = () => ({ json: { orders: [] } });
		await all(
			orders.pull(contextOf(fake, { now: () => new Date('2026-11-23T12:00:00Z'), grant: { accessExpiresAt: null } }).store, short, cursor),
		);
		expect(fake.heard.map((h) => h.query.get('paginationToken'))).toEqual([null, null]);
	});

	test('falls back to fewer data sets and leaves the window open while orders have no state', async () => {
		fake.answer = ({ query }) =>
			query.get('includedData')?.includes('FULFILLMENT')
				? { status: 400, json: { errors: [{ code: 'InvalidInput', message: 'Invalid Input' }] } }
				: { json: { orders: [wire('111-1111111-1111111', { fulfillment: undefined })] } };
		const pages = await all(orders.pull(contextOf(fake).store, short, null));
		const last = pages.at(-1)!;
		expect(fake.heard.map((h) => h.query.get('includedData')!.split(',').length)).toEqual([6, 2, 1]);
		expect(last).toMatchObject({ next: null, watermark: short.from });
		expect(last.items[0]).toMatchObject({ ok: true, value: { state: 'unknown', rawStatus: '' } });
	});

	test('gives up with the refusal when even the smallest question is refused', async () => {
		fake.answer = () => ({ status: 400, json: { errors: [{ code: 'InvalidInput', message: 'bad', details: 'secret words' }] } });
		const error = await all(orders.pull(contextOf(fake).store, short, null)).catch((e: unknown) => e);
		expect(error).toBeInstanceOf(PlatformError);
		expect(error).toMatchObject({ kind: 'rejected', message: 'searchOrders: HTTP 400 InvalidInput (request request-3)' });
		expect(fake.heard).toHaveLength(3);
	});

	test('keeps a record it cannot read, with its cause, and goes on', async () => {
		const bad = { ...wire('333-3333333-3333333'), lastUpdatedTime: 'yesterday' };
		const worse = { orderId: '444-4444444-4444444', orderItems: 'none' };
		fake.answer = () => ({ json: { orders: [bad, worse, null, wire('111-1111111-1111111')] } });
		const [page] = await all(orders.pull(contextOf(fake).store, short, null));
		expect(ids([page!])).toEqual(['!333-3333333-3333333', '!444-4444444-4444444', '!null', '111-1111111-1111111']);
		const [first, second] = page!.items;
		expect(first).toMatchObject({
			ok: false,
			cause: 'lastUpdatedTime "yesterday" is not a plausible time',
			raw: JSON.stringify(bad),
			replies: [0],
		});
		expect(second).toMatchObject({ ok: false, cause: expect.stringContaining('createdTime') });
	});

	test('refuses a page that names itself as the next one', async () => {
		fake.answer = () => ({ json: { orders: [], pagination: { nextToken: 'same' } } });
		await expect(all(orders.pull(contextOf(fake).store, short, null))).rejects.toMatchObject({ kind: 'unexpected' });
		expect(fake.heard).toHaveLength(2);
	});

	test.each([
		['no JSON', { body: 'oops' }],
		['JSON of another shape', { json: { payload: {} } }],
		['a truncated body', { body: '{"orders":[' }],
	])('calls an answer with %s not understood', async (_name, said) => {
		fake.answer = () => said;
		await expect(all(orders.pull(contextOf(fake).store, short, null))).rejects.toMatchObject({
			kind: 'unexpected',
			userMessage: { code: 'answerNotUnderstood' },
		});
	});

	test.each([
		'',
		'x',
		Buffer.from('{"v":2}').toString('base64url'),
		Buffer.from('{"v":1,"watermark":"x","steps":[]}').toString('base64url'),
	])('refuses the cursor %j', async (cursor) => {
		await expect(all(orders.pull(contextOf(fake).store, short, cursor))).rejects.toMatchObject({ kind: 'rejected' });
	});

	test('cannot tell a number beforehand', async () => {
		expect(await orders.count(contextOf(fake).store, long)).toBeNull();
	});

	test('a cursor survives writing and reading', () => {
		const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }).map((d) => d.toISOString());
		const step = fc.record({ from: time, until: time, token: fc.string(), tokenAt: time, level: fc.nat(2), restarted: fc.boolean() });
		fc.assert(
			fc.property(time, fc.array(step), (watermark, steps) => {
				const walk = { v: 1 as const, watermark, steps: steps.map((s) => ({ kind: 'search' as const, ...s })) };
				expect(readCursor(writeCursor(walk))).toEqual(walk);
			}),
		);
	});

	test('any text for a cursor is read or refused, never more', () => {
		const kindOf = (text: string): string => {
			try {
				return readCursor(text).v === 1 ? 'read' : 'odd';
			} catch (error) {
				return error instanceof PlatformError ? error.kind : 'odd';
			}
		};
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
				expect(kindOf(text)).not.toBe('odd');
			}),
		);
	});
});

describe('Fetching named orders', () => {
	const idOf = ({ path }: Heard): string => decodeURIComponent(path.split('/').at(-1)!);

	test('leaves out unknown ids and those of another marketplace, keeps refused ones as records', async () => {
		fake.answer = (heard) => {
			const id = idOf(heard);
			if (id === 'gone') return { status: 404, json: { errors: [{ code: 'NotFound', message: 'no' }] } };
			if (id === 'a/b c') return { status: 400, json: { errors: [{ code: 'InvalidInput', message: 'no' }] } };
			return { json: { order: wire(id, id === 'ca' ? { salesChannel: { channelName: 'AMAZON', marketplaceId: 'A2EUQ1WTGCTBG2' } } : {}) } };
		};
		const { store, watched } = contextOf(fake, { witness: w });
		const page = await orders.fetch(store, ['111-1111111-1111111', 'gone', 'ca', 'a/b c', '111-1111111-1111111']);
		expect(ids([page])).toEqual(['111-1111111-1111111', '!a/b c']);
		expect(page.replies).toHaveLength(1);
		expect(fake.heard.filter((h) => h.path.endsWith('111-1111111-1111111'))).toHaveLength(1);
		expect(watched?.violations ?? []).toEqual([]);
	});

	test('keeps an order from outside Amazon with its home site and a warning', async () => {
		fake.answer = (heard) => ({
			json: { order: wire(idOf(heard), { salesChannel: { channelName: 'NON_AMAZON', marketplaceId: 'A2ZV50J4W1RKNI' } }) },
		});
		const page = await orders.fetch(contextOf(fake).store, ['S01-1111111-1111111']);
		expect(page.items[0]).toMatchObject({ value: { siteId: 'ATVPDKIKX0DER', warnings: ['NON_AMAZON', 'marketplaceId A2ZV50J4W1RKNI'] } });
	});

	test('stops at a missing role instead of calling the orders unknown', async () => {
		fake.answer = () => ({ status: 403, json: { errors: [{ code: 'Unauthorized', message: 'Access to requested resource is denied.' }] } });
		await expect(orders.fetch(contextOf(fake).store, ['111-1111111-1111111'])).rejects.toMatchObject({
			kind: 'forbidden',
			userMessage: { code: 'scopeMissing' },
		});
	});
});
