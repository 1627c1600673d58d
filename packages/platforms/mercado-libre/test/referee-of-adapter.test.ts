import type { HttpRequest, StoreContext } from '@pangea/platform-contract';
import { fieldsRead, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { AGREED, settle, witness } from '@pangea/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mercadoLibre } from '../src/index.ts';
import * as claims from '../src/wire-claims.ts';
import * as talk from '../src/wire-messages.ts';
import * as wire from '../src/wire.ts';
import * as goods from '../src/wire-listings.ts';
import { NOW, simulated } from './simulated-platform.ts';
import { skeleton } from './skeleton.ts';

/*
 * The platform publishes no machine-readable description: the contract's page and its samples judge what the adapter asks and reads.
 */
const w = witness('mercado-libre');
const page = w?.read('README.md') ?? '';

/** How the contract's page writes the paths that the adapter calls. */
const PATHS: Record<string, string> = {
	'GET /users/me': '/users/me',
	'GET /marketplace/users/{id}': '/marketplace/users/{global_user_id}',
	'GET /marketplace/orders/search': '/marketplace/orders/search',
	'GET /marketplace/orders/{id}': '/marketplace/orders/{id}',
	'GET /marketplace/orders/pack/{id}': '/marketplace/orders/pack/{pack_id}',
	'GET /marketplace/shipments/{id}': '/marketplace/shipments/{id}',
	'GET /marketplace/shipments/{id}/lead_time': '`lead_time` ·',
	'GET /marketplace/shipments/{id}/history': '`history` (',
	'GET /orders/search': '/orders/search',
	'GET /packs/{id}': '/packs/{id}',
	'GET /shipments/{id}': '/shipments/{id}',
	'GET /shipments/{id}/lead_time': '`lead_time` ·',
	'GET /shipments/{id}/history': '`history` (',
	'GET /shipments/{id}/sla': '/shipments/{id}/sla',
	'GET /orders/{id}': '/orders/{id}',
	'GET /marketplace/questions/search': '/marketplace/questions/search',
	'GET /marketplace/questions/{id}': '/marketplace/questions/{id}',
	'GET /questions/search': '/questions/search',
	'GET /questions/{id}': '/questions/{id}',
	'GET /marketplace/items/{item}': '/marketplace/items/{CBT… or site id}',
	'GET /items/{item}': '/items/{id}',
	'GET /users/{id}/items/search': '/users/{id}/items/search',
	'GET /items': '/items?ids=',
	'GET /items/{item}/marketplace_items': '/items/{CBT id}/marketplace_items',
	'GET /marketplace/moderations/infractions/{id}': '/marketplace/moderations/infractions/{user_id}',
	'POST /marketplace/answers': '/marketplace/answers',
	'POST /answers': '`/answers`',
	'GET /marketplace/messages/unread': '/marketplace/messages/unread',
	'GET /messages/unread': '/messages/unread',
	'GET /marketplace/messages/packs/{id}': '/marketplace/messages/packs/{pack}',
	'GET /messages/packs/{id}/sellers/{id}': '/messages/packs/{pack}/sellers/{seller}',
	'POST /marketplace/messages/packs/{id}': '/marketplace/messages/packs/{pack}',
	'POST /messages/packs/{id}/sellers/{id}': '/messages/packs/{pack}/sellers/{seller}',
	'GET /marketplace/v2/claims/search': '/claims/search?user_id',
	'GET /marketplace/v2/claims/{id}': '/marketplace/v2/claims/{id}',
	'GET /marketplace/v2/claims/{id}/messages': '`/messages`',
	'GET /marketplace/v2/claims/{id}/detail': '`/detail`',
	'GET /post-purchase/v1/claims/{id}/detail': '/post-purchase/v1/claims/',
	'POST /marketplace/v2/claims/{id}/actions/send-message': '/actions/send-message',
	'GET /post-purchase/v1/claims/search': '/post-purchase/v1/claims/',
	'GET /post-purchase/v1/claims/{id}': '/post-purchase/v1/claims/',
	'GET /post-purchase/v1/claims/{id}/messages': '/post-purchase/v1/claims/',
	'POST /post-purchase/v1/claims/{id}/actions/send-message': '/actions/send-message',
	'POST /marketplace/v2/claims/{id}/attachments': 'POST …/attachments',
	'POST /post-purchase/v1/claims/{id}/attachments': 'POST …/attachments',
	'GET /messages/action_guide/packs/{id}': '/messages/action_guide/packs/{pack}',
	'POST /messages/action_guide/packs/{id}/option': '…/option?tag=post_sale',
	'POST /oauth/token': '/oauth/token',
};

/** What the adapter sends or reads although page and samples do not show it, and why. */
const REASONS: Record<string, Record<string, string>> = {
	calls: {
		'GET /orders/search: order.date_last_updated.to is not on the page':
			'the end of the filter whose start the page names as widely used and not captured (§4.2); without it a window has no end',
	},
	order: {
		...same('null in every sample; read when it comes', 'cancel_detail', 'code', 'date', 'description', 'group', 'requested_by'),
		...same('null in every sample; the page calls it return or change request (§4.2)', 'order_request.change', 'id', 'status'),
		...same('null in every sample; the page calls it return or change request (§4.2)', 'order_request.return', 'id', 'status'),
		...same('an empty list in every sample; the page names the list (§4.2)', 'order_items.item.variation_attributes', 'name', 'value_name'),
		'mediations.status': 'the samples show the id alone; without a status the tags of the order tell it',
	},
	shipment: same(
		'the lead time inside a shipment is read like the resource of that name, whose sample has it',
		'lead_time',
		'delay',
		'estimated_handling_limit',
		'estimated_handling_limit.date',
	),
	item: {
		user_product_id: 'in the table of fields (§6.1); no sample is of such a seller',
		...same(
			'the page names SELLER_SKU as an attribute (§6.1); the sample of a variation is cut short',
			'variations.attributes',
			'id',
			'value_name',
		),
		'variations.attributes': 'the page names SELLER_SKU as an attribute (§6.1); the sample of a variation is cut short',
	},
	pack: { 'orders.status': 'one schema reads references to orders and to claims; of a pack only the id is used' },
};

function same(reason: string, parent: string, ...fields: string[]): Record<string, string> {
	return Object.fromEntries(fields.map((field) => [`${parent}.${field}`, reason]));
}

const shapeOf = ({ method, url }: HttpRequest): string =>
	`${method} ${new URL(url).pathname
		.replace(/^.*?(?=\/(?:users|marketplace|post-purchase|orders|messages|packs|questions|answers|items|shipments|oauth)\b)/, '')
		.replaceAll(/\/\d+/g, '/{id}')
		.replaceAll(/\/(?:M[A-Z]{2}|CBT)\d+/g, '/{item}')}`;

describe.skipIf(!w)('the contract’s page', () => {
	let s: Awaited<ReturnType<typeof simulated>>;
	const seen: HttpRequest[] = [];
	beforeAll(async () => {
		s = await simulated();
		const http = { ...s.context.http, send: (request: HttpRequest) => (seen.push(request), s.context.http.send(request)) };
		for (const account of s.facts.accounts) {
			const grant = testGrantContext(mercadoLibre, { ...s.context, http }, await s.bind(account.authorizationSite));
			await grant.renew();
			const window = { from: new Date(NOW - 20 * 86_400_000).toISOString(), until: new Date(NOW).toISOString(), order: 'newest' as const };
			for (const store of await mercadoLibre.stores.list(grant)) {
				const context = testStoreContext(mercadoLibre, grant, store);
				await mercadoLibre.orders.count(context, window);
				const ids: string[] = [];
				for await (const { items } of mercadoLibre.orders.pull(context, window, null))
					ids.push(...items.flatMap((item) => (item.ok ? [item.value.externalId] : [])));
				await mercadoLibre.orders.fetch(context, ids.slice(0, 5));
				await converse(context, window.from);
				await beginAbout(context, ids.slice(0, 40));
				await offer(context);
			}
		}
	}, 60_000);
	afterAll(() => s.simulator.stop());

	it('names every path and every parameter that the adapter sends', () => {
		const disagreements = seen.flatMap((request) => {
			const shape = shapeOf(request);
			const written = PATHS[shape];
			const names = [...new URL(request.url).searchParams.keys(), ...namesIn(request.body ?? '')];
			const known = (name: string): boolean => page.includes(name) || page.includes(name.replace(/\.to$/, '.from/to'));
			return [
				...(written !== undefined && page.includes(written) ? [] : [`${shape} is not on the page`]),
				...names.filter((name) => !known(name)).map((name) => `${shape}: ${name} is not on the page`),
			];
		});
		expect(Object.keys(PATHS).filter((shape) => !seen.some((request) => shapeOf(request) === shape))).toEqual([]);
		const hearing = {
			platform: 'Mercado Libre',
			side: 'adapter',
			against: 'paths and parameters of the contract page',
			judged: seen.length,
		} as const;
		expect(settle({ ...hearing, disagreements, reasons: REASONS['calls'] ?? {} })).toEqual(AGREED);
	});

	it.each([
		[
			'order',
			wire.wireOrder,
			['marketplace-order', 'order-local', 'orders-search-local', 'scenario-order-a', 'scenario-order-d-fraud-cancelled'],
		],
		['shipment', wire.wireShipment, ['marketplace-shipment', 'scenario-shipment']],
		['lead time', wire.wireLeadTime, ['marketplace-shipment-lead-time']],
		['history', wire.wireHistory, ['marketplace-shipment-history']],
		['SLA', wire.wireSla, ['shipment-sla']],
		['pack', wire.wirePack, ['marketplace-order-pack', 'pack-local', 'scenario-pack']],
		['question', talk.wireQuestion, ['marketplace-question', 'scenario-question']],
		['thread', talk.wireThread, ['messages-pack-local', 'messages-pack-blocked', 'marketplace-messages-pack']],
		['unread', talk.wireUnread, ['marketplace-messages-unread', 'messages-unread-local']],
		['item', goods.wireListing, ['marketplace-item-cbt-parent', 'marketplace-item-site-child', 'marketplace-item-fulfillment']],
		['items of a seller', goods.wireItemIds, ['users-items-search-scan']],
		['family', goods.wireChildren, ['item-marketplace-items']],
		['refusals', goods.wireInfractions, ['moderations-infractions']],
		['claim', claims.wireClaim, ['marketplace-claim', 'claim-local']],
		['claim detail', claims.wireClaimDetail, ['marketplace-claim-detail']],
		['claim message', claims.wireClaimMessage, ['marketplace-claim-messages']],
		['index row', wire.wireIndexRow, ['marketplace-orders-search', 'scenario-orders-search']],
	] as const)('has samples with every field that is read from: %s', (name, schema, samples) => {
		const documents = samples
			.map((sample) => w?.json(`samples/${sample}.json`))
			.flatMap((one) => (schema === talk.wireUnread || schema === goods.wireItemIds ? [one] : resultsOf(one)));
		const listed = new Set([...skeleton(documents).keys()].map((path) => path.replaceAll('[]', '').replace(/^\./, '')));
		const read = fieldsRead(schema);
		const hearing = { platform: 'Mercado Libre', side: 'adapter', against: `fields read from: ${name}`, judged: read.length } as const;
		expect(settle({ ...hearing, disagreements: read.filter((field) => !listed.has(field)), reasons: REASONS[name] ?? {} })).toEqual(AGREED);
	});
});

/** Reads what a store lists, and an item of its account by name. */
async function offer(context: StoreContext): Promise<void> {
	for await (const { items } of mercadoLibre.listings?.pull(context, null) ?? [])
		for (const item of items) if (item.ok && item.value.originKey) await mercadoLibre.listings?.fetch(context, [item.value.originKey]);
}

/** Reads all that is said in a store and answers one question and one message. */
async function converse(context: StoreContext, since: string): Promise<void> {
	const { messages } = mercadoLibre;
	const open = new Map<string, string>();
	for await (const { items } of messages?.pull(context, since) ?? [])
		for (const item of items)
			if (item.ok && item.value.conversation.canSend === true) open.set(item.value.conversation.kind, item.value.conversation.externalId);
	for (const conversation of open.values()) {
		await messages?.fetch(context, [conversation], since);
		await messages?.markRead?.(context, conversation);
		const paper = { name: 'a.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.7'), given: null, keep: async () => {} };
		const files = conversation.startsWith('claim:') ? [paper] : [];
		await messages?.send(context, conversation, 'Gracias', { messageId: 'm', answers: null, files });
	}
}

/** Writes first about an order, where the platform lists a reason for it. */
async function beginAbout(context: StoreContext, orders: readonly string[]): Promise<void> {
	for (const order of orders) {
		const [one] = (await mercadoLibre.orderMessages?.allowed(context, order))?.allowed ?? [];
		if (one) return await mercadoLibre.orderMessages?.send(context, order, { kind: one.kind, text: 'Hola' });
	}
}

/** The rows of a search, or the document itself. */
function resultsOf(document: unknown): unknown[] {
	if (Array.isArray(document)) return document;
	const results = typeof document === 'object' && document !== null && 'results' in document ? document.results : null;
	return Array.isArray(results) ? results : [document];
}

/** Names of the fields of a body, a form's or JSON's. */
function namesIn(body: string): string[] {
	return body.startsWith('{') ? Object.keys(JSON.parse(body) as object) : [...new URLSearchParams(body).keys()];
}
