import type { FastifyInstance } from 'fastify';
import { mountHost, type Operation, type WireCall, type WireReply } from '../core/operation.ts';
import type { MountedPlatform, PlatformContext, PlatformModule } from '../core/platform.ts';
import { Events } from './events.ts';
import { dialectOf, GatewayDesk, typeOf } from './gateway.ts';
import { gatewaysOf, TemuGrants } from './grants.ts';
import { mallId, parentOrderSn, readSn } from './ids.ts';
import { MadeGoods } from './made-goods.ts';
import { TemuRefusal } from './replies.ts';

const BASE = '/temu';

/**
 * Temu: five gateways, each `POST {base}/openapi/router` with an application of its own, and the seller centre that hands out tokens.
 * Stores are semi-managed (a regional and a PARTNER token), local (one token) or fully managed (no consumer orders).
 */
export function temu(): PlatformModule {
	return { name: 'temu', mount };
}

async function mount(server: FastifyInstance, context: PlatformContext): Promise<MountedPlatform> {
	const grants = new TemuGrants(context.stores, context.random, context.clock.now());
	const events = new Events(context, grants);
	const goods = new MadeGoods(context.world);
	for (const app of grants.apps) {
		const desk = new GatewayDesk(app.gateway, app, grants, goods, context);
		const router: Operation = {
			name: 'router',
			method: 'POST',
			path: '/openapi/router',
			nameOf: typeOf,
			handle: (call) => desk.answer(call),
		};
		await mountHost(server, context, `${BASE}/${app.gateway}`, dialectOf(app.gateway), [router], nothing);
	}
	const consent: Operation = {
		name: 'authorization',
		method: 'GET',
		path: '/open-platform/client-manage/authorization',
		handle: (call) => authorize(call, grants, context),
	};
	await mountHost(server, context, `${BASE}/seller`, dialectOf('us'), [consent], nothing);
	const baseOf = (gateway: string) => `${context.origin()}${BASE}/${gateway}`;
	return {
		facts: () => ({
			gateways: Object.fromEntries(grants.apps.map((a) => [a.gateway, { base: baseOf(a.gateway), appKey: a.key, appSecret: a.secret }])),
			sellerCentre: `${context.origin()}${BASE}/seller`,
			stores: context.stores.map((store) => ({
				id: store.id,
				mallId: String(mallId(store)),
				mode: store.mode,
				country: store.country,
				tokens: Object.fromEntries(gatewaysOf(store).map((g) => [g, grants.current(store, g)?.text ?? null])),
			})),
		}),
		orderId: (ref) => parentOrderSn({ store: storeOf(context, ref.store), index: ref.index }),
		findOrder: (id) => readSn(id),
		onChange: (change, order) => events.onChange(change, order),
		listens: (store) => events.listens(store),
		addTarget: (target) => events.addTarget(target),
		expireTokens: ({ account }) => grants.end(account),
		configure: (settings) => configure(settings, context, grants, events),
	};
}

function storeOf(context: PlatformContext, number: number): PlatformContext['stores'][number] {
	const store = context.stores.find((s) => s.number === number);
	if (!store) throw new RangeError(`No Temu store with number ${number}`);
	return store;
}

/**
 * `authorize: storeId` lets the seller authorise again (new tokens, the old ones die); `amounts: {store, allowed}` sets the allow-list of
 * the amount calls and authorises again; `extParam: boolean` sends events with or without `x-tm-ext-param`.
 */
function configure(settings: Record<string, unknown>, context: PlatformContext, grants: TemuGrants, events: Events): void {
	const now = context.clock.now();
	for (const [name, value] of Object.entries(settings)) {
		if (name === 'authorize' && typeof value === 'string') grants.authorize(context.world.store(value), now);
		else if (name === 'amounts' && isAllowance(value)) grants.allowAmounts(context.world.store(value.store), value.allowed, now);
		else if (name === 'extParam' && typeof value === 'boolean') events.extParam = value;
		else throw new RangeError(`No such setting: ${name}`);
	}
}

function isAllowance(value: unknown): value is { store: string; allowed: boolean } {
	return typeof value === 'object' && value !== null && 'store' in value && typeof value.store === 'string' && 'allowed' in value;
}

/** In-app authorisation of a local store: sends the browser back with `code`, `state` and the gateway to use. */
function authorize(call: WireCall, grants: TemuGrants, context: PlatformContext): WireReply {
	const app = grants.apps.find((a) => a.key === call.query.get('appKey'));
	const redirect = call.query.get('redirect_uri') ?? '';
	if (!app || !URL.canParse(redirect))
		return { status: 400, headers: { 'content-type': 'text/html' }, body: '<h1>Authorization failed</h1>' };
	try {
		const target = new URL(redirect);
		target.searchParams.set('app_key', app.key);
		target.searchParams.set('callback_host', `${context.origin()}${BASE}/${app.gateway}`);
		target.searchParams.set('code', grants.code(app.gateway, call.now));
		const state = call.query.get('state');
		if (state !== null) target.searchParams.set('state', state);
		return { status: 302, headers: { location: target.href }, body: '' };
	} catch (error) {
		if (!(error instanceof TemuRefusal)) throw error;
		return { status: 400, headers: { 'content-type': 'text/html' }, body: '<h1>No local store here</h1>' };
	}
}

function nothing(): WireReply {
	return { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not Found</h1>' };
}
