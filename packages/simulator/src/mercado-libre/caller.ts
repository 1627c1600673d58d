import type { WireCall } from '../core/operation.ts';
import type { SimOrder } from '../core/order.ts';
import type { PlatformContext } from '../core/platform.ts';
import type { Account, Application, Grants } from './grants.ts';
import { type Meaning, readOrderOrPack, readShipment } from './ids.ts';
import { hasPack, hasShipment, isSplit } from './render-order.ts';
import { invalidToken, MeliRefusal, notFound, notYours, tooMany, wrongFamily } from './replies.ts';

/** What the calls of the platform share. */
export interface Desk {
	context: PlatformContext;
	app: Application;
	accounts: readonly Account[];
	grants: Grants;
}

/** The account behind the bearer token. @throws MeliRefusal 400, 401. */
export function callerOf(desk: Desk, call: WireCall): Account {
	if (call.strikes('expireToken')) {
		desk.grants.endToken(call.headers['authorization']);
		throw invalidToken();
	}
	return desk.grants.caller(call.headers['authorization'], call.now);
}

/** The same, for a path of one family only. @throws MeliRefusal 403 for the other family. */
export function callerOfFamily(desk: Desk, call: WireCall, family: Account['family']): Account {
	const account = callerOf(desk, call);
	if (account.family !== family) throw wrongFamily();
	return account;
}

/** One budget per client id and endpoint, per minute. @throws MeliRefusal 429, every other one with an empty body. */
export function spend(desk: Desk, endpoint: string, perMinute: number): void {
	const { allowed, wait } = desk.context.buckets.take(`mercado-libre:${desk.app.id}:${endpoint}`, {
		rate: perMinute / 60,
		burst: perMinute,
	});
	if (!allowed) throw new MeliRefusal(tooMany(Math.ceil(wait) % 2 === 0));
}

function orderOf(desk: Desk, account: Account, meaning: Meaning | null, now: number): SimOrder {
	const order = meaning && desk.context.world.order(meaning, now);
	if (!order || order.store.platform !== 'mercado-libre') throw notFound();
	if (!account.stores.some((s) => s.number === order.store.number)) throw notYours();
	return order;
}

/** The order and the line an order path names; a pack id is not an order (contract mercado-libre §4.2). */
export function orderAtPath(desk: Desk, account: Account, call: WireCall): { order: SimOrder; line: SimOrder['lines'][number] } {
	const meaning = readOrderOrPack(call.params['id'] ?? '');
	if (meaning?.kind !== 'order' || call.strikes('notYet')) throw notFound('Order do not exists');
	const order = orderOf(desk, account, meaning, call.now);
	const line = order.lines[meaning.part];
	if (!line) throw notFound('Order do not exists');
	return { order, line };
}

export function packAtPath(desk: Desk, account: Account, call: WireCall): { order: SimOrder; part: number } {
	const meaning = readOrderOrPack(call.params['id'] ?? '');
	if (meaning?.kind !== 'pack') throw notFound();
	const order = orderOf(desk, account, meaning, call.now);
	if (!hasPack(order) || (meaning.part > 0 && !isSplit(order))) throw notFound();
	return { order, part: meaning.part };
}

export function shipmentAtPath(desk: Desk, account: Account, call: WireCall): { order: SimOrder; part: number } {
	if (call.headers['x-format-new'] !== 'true') throw formatMissing();
	const meaning = readShipment(call.params['id'] ?? '');
	const order = orderOf(desk, account, meaning, call.now);
	const part = meaning?.part ?? 0;
	if (!hasShipment(order) || (part > 0 && !isSplit(order))) throw notFound();
	return { order, part };
}

// The old format is not simulated: a client that forgets the header must notice.
function formatMissing(): MeliRefusal {
	return new MeliRefusal({
		status: 400,
		body: { message: 'header x-format-new: true is required', error: 'bad_request', status: 400, cause: [] },
	});
}
