import { beforeAll, describe, expect, it } from 'vitest';
import type { IncomingRequest, PlatformHttp, Tiding } from '../adapter.ts';
import type { PlatformAdapter } from '../capabilities.ts';
import type { Session } from './session.ts';

export function describeWebhooks(adapter: PlatformAdapter, session: () => Session): void {
	const { webhooks } = adapter;
	if (!webhooks) return;

	describe('webhooks', () => {
		const verify = (request: IncomingRequest, app = session().world.app) => webhooks.verify(app, request, session().world.now());
		const pushes = () => {
			const { pushes: own } = session().world;
			if (!own) throw new Error(`${adapter.id} has webhooks and the world has no pushes`);
			return own;
		};
		const tidingsOf = (request: IncomingRequest): Tiding[] => {
			const verdict = verify(request);
			if (!verdict.ok) throw new Error(verdict.reason);
			return verdict.tidings;
		};

		const naming = (orderId: string): IncomingRequest[] =>
			pushes()
				.received()
				.filter((request) => tidingsOf(request).some((tiding) => tiding.externalIds.includes(orderId)));

		/** Requests that name the order, once there are enough of them. */
		async function arrived(
			orderId: string,
			enough: (requests: IncomingRequest[]) => boolean = (r) => r.length > 0,
		): Promise<IncomingRequest[]> {
			for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
				const requests = naming(orderId);
				if (enough(requests)) return requests;
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
			throw new Error(
				`Not enough pushes named the order within 10 s: ${naming(orderId).length} of ${pushes().received().length} that arrived`,
			);
		}

		const deliveryId = (request: IncomingRequest): string | undefined => tidingsOf(request)[0]?.deliveryId;

		beforeAll(async () => {
			if (webhooks.subscribe) await webhooks.subscribe(session().grant, pushes().url);
			else pushes().register();
		});

		it('are asked for by requests that say that they write, so that a stop of all writes holds them back', async ({ skip }) => {
			if (!webhooks.subscribe) return skip('the platform has no call for that');
			const { grant } = session();
			const stopped = new Error('writes are stopped');
			const http: PlatformHttp = {
				...grant.http,
				send: (request) => (request.writes ? Promise.reject(stopped) : grant.http.send(request)),
			};
			await expect(webhooks.subscribe({ ...grant, http }, pushes().url)).rejects.toBe(stopped);
		});

		it('bring news of an order that can then be fetched, from the store or account it belongs to', async () => {
			const store = session().busiest;
			const made = session().world.createOrder(store.externalId);
			session().world.changeOrder(store.externalId, made.externalId);
			const [request] = await arrived(made.externalId);
			const [tiding] = request ? tidingsOf(request) : [];
			expect(tiding?.kind).toBe('orders');
			expect([store.externalId, session().grant.grant().externalAccountId]).toContain(tiding?.accountExternalId);
			const page = await adapter.orders.fetch(session().storeContext(store), tiding?.externalIds ?? []);
			expect(page.items.map((item) => (item.ok ? item.value.externalId : null))).toContain(made.externalId);
		});

		it('that are forged are refused without saying why in secrets', async () => {
			const made = session().world.createOrder(session().busiest.externalId);
			session().world.changeOrder(session().busiest.externalId, made.externalId);
			const [genuine] = await arrived(made.externalId);
			if (!genuine) throw new Error('No push came');
			const forgeries = pushes().forgeries(genuine);
			expect(forgeries.length).toBeGreaterThan(0);
			for (const forged of forgeries) {
				const verdict = verify(forged);
				expect(verdict.ok).toBe(false);
				for (const secret of session().secrets()) expect(JSON.stringify(verdict)).not.toContain(secret);
			}
			expect(verify(genuine).ok).toBe(true);
		});

		it('are refused while the app has no secret, or another', async () => {
			const [genuine] = pushes().received();
			if (!genuine) throw new Error('No push came');
			const without = Object.fromEntries(Object.entries(session().world.app).map(([key]) => [key, '']));
			const other = Object.fromEntries(
				Object.entries(session().world.app).map(([key, value]) => {
					const secret = adapter.manifest.appFields.some((field) => field.key === key && field.secret);
					return [key, secret ? `${value.slice(1)}${value.startsWith('0') ? '1' : '0'}` : value];
				}),
			);
			expect(verify(genuine, without).ok).toBe(false);
			expect(verify(genuine, other).ok).toBe(false);
		});

		it('that come twice are known by the same delivery id; others have others', async () => {
			const store = session().busiest.externalId;
			const other = session().world.createOrder(store);
			session().world.changeOrder(store, other.externalId);
			const others = (await arrived(other.externalId)).map(deliveryId);
			const made = session().world.createOrder(store);
			pushes().duplicateNext();
			session().world.changeOrder(store, made.externalId);
			const twice = (requests: IncomingRequest[]): boolean => new Set(requests.map(deliveryId)).size < requests.length;
			const ids = (await arrived(made.externalId, twice)).map(deliveryId);
			expect(ids).not.toContain(undefined);
			expect(ids.filter((id) => others.includes(id))).toEqual([]);
		});
	});
}
