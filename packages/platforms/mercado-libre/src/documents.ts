import { MoneyError, type Order, TimeError } from '@pangea/domain';
import { causeText, idText, type Json, jsonText, type Outcome } from '@pangea/platform-contract';
import type { z } from 'zod';
import { describeIssues } from './errors.ts';
import { type StoreFacts, toOrder } from './orders.ts';
import { wireHistory, wireLeadTime, wireOrder, wirePack, wireShipment, wireSla } from './wire.ts';

/**
 * The documents that make one order, by our name of their resource. The same bundle is what a failed record keeps as its raw text and
 * what replay reads.
 */
export interface Bundle {
	order: Json;
	shipment?: Json;
	lead_time?: Json;
	history?: Json;
	sla?: Json;
	pack?: Json;
	/** Reading stopped before all of them were here: what is here must not pass for the order. */
	incomplete?: true;
}

class DocumentError extends Error {}

/** Pure. A bundle that cannot become an order is told with its cause and kept whole. */
export function orderOutcome(bundle: Bundle, store: StoreFacts, replies: number[]): Outcome<Order> {
	try {
		const order = parse('order', wireOrder, bundle.order);
		const shipment = parseOptional('shipment', wireShipment, bundle.shipment);
		const facts = {
			order,
			pack: parseOptional('pack', wirePack, bundle.pack),
			shipment: shipment && {
				shipment,
				leadTime: parseOptional('lead_time', wireLeadTime, bundle.lead_time),
				history: parseOptional('history', wireHistory, bundle.history),
				sla: parseOptional('sla', wireSla, bundle.sla),
			},
		};
		const value = toOrder(facts, store);
		if (bundle.incomplete) throw new DocumentError('Not everything that belongs to the order was read');
		return { ok: true, value, replies };
	} catch (error) {
		if (!(error instanceof DocumentError || error instanceof MoneyError || error instanceof TimeError)) throw error;
		return { ok: false, externalId: idOf(bundle.order), cause: causeText(error.message), raw: jsonText(bundle), replies };
	}
}

function parse<S extends z.ZodType>(name: string, schema: S, json: Json): z.output<S> {
	const parsed = schema.safeParse(json);
	if (parsed.success) return parsed.data;
	throw new DocumentError(`${name}: ${describeIssues(parsed.error)}`);
}

function parseOptional<S extends z.ZodType>(name: string, schema: S, json: Json | undefined): z.output<S> | null {
	return json === undefined || json === null ? null : parse(name, schema, json);
}

/** The id of a document as text, whatever its JSON type; null when it has none. */
export function idOf(document: Json): string | null {
	return isObject(document) ? idText(document['id']) : null;
}

export function isObject(json: Json | undefined): json is { [key: string]: Json } {
	return typeof json === 'object' && json !== null && !Array.isArray(json);
}
