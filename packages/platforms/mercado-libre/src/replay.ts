import { type Json, type Orders, parseJson } from '@pangea/platform-contract';
import { type Bundle, isObject, orderOutcome } from './documents.ts';

/** Keys under which an envelope may hold the platform's answer, as object or as JSON text. */
const ENVELOPES = ['body', 'data', 'response', 'payload', 'document'];
const MAX_DEPTH = 4;

/**
 * Reads stored order documents: an order, a list or a local search reply of orders, the bundle a failed record kept, or an envelope around
 * one of these. The thin cross-border index and packs name orders but are none.
 */
export const readStored: Orders['read'] = (document, store) => {
	const text = document.body.toString('utf8');
	const json = parseOrUndefined(text);
	if (json === undefined) {
		if (!text.includes('"order_items"')) return null;
		return [{ ok: false, externalId: null, cause: 'The document is not whole JSON', raw: text, replies: [] }];
	}
	return bundlesIn(json, 0)?.map((bundle) => orderOutcome(bundle, store, [])) ?? null;
};

function parseOrUndefined(text: string): Json | undefined {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}

/** Null when nothing in the document is an order. */
function bundlesIn(json: Json, depth: number): Bundle[] | null {
	if (depth > MAX_DEPTH) return null;
	if (Array.isArray(json)) return listed(json, depth);
	if (!isObject(json)) return null;
	if (looksLikeOrder(json)) return [{ order: json }];
	if (looksLikeOrder(json['order'])) return [bundleOf(json, json['order'])];
	if (Array.isArray(json['results'])) return listed(json['results'], depth);
	for (const key of ENVELOPES) {
		const inner = json[key];
		const found = bundlesIn((typeof inner === 'string' ? parseOrUndefined(inner) : inner) ?? null, depth + 1);
		if (found) return found;
	}
	return null;
}

/** In a list with at least one order, every entry counts: one that is none is told as a failed record. */
function listed(entries: Json[], depth: number): Bundle[] | null {
	const found = entries.map((entry) => bundlesIn(entry, depth + 1));
	if (found.every((bundles) => bundles === null)) return null;
	return found.flatMap((bundles, index) => bundles ?? [{ order: entries[index] ?? null }]);
}

function looksLikeOrder(json: Json | undefined): json is { [key: string]: Json } {
	if (!isObject(json)) return false;
	return 'order_items' in json || ['date_created', 'payments', 'buyer', 'seller'].every((key) => key in json);
}

function bundleOf(envelope: { [key: string]: Json }, order: Json): Bundle {
	const bundle: Bundle = envelope['incomplete'] === true ? { order, incomplete: true } : { order };
	for (const part of ['shipment', 'lead_time', 'history', 'sla', 'pack'] as const) {
		const document = envelope[part];
		if (document !== undefined) bundle[part] = document;
	}
	return bundle;
}
