import { AGREED, settle, witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOW, simulated } from './simulated-platform.ts';
import { compare } from './skeleton.ts';

const w = witness('mercado-libre');
const DAY = 86_400_000;

describe('comparing skeletons', () => {
	it('tells what is missing, new and of another type, and takes null as silence', () => {
		const sample = [{ a: 1, b: { c: 'x' }, d: [{ e: 1 }], n: null }];
		expect(compare(sample, sample)).toEqual([]);
		expect(compare(sample, [{ a: '1', b: {}, d: [{ f: 1 }], n: { any: 1 } }])).toEqual(['+ d[].f', '- b.c', '- d[].e', '~ a string']);
		expect(compare(sample, [{ a: null, b: null, d: [], n: null }])).toEqual([]);
	});
});

describe.skipIf(!w)('the simulator speaks like the published samples', () => {
	let s: Awaited<ReturnType<typeof simulated>>;
	const tokens = new Map<string, string>();
	beforeAll(async () => {
		s = await simulated();
		for (const account of s.facts.accounts) {
			const grant = await s.bind(account.authorizationSite);
			tokens.set(account.family, grant.secrets['accessToken'] ?? '');
		}
	});
	afterAll(() => s.simulator.stop());

	const sample = (name: string) => w!.json(`samples/${name}.json`);
	/** Holds answers of the simulator against one sample. */
	const hear = (name: string, replies: readonly unknown[], reasons: Record<string, string> = {}, samples: unknown[] = [sample(name)]) => {
		const disagreements = compare(samples, replies);
		const hearing = { platform: 'Mercado Libre', side: 'simulator', against: `sample ${name}` } as const;
		return settle({ ...hearing, judged: replies.length, disagreements, reasons });
	};

	async function get(family: 'global' | 'local', path: string): Promise<unknown> {
		const headers = { authorization: `Bearer ${tokens.get(family)}`, 'x-format-new': 'true' };
		return (await fetch(s.facts.apiBase + path, { headers })).json();
	}

	interface Found {
		results: {
			id: number;
			pack_id?: number;
			shipping?: { id: number | null };
			orders?: { id: number }[];
			shipment?: { id: number | null };
		}[];
	}

	const search = async (family: 'global' | 'local') => {
		const seller = s.facts.accounts.find((a) => a.family === family)?.stores[0]?.sellerId ?? '';
		const window = `from=${new Date(NOW - 40 * DAY).toISOString()}`;
		const path =
			family === 'global'
				? `/marketplace/orders/search?seller.id=${seller}&last_updated.${window}`
				: `/orders/search?seller=${seller}&order.date_last_updated.${window}`;
		return (await get(family, path)) as Found;
	};

	/** Documents of one resource for all orders that a search finds. */
	async function documents(
		family: 'global' | 'local',
		path: (id: number) => string,
		ids: (row: Found['results'][number]) => (number | null | undefined)[],
	) {
		const { results } = await search(family);
		const all = results.flatMap(ids).filter((id): id is number => typeof id === 'number');
		const found = await Promise.all(all.slice(0, 40).map((id) => get(family, path(id))));
		const whole = found.filter((d) => typeof d === 'object' && d !== null && !('error' in d));
		expect(whole.length).toBeGreaterThan(3);
		return whole;
	}

	const orderIds = (row: Found['results'][number]) => row.orders?.map((o) => o.id) ?? [row.id];
	const shipmentIds = (row: Found['results'][number]) => [row.shipment?.id ?? row.shipping?.id];

	it('in a cross-border order', async () => {
		const replies = await documents('global', (id) => `/marketplace/orders/${id}`, orderIds);
		const reason = "in the contract's table of fields (§4.2) and in its composed orders, though not in this one sample";
		expect(
			hear('marketplace-order', replies, {
				'+ payments[].transaction_amount_refunded': reason,
				'+ tags': reason,
				'+ total_amount': reason,
			}),
		).toEqual(AGREED);
	});

	it('in the index of the search', async () => {
		const replies = [await search('global')];
		expect(
			hear('marketplace-orders-search', replies, {
				'+ paging.offset': 'in the table of parameters and in the composed reply (§3.3)',
				'- paging.scroll_id': 'shown once; its use is not documented (§3.3)',
			}),
		).toEqual(AGREED);
	});

	it('in a shipment and its parts', async () => {
		const of = (part: string) => documents('global', (id) => `/marketplace/shipments/${id}${part}`, shipmentIds);
		expect(hear('marketplace-shipment', await of(''))).toEqual(AGREED);
		expect(hear('marketplace-shipment-lead-time', await of('/lead_time'))).toEqual(AGREED);
		expect(hear('marketplace-shipment-history', await of('/history'))).toEqual(AGREED);
		expect(hear('marketplace-shipment-items', await of('/items'))).toEqual(AGREED);
	});

	it('in packs of both families', async () => {
		const packs = async (family: 'global' | 'local', base: string) => {
			const orders = (await documents(family, (id) => `${family === 'global' ? '/marketplace' : ''}/orders/${id}`, orderIds)) as {
				pack_id: number | null;
			}[];
			const ids = [...new Set(orders.map((o) => o.pack_id).filter((id) => id !== null))];
			return Promise.all(ids.map((id) => get(family, base + id)));
		};
		expect(hear('marketplace-order-pack', await packs('global', '/marketplace/orders/pack/'))).toEqual(AGREED);
		expect(hear('pack-local', await packs('local', '/packs/'))).toEqual(AGREED);
	});

	it('in a local order, alone and in the search', async () => {
		const replies = await documents('local', (id) => `/orders/${id}`, orderIds);
		expect(hear('order-local', replies)).toEqual(AGREED);
	});

	it('about questions', async () => {
		const account = (family: string) => s.facts.accounts.find((a) => a.family === family)?.userId;
		const search = async (family: 'global' | 'local') =>
			(await get(family, `${family === 'global' ? '/marketplace' : ''}/questions/search?seller_id=${account(family)}`)) as {
				questions: { id: number }[];
			};
		const filters = 'what the search repeats of its parameters and offers as others; nothing of it is read';
		const unread = {
			'- available_filters': filters,
			'- available_sorts': filters,
			...Object.fromEntries(['id', 'name', 'type', 'values'].map((field) => [`- available_filters[].${field}`, filters])),
			'- filters.caller': filters,
			'- filters.is_admin': filters,
			'- filters.sorts': filters,
		};
		const found = await search('global');
		expect(hear('marketplace-questions-search', [found], unread)).toEqual(AGREED);
		const one = await Promise.all(found.questions.map(({ id }) => get('global', `/marketplace/questions/${id}`)));
		expect(hear('marketplace-question', one)).toEqual(AGREED);
		expect(
			hear('questions-search-local', [await search('local')], {
				...unread,
				'+ filters.seller': filters,
				'- filters.api_version': filters,
				'- filters.item': filters,
			}),
		).toEqual(AGREED);
	});

	it('about messages of purchases', async () => {
		const unread = async (family: 'global' | 'local', path: string) => (await get(family, path)) as { results: { resource: string }[] };
		const global = await unread('global', '/marketplace/messages/unread?role=seller&tag=post_sale');
		const local = await unread('local', '/messages/unread?role=seller&tag=post_sale');
		expect(hear('marketplace-messages-unread', [global])).toEqual(AGREED);
		expect(hear('messages-unread-local', [local])).toEqual(AGREED);
		const threads = (family: 'global' | 'local', base: string, rows: typeof global) =>
			Promise.all(rows.results.slice(0, 5).map(({ resource }) => get(family, `${base}/messages${resource}?mark_as_read=false`)));
		expect(hear('marketplace-messages-pack', await threads('global', '/marketplace', global))).toEqual(AGREED);
		expect(hear('messages-pack-local', await threads('local', '', local))).toEqual(AGREED);
	});

	it('about items', async () => {
		const account = s.facts.accounts.find((a) => a.family === 'global')!;
		const ids = (await get('global', `/users/${account.userId}/items/search`)) as { results: string[] };
		expect(hear('users-items-search', [ids])).toEqual(AGREED);
		const scanned = await get('global', `/users/${account.userId}/items/search?search_type=scan`);
		expect(hear('users-items-search-scan', [scanned])).toEqual(AGREED);
		const parents = ids.results.slice(0, 5);
		const detail = 'in the table of fields (§6.1) and in the published row of the multiget, though not in this one sample';
		const more = { '+ base_price': detail };
		expect(
			hear('marketplace-item-cbt-parent', await Promise.all(parents.map((id) => get('global', `/marketplace/items/${id}`))), more),
		).toEqual(AGREED);
		const families = (await Promise.all(parents.map((id) => get('global', `/items/${id}/marketplace_items`)))) as {
			marketplace_items: { item_id: string }[];
		}[];
		expect(hear('item-marketplace-items', families)).toEqual(AGREED);
		const children = await Promise.all(
			families.flatMap((one) => one.marketplace_items).map(({ item_id: id }) => get('global', `/marketplace/items/${id}`)),
		);
		const cut = 'printed for the parent, which has the same shape (§6.1); the published child ends before it';
		const picture = ['id', 'url', 'secure_url', 'size', 'max_size', 'quality'].map((field) => `pictures[].${field}`);
		const end = ['initial_quantity', 'thumbnail', 'secure_thumbnail', 'thumbnail_id', 'pictures', ...picture];
		expect(
			hear('marketplace-item-site-child', children, { ...more, ...Object.fromEntries(end.map((field) => [`+ ${field}`, cut])) }),
		).toEqual(AGREED);
		const [row] = sample('items-multiget') as { body: object }[];
		const names = Object.keys(row?.body ?? {}).join(',');
		const many = await get('global', `/items?ids=${parents.join(',')},MLM1&attributes=${names}`);
		expect(hear('items-multiget', [many])).toEqual(AGREED);
		const infractions = await Promise.all(
			account.stores.map(({ sellerId }) => get('global', `/marketplace/moderations/infractions/${sellerId}`)),
		);
		expect(hear('moderations-infractions', infractions)).toEqual(AGREED);
	});

	it('about claims', async () => {
		const stores = s.facts.accounts.find((a) => a.family === 'global')?.stores ?? [];
		const searches = await Promise.all(
			stores.map(({ sellerId }) => get('global', `/marketplace/v2/claims/search?user_id=${sellerId}&status=opened`)),
		);
		const rows = (searches as { data: { id: number }[] }[]).flatMap(({ data }) => data);
		expect(rows.length).toBeGreaterThan(0);
		expect(hear('marketplace-claims-search', searches)).toEqual(AGREED);
		const some = rows.slice(0, 10);
		expect(hear('marketplace-claim', await Promise.all(some.map(({ id }) => get('global', `/marketplace/v2/claims/${id}`))))).toEqual(
			AGREED,
		);
		const details = await Promise.all(some.map(({ id }) => get('global', `/marketplace/v2/claims/${id}/detail`)));
		expect(hear('marketplace-claim-detail', details)).toEqual(AGREED);
		const said = await Promise.all(some.map(({ id }) => get('global', `/marketplace/v2/claims/${id}/messages`)));
		expect(hear('marketplace-claim-messages', said)).toEqual(AGREED);
	});

	it('about users', async () => {
		expect(hear('users-me-cbt', [await get('global', '/users/me')])).toEqual(AGREED);
		const id = s.facts.accounts.find((a) => a.family === 'global')?.userId;
		expect(hear('marketplace-user-mapping', [await get('global', `/marketplace/users/${id}`)])).toEqual(AGREED);
	});

	it('in refusals', async () => {
		// Claims have an envelope of their own; orders, users and tokens the classic one with `status`.
		const classic = (sample('errors') as { http: number; body: object | null }[]).filter(
			(e) => e.body && 'status' in e.body && 'cause' in e.body,
		);
		const envelope = (http: number) => classic.filter((e) => e.http === http).map((e) => e.body);
		expect(hear('errors, 404', [await get('global', '/marketplace/orders/1')], {}, envelope(404))).toEqual(AGREED);
		const wrong = await fetch(`${s.facts.apiBase}/users/me`, { headers: { authorization: 'Bearer APP_USR-nobody' } });
		expect(hear('errors, 401', [await wrong.json()], {}, envelope(401))).toEqual(AGREED);
		const spent = await fetch(`${s.facts.apiBase}/oauth/token`, {
			method: 'POST',
			body: new URLSearchParams({
				grant_type: 'refresh_token',
				refresh_token: 'TG-spent',
				client_id: s.facts.clientId,
				client_secret: s.facts.clientSecret,
			}),
		});
		expect(hear('oauth-error-invalid-grant', [await spent.json()])).toEqual(AGREED);
	});
});
