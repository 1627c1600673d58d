import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { emptyDraft } from '@pangea/domain';
import {
	createPlatformHttp,
	DraftRefusedError,
	type HttpRequest,
	memoryBudgets,
	type PlatformHttp,
	type StoreContext,
} from '@pangea/platform-contract';
import { fieldsRead, testContext, testGrantContext, testStoreContext } from '@pangea/platform-contract/testing';
import { type Simulator, startSimulator } from '@pangea/simulator';
import { AGREED, closedSchema, schemaFields, settle } from '@pangea/testing';
import { Ajv, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tiktokShop } from '../src/index.ts';
import * as wire from '../src/wire.ts';
import * as goods from '../src/wire-listings.ts';
import * as books from '../src/wire-finances.ts';
import * as talk from '../src/wire-messages.ts';
import * as shelf from '../src/wire-publish.ts';

/*
 * TikTok's own OpenAPI documents, as its command line tool ships them on the package registry, stand between adapter and simulator: what
 * we send and what the simulator answers must both be what they say.
 */

interface Parameter {
	name: string;
	in: 'query' | 'header' | 'path';
	required?: boolean;
}
interface Operation {
	parameters: Parameter[];
	requestBody?: { content: Record<string, { schema: object }> };
	responses: Record<string, { content: Record<string, { schema: object }> }>;
}

const toolkit = dirname(createRequire(import.meta.url).resolve('@tts-open-toolkit/cli/package.json'));
const documents = new Map<string, Record<string, Record<string, Operation>>>();

function documented(path: string, method: string): Operation {
	const family = path.split('/')[1] ?? '';
	let paths = documents.get(family);
	if (!paths) {
		const file = join(toolkit, 'skills/tts-openapi-guide/references/oas/paths', `${family}.json`);
		paths = (JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, Record<string, Operation>> }).paths;
		documents.set(family, paths);
	}
	const operation = paths[path]?.[method.toLowerCase()];
	if (!operation) throw new Error(`TikTok documents no ${method} ${path}`);
	return operation;
}

// The documents are OpenAPI 3.0: `example` and integer formats are no JSON Schema words. All fields are optional there and no enum is closed,
// so unknown fields are refused: a name that TikTok does not know is a mistake of ours or of the simulator's.
const ajv = new Ajv({ strict: false, validateFormats: false });

function validator(schema: object): ValidateFunction {
	return ajv.compile(closedSchema(schema) as object);
}

const validators = new Map<object, ValidateFunction>();

/** Where a document differs from what is published for it. */
function objections(published: { content: Record<string, { schema: object }> } | undefined, document: unknown): string[] {
	const schema = published?.content['application/json']?.schema ?? { not: {} };
	const validate = validators.get(schema) ?? validator(schema);
	validators.set(schema, validate);
	return validate(document) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath.replaceAll(/\/\d+/g, '[]')} ${e.message}`);
}

/** Names of the fields that a form holds. */
function fieldsOfForm(form: Uint8Array): string[] {
	return [
		...Buffer.from(form)
			.toString('latin1')
			.matchAll(/form-data; name="([^"]+)"/g),
	].map(([, name = '']) => name);
}

function formFields(published: Operation['requestBody']): string[] {
	return Object.keys((published?.content['multipart/form-data']?.schema as { properties?: object } | undefined)?.properties ?? {});
}

/** Parts that the bundle names for settled transactions and not for estimates of open ones; the adapter reads both alike. */
const SETTLED_ONLY = [
	'fee_tax_breakdown.fee.affiliate_commission_deposit',
	'fee_tax_breakdown.fee.affiliate_commission_release',
	'fee_tax_breakdown.fee.campaign_resource_fee',
	'fee_tax_breakdown.fee.cofunded_creator_bonus_amount',
	'fee_tax_breakdown.fee.cofunded_promotion_service_fee_amount',
	'fee_tax_breakdown.fee.dt_handling_fee_amount',
	'fee_tax_breakdown.fee.dynamic_commission_amount',
	'fee_tax_breakdown.fee.epr_pob_service_fee_amount',
	'fee_tax_breakdown.fee.external_affiliate_marketing_fee_amount',
	'fee_tax_breakdown.fee.fee_per_item_sold_amount',
	'fee_tax_breakdown.fee.flash_sales_service_fee_amount',
	'fee_tax_breakdown.fee.installation_service_fee',
	'fee_tax_breakdown.fee.pre_order_service_fee_amount',
	'fee_tax_breakdown.fee.seller_paylater_handling_fee_amount',
	'fee_tax_breakdown.fee.shipping_fee_guarantee_service_fee',
	'fee_tax_breakdown.fee.tap_shop_ads_commission',
	'fee_tax_breakdown.fee.tsp_commission_amount',
	'fee_tax_breakdown.fee.vn_fix_infrastructure_fee',
	'fee_tax_breakdown.fee.voucher_xtra_service_fee_amount',
	'fee_tax_breakdown.tax.anti_dumping_duty_amount',
	'fee_tax_breakdown.tax.isr_amount',
	'fee_tax_breakdown.tax.iva_amount',
	'fee_tax_breakdown.tax.local_vat_amount',
	'fee_tax_breakdown.tax.pit_amount',
	'shipping_cost_breakdown.failed_delivery_subsidy_amount',
	'shipping_cost_breakdown.fbt_free_shipping_fee_amount',
	'shipping_cost_breakdown.fbt_fulfillment_fee_reimbursement_amount',
	'shipping_cost_breakdown.free_return_subsidy_amount',
	'shipping_cost_breakdown.return_shipping_fee_paid_buyer_amount',
	'shipping_cost_breakdown.return_shipping_label_fee_amount',
	'shipping_cost_breakdown.seller_self_shipping_service_fee_amount',
	'shipping_cost_breakdown.shipping_fee_guarantee_reimbursement',
];

/** Fields that the adapter reads although the documents of the endpoint do not name them, and why. */
const UNKNOWN: Record<string, Record<string, string>> = {
	'/product/202309/products/{product_id}': {
		'skus.price.amount': 'local and intra-EU sellers write it, and it appears in answers (contract §8)',
	},
	'/finance/202507/orders/unsettled': Object.fromEntries(
		SETTLED_ONLY.map((name) => [name, 'named for statements, whose breakdowns estimates share (contract §9)']),
	),
};

const BUNDLE = 'OpenAPI bundle, live traffic';

/** Common to all calls (contract §2); the documents name them only in part. */
const COMMON = ['app_key', 'sign', 'timestamp'];
const METERED = /^\/(order|return_refund|authorization|seller|event|customer_service|product|finance|logistics)\//;

interface Exchange {
	request: HttpRequest;
	path: string;
	body: unknown;
}

let simulator: Simulator;
let context: StoreContext;
const exchanges: Exchange[] = [];
let offered = 0;
let booked = 0;

/** Remembers what goes through on its way to the simulator. */
function recording(inner: PlatformHttp, base: string): PlatformHttp {
	return {
		...inner,
		async send(request) {
			const reply = await inner.send(request);
			const path = new URL(request.url).pathname
				.replace(new URL(base).pathname, '')
				.replace(/\/conversations\/\d+/, '/conversations/{conversation_id}')
				.replace(/\/products\/\d+/, '/products/{product_id}')
				.replace(/\/categories\/\d+/, '/categories/{category_id}')
				.replace(/\/statements\/\d+/, '/statements/{statement_id}');
			if (METERED.test(path)) exchanges.push({ request, path, body: JSON.parse(reply.body.toString('utf8')) });
			return reply;
		},
	};
}

beforeAll(async () => {
	simulator = await startSimulator({ clock: { at: Date.parse('2026-11-22T08:00:00Z'), frozen: true }, size: 20_000 });
	const facts = simulator.platforms['tiktok-shop'] as unknown as {
		apiUrl: string;
		authUrl: string;
		appKey: string;
		appSecret: string;
		serviceId: string;
		accounts: { access_token: string; refresh_token: string; open_id: string }[];
	};
	const hosts = { global: facts.apiUrl, us: facts.apiUrl, token: facts.authUrl };
	const now = () => new Date(simulator.control.clock.now());
	const pass = async (millis: number) => void simulator.control.setClock({ advance: Math.ceil(millis) });
	const budgets = memoryBudgets(tiktokShop.manifest, { now: () => now().getTime(), sleep: pass });
	const base = testContext(tiktokShop.manifest, {
		app: { appKey: facts.appKey, appSecret: facts.appSecret, serviceId: facts.serviceId },
		hosts,
		now,
	});
	const http = recording(
		createPlatformHttp({ hosts, budgets, sleep: pass, mayWrite: () => Promise.resolve(), gateway: `${simulator.url}/pictures` }),
		facts.apiUrl,
	);
	const [account] = facts.accounts;
	const grant = testGrantContext(
		tiktokShop,
		{ ...base, http },
		{
			secrets: { accessToken: account?.access_token ?? '', refreshToken: account?.refresh_token ?? '' },
			accessExpiresAt: null,
			grantExpiresAt: null,
			externalAccountId: account?.open_id ?? '',
			accountName: null,
			scopes: [],
			host: 'global',
		},
	);
	const stores = await tiktokShop.stores.list(grant);
	await tiktokShop.webhooks?.subscribe?.(grant, 'https://pangea.example/webhooks/tiktok-shop');
	for (const store of stores) {
		context = testStoreContext(tiktokShop, grant, store);
		const window = { from: '2026-10-20T00:00:00.000Z', until: '2026-11-22T08:00:00.000Z', order: 'newest' as const };
		const ids: string[] = [];
		for await (const page of tiktokShop.orders.pull(context, window, null)) {
			ids.push(...page.items.map((item) => (item.ok ? item.value.externalId : '')));
		}
		await tiktokShop.orders.count(context, window);
		await tiktokShop.orders.fetch(context, ids.slice(0, 60));
		const { finances, listings, messages } = tiktokShop;
		const lately = { from: '2026-11-08T00:00:00.000Z', until: '2026-11-22T08:00:00.000Z' };
		for await (const page of finances?.pull(context, lately) ?? []) booked += page.items.filter((item) => item.ok).length;
		for await (const page of finances?.deferred?.(context) ?? []) booked += page.items.filter((item) => item.ok).length;
		for (const since of [null, '2026-11-01T00:00:00.000Z'])
			for await (const page of listings?.pull(context, since) ?? []) offered += page.items.filter((item) => item.ok).length;
		await copyOne(
			stores.map((one) => testStoreContext(tiktokShop, grant, one)),
			context,
		);
		await makeOne(context);
		for await (const page of messages?.pull(context, window.from) ?? []) {
			const [talk] = page.items.flatMap((item) => (item.ok ? [item.value.conversation.externalId] : []));
			if (talk === undefined) continue;
			await messages?.fetch(context, [talk], window.from);
			await messages?.send(context, talk, 'Thank you — 谢谢');
			await messages?.markRead?.(context, talk);
		}
	}
}, 60_000);
afterAll(() => simulator.stop());

/** Has a product of a shop copied to another shop of the seller, taken or refused. */
async function copyOne(shops: StoreContext[], from: StoreContext): Promise<void> {
	const { publish, listings } = tiktokShop;
	const target = shops.find(({ store }) => store.externalId !== from.store.externalId);
	if (!publish || !target) return;
	for await (const { items } of listings?.pull(from, null) ?? []) {
		const item = items.find((one) => one.ok && one.value.state === 'live');
		if (!item?.ok) continue;
		const { externalId: storeExternalId, siteId, attributes } = from.store;
		const { externalListingId, externalVariantId } = item.value;
		const origin = {
			copyId: 'c',
			writtenAt: '2026-11-22T08:00:00.000Z',
			sources: [{ storeExternalId, siteId, attributes, externalListingId, externalVariantId }],
		};
		const told = await publish.rules(target, externalListingId, origin.sources);
		const draft = {
			...emptyDraft('ANY'),
			categoryId: told.categoryId,
			price: { amount: '12', currency: told.currency },
			attributes: told.attributes.map(({ id }) => ({ id, valueId: null, value: '13' })),
		};
		await publish.find(target, draft, origin);
		await publish.create(target, draft, origin).catch((error: unknown) => expect(error).toBeInstanceOf(DraftRefusedError));
		return;
	}
}

/** Has a product made that no shop has, with all that its category asks. */
async function makeOne(shop: StoreContext): Promise<void> {
	const publish = tiktokShop.publish!;
	const [best] = await publish.suggest(shop, 'Magnetic Tiles Building Set of wood', []);
	const told = await publish.rules(shop, best!.id, []);
	const valueOf = (rule: (typeof told.attributes)[number]) =>
		rule.kind === 'measure'
			? `12 ${rule.units[0]}`
			: rule.kind === 'number'
				? '220'
				: (rule.choices[0]?.name ?? 'https://m.media-amazon.com/images/I/sim-1.jpg');
	const draft = {
		...emptyDraft('NEW-1'),
		categoryId: told.categoryId,
		texts: told.languages.map((language) => ({ language, title: 'Magnetic Tiles Building Set', description: 'Of wood' })),
		images: ['https://m.media-amazon.com/images/I/sim-1.jpg'],
		price: { amount: '12', currency: told.currency },
		stock: 3,
		gtin: '036000291452',
		attributes: told.attributes.map((rule) => ({ id: rule.id, valueId: rule.choices[0]?.id ?? null, value: valueOf(rule) })),
	};
	const origin = { copyId: 'c', writtenAt: '2026-11-22T08:00:00.000Z', sources: [] };
	await publish.create(shop, draft, origin);
	expect(await publish.find(shop, draft, origin)).not.toBeNull();
}

describe("TikTok's own documents", () => {
	it('are asked about every endpoint that the adapter calls for orders, messages, listings, statements, shops and webhooks', () => {
		expect([...new Set(exchanges.map(({ request, path }) => `${request.method} ${path}`))].sort((a, b) => a.localeCompare(b))).toEqual([
			'GET /authorization/202309/shops',
			'GET /customer_service/202309/conversations',
			'GET /customer_service/202309/conversations/{conversation_id}/messages',
			'GET /customer_service/202601/conversations/{conversation_id}',
			'GET /finance/202309/statements',
			'GET /finance/202501/statements/{statement_id}/statement_transactions',
			'GET /finance/202507/orders/unsettled',
			'GET /logistics/202309/warehouses',
			'GET /order/202507/orders',
			'GET /product/202309/categories',
			'GET /product/202309/categories/{category_id}/attributes',
			'GET /product/202309/categories/{category_id}/rules',
			'GET /product/202309/products/{product_id}',
			'GET /product/202507/products/{product_id}/replicated_products',
			'GET /seller/202309/shops',
			'POST /customer_service/202309/conversations/{conversation_id}/messages',
			'POST /customer_service/202309/conversations/{conversation_id}/messages/read',
			'POST /order/202309/orders/search',
			'POST /product/202309/categories/recommend',
			'POST /product/202309/images/upload',
			'POST /product/202309/products',
			'POST /product/202309/products/listing_check',
			'POST /product/202502/products/search',
			'POST /product/202507/products/{product_id}/global_replicate',
			'POST /return_refund/202309/cancellations/search',
			'POST /return_refund/202309/returns/search',
			'PUT /event/202309/webhooks',
		]);
		expect(exchanges.length).toBeGreaterThan(40);
		expect(offered).toBeGreaterThan(40);
		expect(booked).toBeGreaterThan(40);
	});

	it('know every query parameter and header that we send, miss none, and accept every body', () => {
		const disagreements = exchanges.flatMap(({ request, path }) => {
			const at = `${request.method} ${path}:`;
			const { parameters, requestBody } = documented(path, request.method);
			const query = [...new URL(request.url).searchParams.keys()];
			const known = [...parameters.filter((p) => p.in === 'query').map((p) => p.name), ...COMMON];
			const sent = [...query, ...Object.keys(request.headers ?? {})].map((name) => name.toLowerCase());
			// What stands in the path was matched with it.
			const missing = parameters.filter((p) => p.required && p.in !== 'path' && !sent.includes(p.name.toLowerCase()));
			return [
				...query.filter((name) => !known.includes(name)).map((name) => `${at} query ${name} is unknown`),
				...missing.map((p) => `${at} ${p.in} ${p.name} is missing`),
				...(request.body === undefined ? [] : objections(requestBody, JSON.parse(request.body)).map((error) => `${at} body ${error}`)),
				...(request.upload === undefined
					? []
					: fieldsOfForm(request.upload)
							.filter((name) => !formFields(requestBody).includes(name))
							.map((name) => `${at} field ${name} is unknown`)),
			];
		});
		expect(settle({ platform: 'TikTok Shop', side: 'adapter', against: BUNDLE, judged: exchanges.length, disagreements })).toEqual(AGREED);
	});

	it('accept every answer of the simulator, field by field', () => {
		const disagreements = exchanges.flatMap(({ request, path, body }) =>
			objections(documented(path, request.method).responses['200'], body).map((error) => `${request.method} ${path}: reply ${error}`),
		);
		expect(settle({ platform: 'TikTok Shop', side: 'simulator', against: BUNDLE, judged: exchanges.length, disagreements })).toEqual(
			AGREED,
		);
	});

	it.each([
		['GET', '/authorization/202309/shops', 'data', wire.AuthorizedShops],
		['GET', '/seller/202309/shops', 'data', wire.ActiveShops],
		['POST', '/order/202309/orders/search', 'data.orders', wire.Order],
		['GET', '/order/202507/orders', 'data.orders', wire.Order],
		['POST', '/return_refund/202309/returns/search', 'data.return_orders', wire.Return],
		['POST', '/return_refund/202309/cancellations/search', 'data.cancellations', wire.Cancellation],
		['GET', '/customer_service/202309/conversations', 'data.conversations', talk.WireConversation],
		['GET', '/customer_service/202309/conversations/{conversation_id}/messages', 'data.messages', talk.WireMessage],
		['POST', '/product/202502/products/search', 'data.products', goods.ProductKey],
		['GET', '/product/202309/products/{product_id}', 'data', goods.WireProduct],
		['GET', '/product/202309/categories', 'data', shelf.WireCategories],
		['POST', '/product/202309/categories/recommend', 'data', shelf.WireRecommended],
		['GET', '/product/202309/categories/{category_id}/attributes', 'data', shelf.WireAttributes],
		['GET', '/product/202309/categories/{category_id}/rules', 'data', shelf.WireCategoryRules],
		['GET', '/logistics/202309/warehouses', 'data', shelf.WireWarehouses],
		['POST', '/product/202309/images/upload', 'data', shelf.WireUpload],
		['POST', '/product/202309/products/listing_check', 'data', shelf.WireCheck],
		['POST', '/product/202309/products', 'data', shelf.WireCreated],
		['POST', '/product/202502/products/search', 'data', shelf.WireFound],
		['GET', '/finance/202309/statements', 'data.statements', books.WireStatement],
		['GET', '/finance/202501/statements/{statement_id}/statement_transactions', 'data', books.TransactionPage],
		['GET', '/finance/202501/statements/{statement_id}/statement_transactions', 'data.transactions', books.WireTransaction],
		['GET', '/finance/202507/orders/unsettled', 'data.transactions', books.WireUnsettled],
	] as const)('have every field that the adapter reads from %s %s', (method, path, at, schema) => {
		const known = schemaFields(documented(path, method).responses['200']?.content['application/json']?.schema);
		const read = fieldsRead(schema);
		const hearing = {
			platform: 'TikTok Shop',
			side: 'adapter',
			against: `OpenAPI bundle, fields read from ${path}`,
			judged: read.length,
		} as const;
		const disagreements = read.filter((field) => !known.has(`${at}.${field}`));
		expect(settle({ ...hearing, disagreements, reasons: UNKNOWN[path] ?? {} })).toEqual(AGREED);
	});

	it('refuse what they do not know, so the checks above can fail', () => {
		const schema = documented('/order/202309/orders/search', 'POST').requestBody?.content['application/json']?.schema ?? {};
		expect(validator(schema)({ updated_after: 1 })).toBe(false);
		expect(validator(schema)({ update_time_ge: '1' })).toBe(false);
		expect(() => documented('/order/202309/orders/find', 'POST')).toThrow('TikTok documents no POST');
	});
});
