import type { Order } from '@pangea/domain';
import {
	type Json,
	jsonText,
	pathStep,
	type Outcome,
	PlatformError,
	type PlatformErrorKind,
	type RawReply,
	type StoreContext,
} from '@pangea/platform-contract';
import { type Answer, NEW_FORMAT, type ReadRequest, readFresh, readOptional } from './client.ts';
import { type Bundle, idOf, isObject, orderOutcome } from './documents.ts';
import { understand, UnreadableReply } from './errors.ts';
import { fulfilmentOf, hasLeft, parcelState } from './shipments.ts';
import { isGlobalSelling } from './stores.ts';
import { wireOrderLinks, wirePack, wireShipmentItems, wireShipmentStage } from './wire.ts';

/** An order with everything that was asked for it. Indices of the outcome's replies count within `replies`. */
export interface Hydrated {
	/** Validates and maps. */
	outcome: () => Outcome<Order>;
	replies: RawReply[];
	/** Why a record that is not ok should not even be kept: the platform has no such order, or it is another seller's. */
	absent: boolean;
}

/** The two families of paths (contract, head of the page). */
function paths(context: StoreContext) {
	if (isGlobalSelling(context)) {
		return { order: '/marketplace/orders/', pack: '/marketplace/orders/pack/', shipment: '/marketplace/shipments/' };
	}
	return { order: '/orders/', pack: '/packs/', shipment: '/shipments/' };
}

/** Record-level refusals: the order is set aside with its cause and the walk goes on. Anything else concerns the whole connection. */
const ABOUT_THE_RECORD = new Set(['notFound', 'forbidden', 'rejected', 'unexpected']);

/** Reads the orders of one page and what belongs to them. What several orders of a cart share is read once. */
export function orderReader(context: StoreContext) {
	const at = paths(context);
	const facts = { siteId: context.store.siteId, currency: context.currency };
	const shared = new Map<string, Promise<Answer | null>>();

	/** @param known the order's document where a search already brought it */
	async function readOrder(id: string, known?: Json): Promise<Hydrated> {
		const replies: RawReply[] = [];
		const keep = (answer: Answer | null): Json => {
			if (!answer) return null;
			replies.push(answer.raw);
			return answer.json;
		};
		const bundle: Bundle = { order: null };
		try {
			bundle.order = known ?? keep(await readFresh(context, { operation: 'orders.read', path: at.order + pathStep(id) }));
			if (isForeign(bundle.order)) return failed(id, 'The order belongs to another seller', bundle, replies, true);
			if (!(await readShipping(bundle, keep))) bundle.incomplete = true;
		} catch (error) {
			if (!(error instanceof PlatformError) || !ABOUT_THE_RECORD.has(error.kind)) throw error;
			const unread = error instanceof UnreadableReply ? error.raw : null;
			if (unread) replies.push(unread);
			return failed(id, error.message, bundle, replies, bundle.order === null && error.kind === 'notFound', unread);
		}
		const outcome = (): Outcome<Order> => {
			const read = orderOutcome(bundle, facts, [...replies.keys()]);
			return read.ok || known ? read : { ...read, externalId: id };
		};
		return { outcome, replies, absent: false };
	}

	/** @returns false when a document could not be understood, so that what it leads to was not read. */
	async function readShipping(bundle: Bundle, keep: (answer: Answer | null) => Json): Promise<boolean> {
		const parsed = wireOrderLinks.safeParse(bundle.order);
		if (!parsed.success) return false;
		const order = parsed.data;
		let shipmentId = order.shipping?.id ?? null;
		if (order.pack_id && (shipmentId === null || order.tags?.includes('pack_order'))) {
			bundle.pack = keep(await readShared({ operation: 'packs.read', path: at.pack + pathStep(order.pack_id) }));
			// The order's own reference can come minutes after the cart's.
			if (shipmentId === null && isObject(bundle.pack)) shipmentId = idOf(bundle.pack['shipment'] ?? null);
		}
		return shipmentId === null || (await readShipment(bundle, shipmentId, keep));
	}

	function readShared(request: ReadRequest, mayLack?: readonly PlatformErrorKind[]): Promise<Answer | null> {
		const known = shared.get(request.path);
		if (known) return known;
		const asked = readOptional(context, request, mayLack);
		shared.set(request.path, asked);
		return asked;
	}

	async function readShipment(bundle: Bundle, id: string, keep: (answer: Answer | null) => Json): Promise<boolean> {
		const path = at.shipment + pathStep(id);
		const part = (name: string) => ({ operation: 'shipments.read', path: path + name, headers: NEW_FORMAT });
		// Without a shipment that exists but is refused, a parcel under way would look like one to pack.
		bundle.shipment = keep(await readShared(part(''), ['notFound']));
		if (bundle.shipment === null) return true;
		const parsed = wireShipmentStage.safeParse(bundle.shipment);
		if (!parsed.success) return false;
		const state = parcelState(parsed.data);
		if (state === 'cancelled') return true;
		// The platform's warehouse has no deadline to tell the seller.
		if (fulfilmentOf(parsed.data) === 'seller') {
			bundle.lead_time = keep(await readShared(part('/lead_time')));
			if (!isGlobalSelling(context) && !hasLeft(state)) bundle.sla = keep(await readShared(part('/sla')));
		}
		if (hasLeft(state)) bundle.history = keep(await readShared(part('/history')));
		return true;
	}

	function isForeign(order: Json): boolean {
		const seller = isObject(order) ? idOf(order['seller'] ?? null) : null;
		return seller !== null && seller !== context.store.externalId;
	}

	/** Which orders a shipment carries; empty when there is no such shipment or it is not ours to read. */
	async function ordersOfShipment(shipmentId: string): Promise<{ ids: string[]; reply: RawReply | null }> {
		const path = `${at.shipment}${pathStep(shipmentId)}/items`;
		try {
			const answer = await readFresh(context, { operation: 'shipments.read', path, headers: NEW_FORMAT });
			const rows = understand('shipments.read', wireShipmentItems, answer.json);
			return { ids: rows.flatMap((row) => row.order_id ?? []), reply: answer.raw };
		} catch (error) {
			if (error instanceof PlatformError && (error.kind === 'notFound' || error.kind === 'forbidden')) return { ids: [], reply: null };
			throw error;
		}
	}

	/** Which orders a cart holds; empty when there is no such cart. */
	async function ordersOfCart(cartId: string): Promise<string[]> {
		const answer = await readShared({ operation: 'packs.read', path: at.pack + pathStep(cartId) }, ['notFound', 'forbidden']);
		return answer === null ? [] : (understand('packs.read', wirePack, answer.json).orders ?? []).flatMap(({ id }) => id ?? []);
	}

	return { readOrder, ordersOfShipment, ordersOfCart };
}

function failed(
	externalId: string,
	cause: string,
	bundle: Bundle,
	replies: RawReply[],
	absent: boolean,
	unread: RawReply | null = null,
): Hydrated {
	// The id keeps records apart that were refused or damaged alike.
	const raw = jsonText(
		bundle.order === null ? { id: externalId, answer: unread?.body.toString('utf8') ?? null } : { ...bundle, incomplete: true },
	);
	return { outcome: () => ({ ok: false, externalId, cause, raw, replies: [...replies.keys()] }), replies, absent };
}
