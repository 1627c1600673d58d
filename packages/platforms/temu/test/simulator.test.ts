import type { Order } from '@pangea/domain';
import { memoryBudgets, type Outcome, PlatformError, type PlatformHttp, type StoreContext } from '@pangea/platform-contract';
import { testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { type OrderTruth, type Simulator, startSimulator } from '@pangea/simulator';
import { AGREED, settle, witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temu } from '../src/index.ts';
import type { Gateway } from '../src/sites.ts';
import { appOf, hostsOf, readFacts, type TemuFacts } from './simulated-temu.ts';
import { unlistedFields } from './skeletons.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const DAY = 86_400_000;
const WINDOW = { from: new Date(NOW - 30 * DAY).toISOString(), until: new Date(NOW).toISOString(), order: 'newest' as const };
const GATEWAYS: Gateway[] = ['us', 'eu', 'global', 'partner', 'cn'];

let simulator: Simulator;
let facts: TemuFacts;
/** Result documents by API, as the simulator gave them. */
const answers = new Map<string, unknown[]>();

beforeAll(async () => {
	simulator = await startSimulator({ clock: { at: NOW, frozen: true }, size: 6000 });
	facts = readFacts(simulator.platforms['temu'] ?? {});
});
afterAll(async () => simulator.stop());

function context() {
	const now = () => simulator.control.clock.now();
	const sleep = async (millis: number) => void simulator.control.setClock({ advance: Math.ceil(millis) });
	const made = testContext(temu.manifest, {
		app: appOf(facts, GATEWAYS),
		hosts: hostsOf(facts),
		now: () => new Date(now()),
		http: { budgets: memoryBudgets(temu.manifest, { now, sleep }), sleep, now },
	});
	return { ...made, http: remembering(made.http) };
}

function remembering(http: PlatformHttp): PlatformHttp {
	return {
		...http,
		async send(request) {
			const reply = await http.send(request);
			const { result } = JSON.parse(reply.body.toString()) as { result?: unknown };
			const { type } = JSON.parse(request.body ?? '{}') as { type: string };
			if (result !== undefined && result !== null) answers.set(type, [...(answers.get(type) ?? []), result]);
			return reply;
		},
	};
}

async function bind(storeId: string, host: Gateway) {
	const store = facts.stores.find((one) => one.id === storeId);
	const made = context();
	const grant = await temu.authorization.exchange(made, { kind: 'paste', fields: { accessToken: store?.tokens[host] ?? '' }, host });
	return testGrantContext(temu, made, grant);
}

async function open(storeId: string, host: Gateway): Promise<StoreContext> {
	const grant = await bind(storeId, host);
	const [store] = await temu.stores.list(grant);
	if (!store) throw new Error('the token opens no store');
	return testStoreContext(temu, grant, store);
}

async function pulled(store: StoreContext): Promise<Map<string, Order>> {
	const items: Outcome<Order>[] = [];
	for await (const page of temu.orders.pull(store, WINDOW, null)) items.push(...page.items);
	return new Map(
		items.map((item) => {
			if (!item.ok) throw new Error(item.cause);
			return [item.value.externalId, item.value];
		}),
	);
}

function truthOf(store: string): OrderTruth[] {
	return simulator.control.truth({ store, by: 'updated', from: NOW - 30 * DAY, to: NOW }, 10_000).orders;
}

const iso = (millis: number | undefined) => (millis === undefined ? null : new Date(Math.floor(millis / 1000) * 1000).toISOString());

describe('against the simulator', () => {
	it.each([
		['temu-us', 'us', '100', 'semiManaged', 'USD'],
		['temu-de', 'eu', '105', 'local', 'EUR'],
		['temu-mx', 'global', '110', 'local', 'MXN'],
		['temu-jp', 'global', '118', 'local', 'JPY'],
	] as const)('a month of %s is whole and true, with money, parcels and cases', async (name, host, siteId, mode, currency) => {
		const store = await open(name, host);
		expect(store.store).toMatchObject({ siteId, mode, active: true });
		const told = truthOf(name);
		const orders = await pulled(store);
		expect(told.length).toBeGreaterThan(5);
		expect([...orders.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual(
			told.map(({ id }) => id).toSorted((a, b) => a.localeCompare(b)),
		);
		for (const { id, order: truth } of told) {
			const order = orders.get(id);
			expect(order).toMatchObject({ siteId, placedAt: iso(truth.placedAt), updatedAt: iso(truth.updatedAt), money: { currency } });
			expect(order?.shippedAt).toBe(iso(truth.steps.find((step) => step.kind === 'shipped')?.at));
			expect(order?.lines.map((line) => [line.sellerSku, line.quantity])).toEqual(
				truth.lines.map((line) => [line.sku.code, line.quantity]),
			);
			expect(order?.parcels.map((parcel) => parcel.trackingNumber)).toEqual(truth.parcels.map((parcel) => parcel.tracking));
			expect(order?.returns.filter((one) => one.kind !== 'cancellation')).toHaveLength(truth.return === null ? 0 : 1);
			const parts = order?.money.parts ?? {};
			const bill = [parts.items, parts.shipping, parts.tax, parts.otherCharges, parts.sellerDiscount, parts.platformDiscount, parts.refund];
			// What the parts come to is what the platform says was paid.
			expect(bill.reduce((sum, part) => sum + (part?.amountMinor ?? 0n), 0n)).toBe(parts.total?.amountMinor ?? 0n);
		}
		const priced = [...orders.values()].filter((order) => order.money.parts.total !== undefined);
		expect(priced.length).toBeGreaterThan(0);
		expect(priced.every((order) => order.money.taxBasis === 'net')).toBe(true);
		expect(
			priced.every((order) => order.warnings.some((warning) => warning.startsWith('order_amount_scale')) === (currency === 'JPY')),
		).toBe(true);
	});

	it('a fully managed mall is shown on each of its gateways, and serves no orders', async () => {
		for (const [host, mode] of [
			['cn', 'fullyManaged'],
			['global', 'fullyManaged'],
			['partner', 'unknown'],
		] as const) {
			const store = await open('temu-managed', host);
			expect(store.store).toMatchObject({ mode, siteId: 'CN', attributes: { orders: 'none' } });
			await expect(pulled(store)).rejects.toMatchObject({ kind: 'rejected', userMessage: { code: 'modeNotServed' } });
		}
	});

	it('a store off the allow-list of amounts has orders without money, and says why', async () => {
		simulator.control.configure('temu', { amounts: { store: 'temu-mx', allowed: false } });
		facts = readFacts((simulator.control.facts()['platforms'] as Record<string, Record<string, unknown>>)['temu'] ?? {});
		const orders = [...(await pulled(await open('temu-mx', 'global'))).values()].filter((order) => order.state !== 'onHold');
		expect(orders.length).toBeGreaterThan(5);
		expect(
			orders.every((order) => Object.keys(order.money.parts).length === 0 && order.warnings.includes('order_amount_not_granted')),
		).toBe(true);
	});

	it('a seller who authorises again ends the old token at once', async () => {
		const before = await open('temu-jp', 'global');
		simulator.control.configure('temu', { authorize: 'temu-jp' });
		await expect(pulled(before)).rejects.toMatchObject({ name: 'PlatformError', kind: 'auth', userMessage: { code: 'grantExpired' } });
	});

	it('a token pasted for the wrong gateway is refused as one of the app, not as an unknown order', async () => {
		const token = facts.stores.find((one) => one.id === 'temu-de')?.tokens['eu'] ?? '';
		const work = temu.authorization.exchange(context(), { kind: 'paste', fields: { accessToken: token }, host: 'us' });
		const error: unknown = await work.catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(PlatformError);
		expect(error).toMatchObject({ kind: 'auth' });
	});
});

describe('consent by redirect', () => {
	it('brings a local seller back with a code that becomes a grant, once', async () => {
		const [us] = truthStores('temu-us');
		const local = await startSimulator({ clock: { at: NOW, frozen: true }, size: 50, stores: us ? [{ ...us, mode: 'self' }] : [] });
		try {
			const known = readFacts(local.platforms['temu'] ?? {});
			const made = testContext(temu.manifest, { app: appOf(known, ['us']), hosts: hostsOf(known), now: () => new Date(NOW) });
			const redirectUri = 'https://pangea.example/back';
			const link = temu.authorization.authorizeUrl?.(made, { state: 's t/1', redirectUri, codeChallenge: '', host: 'us' }) ?? '';
			const page = await fetch(link, { redirect: 'manual' });
			const params = Object.fromEntries(new URL(page.headers.get('location') ?? 'x:').searchParams);
			expect(params['state']).toBe('s t/1');
			const request = { kind: 'redirect', params, redirectUri, codeVerifier: '', host: 'us' } as const;
			const grant = await temu.authorization.exchange(made, request);
			expect(await temu.stores.list(testGrantContext(temu, made, grant))).toMatchObject([
				{ externalId: grant.externalAccountId, mode: 'local' },
			]);
			await expect(temu.authorization.exchange(made, request)).rejects.toMatchObject({
				kind: 'auth',
				userMessage: { code: 'codeExpired' },
			});
		} finally {
			await local.stop();
		}
	});
});

function truthStores(id: string) {
	return simulator.control.world.stores.filter((store) => store.id === id);
}

const contract = witness('temu');

/** Fields the simulator answers although the referee's skeletons, taken from the GLOBAL pages, lack them. */
const US = 'the US page has it (contract §13)';
const DIFFERENCES: Record<string, Record<string, string>> = {
	'bg.order.amount.query': {
		'orderList.shipAmountTotal': 'a line of the US variant (contract §5)',
		'orderList.shipAmountTotal.amount': 'the same',
		'orderList.shipAmountTotal.currency': 'the same',
		'parentOrderMap.signOnDelivery': 'part of the documented formulas (contract §5)',
		'parentOrderMap.signOnDelivery.amount': 'the same',
		'parentOrderMap.signOnDelivery.currency': 'the same',
	},
	'bg.order.list.v2.get': {
		'pageItems.orderList.earliestTimeBuyShippingLabel': US,
		'pageItems.orderList.earliestTimeGetShippingDocument': US,
		'pageItems.orderList.isShipmentConsolidatedByMainMall': US,
		'pageItems.parentOrderMap.isShipmentConsolidatedByMainMall': US,
	},
};

describe.skipIf(!contract)('the referee', () => {
	it('knows every field of the answers above, but for a table of differences', () => {
		const heard = [...answers.keys()];
		expect(heard).toEqual(
			expect.arrayContaining([
				'bg.order.list.v2.get',
				'bg.order.amount.query',
				'temu.order.amount.v2.query',
				'bg.logistics.shipment.v2.get',
			]),
		);
		expect(Object.keys(DIFFERENCES).filter((api) => !heard.includes(api))).toEqual([]);
		for (const api of heard) {
			const documents = answers.get(api) ?? [];
			const hearing = { platform: 'Temu', side: 'simulator', against: `field list of ${api}`, judged: documents.length } as const;
			expect([api, settle({ ...hearing, disagreements: unlistedFields(api, documents), reasons: DIFFERENCES[api] ?? {} })]).toEqual([
				api,
				AGREED,
			]);
		}
	});
});
