import type { FastifyInstance } from 'fastify';
import { mountHost, type Operation, type WireCall, type WireReply } from '../core/operation.ts';
import type { MountedPlatform, PlatformContext, PlatformModule } from '../core/platform.ts';
import { claimOperations } from './claims.ts';
import { callerOfFamily, type Desk, orderAtPath, packAtPath, shipmentAtPath } from './caller.ts';
import { accountsOf, type Application, Grants } from './grants.ts';
import { PostSale } from './post-sale.ts';
import { categoryOperations } from './categories.ts';
import { itemOperations } from './items.ts';
import { reviewOperations } from './reviews.ts';
import { Questions } from './questions.ts';
import { orderId, readOrderOrPack, readShipment, sellerId } from './ids.ts';
import { Notices } from './notices.ts';
import { searchGlobal, searchLocal } from './orders-search.ts';
import { type Family, renderOrder } from './render-order.ts';
import {
	renderCarrier,
	renderCosts,
	renderHistory,
	renderLeadTime,
	renderPack,
	renderShipment,
	renderShipmentItems,
	renderSla,
} from './render-shipment.ts';
import { answering, dialect, notFound } from './replies.ts';
import { authorize, userOperations } from './users-api.ts';

const API = '/mercado-libre/api';
const AUTH = '/mercado-libre/auth';

/**
 * Mercado Libre: Global Selling (one login, one token, a marketplace user per site and logistic type) and a seller of one country.
 * Without options: an application that needs PKCE and whose access tokens live three hours. The consent pages are one host per site in
 * life and one path per site here: `{authBase}/{site}/authorization`, `CBT` for Global Selling.
 */
export function mercadoLibre(options: Partial<Application> = {}): PlatformModule {
	return {
		name: 'mercado-libre',
		mount: (server, context) =>
			mount(server, context, {
				id: 6_098_792_155_457_031,
				secret: 'simulated-mercado-libre-secret',
				redirectUris: [],
				usePkce: true,
				severalOrigins: false,
				expiresIn: 10_800,
				...options,
			}),
	};
}

async function mount(server: FastifyInstance, context: PlatformContext, app: Application): Promise<MountedPlatform> {
	const grants = new Grants(app, context.random);
	const desk: Desk = { context, app, grants, accounts: accountsOf(context.stores) };
	const notices = new Notices(desk);
	const postSale = new PostSale(desk, notices);
	const questions = new Questions(desk, notices);
	const unknown = answering(() => {
		throw notFound();
	});
	const operations = [
		...userOperations(desk),
		...orderOperations(desk),
		...shipmentOperations(desk),
		...postSale.operations(),
		...questions.operations(),
		...itemOperations(desk),
		...reviewOperations(desk),
		...claimOperations(desk),
		...categoryOperations(desk),
	];
	await mountHost(
		server,
		context,
		API,
		dialect,
		operations.map((o) => ({ ...o, handle: answering(o.handle) })),
		unknown,
	);
	const consent: Operation = {
		name: 'authorization',
		method: 'GET',
		path: '/:site/authorization',
		handle: answering((call) => authorize(desk, call)),
	};
	await mountHost(server, context, AUTH, dialect, [consent], unknown);
	return {
		facts: () => ({
			apiBase: context.origin() + API,
			authBase: context.origin() + AUTH,
			clientId: String(app.id),
			clientSecret: app.secret,
			usePkce: app.usePkce,
			accounts: desk.accounts.map((a) => ({
				name: a.name,
				family: a.family,
				userId: String(a.userId),
				authorizationSite: a.family === 'global' ? 'CBT' : a.stores[0]?.site,
				stores: a.stores.map((s) => ({ id: s.id, sellerId: String(sellerId(s)), site: s.site })),
			})),
			topicsOff: notices.off(),
		}),
		// A purchase of several lines is several orders here: the first stands for all.
		orderId: (ref) => String(orderId({ store: { number: ref.store }, index: ref.index }, 0)),
		orderIdOfLine: (ref, line) => String(orderId({ store: { number: ref.store }, index: ref.index }, line)),
		findOrder: (id) => {
			const meaning = readOrderOrPack(id) ?? readShipment(id);
			return meaning && { store: meaning.store, index: meaning.index };
		},
		onChange: (change, order) => {
			notices.onChange(change, order);
			if (change.step.kind !== 'placed') return;
			postSale.placed(order);
			questions.placed(order);
		},
		buyerWrites: (order, text, files) => postSale.buyerWrites(order, text, files),
		somebodyAsks: (store, text) => questions.ask(store, text),
		conversations: (store) => [...postSale.truth(store), ...questions.truth(store)],
		listens: (store) => notices.listens(store),
		addTarget: (target) => notices.addTarget(target),
		expireTokens: ({ account, refresh }) => grants.end(account, refresh ?? false),
		configure: (settings) => configure(app, settings),
	};
}

/** `redirectUris`, `usePkce`, `severalOrigins`, `expiresIn` (seconds): what the developer's console sets, and the life of tokens. */
function configure(app: Application, settings: Record<string, unknown>): void {
	for (const [name, value] of Object.entries(settings)) {
		if (name === 'redirectUris' && Array.isArray(value)) app.redirectUris = value.map(String);
		else if (name === 'usePkce' && typeof value === 'boolean') app.usePkce = value;
		else if (name === 'severalOrigins' && typeof value === 'boolean') app.severalOrigins = value;
		else if (name === 'expiresIn' && typeof value === 'number') app.expiresIn = value;
		else throw new RangeError(`No such setting: ${name}`);
	}
}

/** A reply that is itself the one record; damaged records are put in its place. */
function one(record: Record<string, unknown>): WireReply {
	const records: unknown[] = [record];
	return {
		status: 200,
		records,
		get body() {
			return records[0];
		},
	};
}

function orderOperations(desk: Desk): Operation[] {
	const order = (family: Family) => (call: WireCall) => {
		const found = orderAtPath(desk, callerOfFamily(desk, call, family), call);
		return one(renderOrder(found.order, found.line, family));
	};
	const pack = (family: Family) => (call: WireCall) => {
		const found = packAtPath(desk, callerOfFamily(desk, call, family), call);
		return one(renderPack(found.order, found.part, family));
	};
	return [
		{ name: 'orders.search', method: 'GET', path: '/marketplace/orders/search', handle: (call) => searchGlobal(desk, call) },
		{ name: 'orders.pack', method: 'GET', path: '/marketplace/orders/pack/:id', handle: pack('global') },
		{ name: 'orders.get', method: 'GET', path: '/marketplace/orders/:id', handle: order('global') },
		{ name: 'orders.search.local', method: 'GET', path: '/orders/search', handle: (call) => searchLocal(desk, call) },
		{ name: 'orders.get.local', method: 'GET', path: '/orders/:id', handle: order('local') },
		{ name: 'orders.pack.local', method: 'GET', path: '/packs/:id', handle: pack('local') },
	];
}

function shipmentOperations(desk: Desk): Operation[] {
	const parts = {
		'': (call: WireCall, family: Family) => render(call, family, (o, part) => one(renderShipment(o, part))),
		lead_time: (call: WireCall, family: Family) => render(call, family, (o, part) => one(renderLeadTime(o, part))),
		history: (call: WireCall, family: Family) => render(call, family, (o, part) => ({ status: 200, body: renderHistory(o, part) })),
		items: (call: WireCall, family: Family) => render(call, family, (o, part) => ({ status: 200, body: renderShipmentItems(o, part) })),
		carrier: (call: WireCall, family: Family) => render(call, family, (o, part) => one(renderCarrier(o, part))),
		costs: (call: WireCall, family: Family) => render(call, family, (o, part) => one(renderCosts(o, part, call.now))),
	};
	const render = (call: WireCall, family: Family, draw: (order: ReturnType<typeof shipmentAtPath>['order'], part: number) => WireReply) => {
		const { order, part } = shipmentAtPath(desk, callerOfFamily(desk, call, family), call);
		return draw(order, part);
	};
	const of = (family: Family, base: string, suffix: string): Operation[] =>
		Object.entries(parts).map(([name, handle]) => ({
			name: `shipments.${name === '' ? 'get' : name}${suffix}`,
			method: 'GET',
			path: `${base}/shipments/:id${name === '' ? '' : `/${name}`}`,
			handle: (call) => handle(call, family),
		}));
	const sla: Operation = {
		name: 'shipments.sla.local',
		method: 'GET',
		path: '/shipments/:id/sla',
		handle: (call) => render(call, 'local', (o, part) => one(renderSla(o, part, call.now))),
	};
	return [...of('global', '/marketplace', ''), ...of('local', '', '.local'), sla];
}
