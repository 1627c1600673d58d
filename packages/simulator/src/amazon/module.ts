import type { FastifyInstance } from 'fastify';
import type { BucketPlan } from '../core/buckets.ts';
import { mountHost, type Operation, type WireCall, type WireReply } from '../core/operation.ts';
import type { MountedPlatform, PlatformContext, PlatformModule } from '../core/platform.ts';
import type { StoreSeed } from '../core/stores.ts';
import { denied, dialect, invalid, oauthDialect, quotaExceeded } from './dialect.ts';
import { feedbackOperations } from './customer-feedback.ts';
import { AmazonFinances } from './finance.ts';
import { AmazonGrants, type AmazonApp } from './grants.ts';
import { AmazonIds } from './ids.ts';
import { AmazonListings } from './listings.ts';
import { MailRelay } from './mail/relay.ts';
import { AmazonNotifications } from './notifications.ts';
import { AmazonOrderMessages } from './order-messages.ts';
import type { Rendering } from './order.ts';
import { Queue } from './queue.ts';
import { AmazonReports } from './reports.ts';
import { getOrder, searchOrders } from './search.ts';
import { awsRegion, marketplaceOf, nonAmazon, type Region, regions } from './sites.ts';
import { AmazonCatalogue } from './catalogue-items.ts';
import { AmazonSubmissions } from './submissions.ts';
import { SqsEndpoint } from './sqs.ts';

const LWA = '/amazon-lwa';
const CONSENT = '/amazon-seller-central';
const DOCUMENTS = '/amazon-documents';
const SQS = '/amazon-sqs';
const AWS_ACCOUNT = '123456789012';

/** Default usage plans (contract §8), per seller and application. */
const plans: Record<string, BucketPlan> = {
	searchOrders: { rate: 0.0056, burst: 20 },
	getOrder: { rate: 0.5, burst: 30 },
	getMarketplaceParticipations: { rate: 0.016, burst: 15 },
	createReport: { rate: 0.0167, burst: 15 },
	getReport: { rate: 2, burst: 15 },
	getReports: { rate: 0.0222, burst: 10 },
	cancelReport: { rate: 0.0222, burst: 10 },
	getReportDocument: { rate: 0.0167, burst: 15 },
	searchListingsItems: { rate: 5, burst: 5 },
	getListingsItem: { rate: 5, burst: 10 },
	putListingsItem: { rate: 5, burst: 10 },
	patchListingsItem: { rate: 5, burst: 5 },
	searchDefinitionsProductTypes: { rate: 5, burst: 10 },
	getDefinitionsProductType: { rate: 5, burst: 10 },
	getItemReviewTopics: { rate: 1, burst: 1 },
	listTransactions: { rate: 0.5, burst: 10 },
	listFinancialEventGroups: { rate: 0.5, burst: 30 },
};
const NOTIFICATIONS: BucketPlan = { rate: 1, burst: 5 };

/** Plans are dynamic: a busy seller's are raised, and the header of each answer tells (contract §8). */
function raised(plan: BucketPlan, factor: number): BucketPlan {
	return { rate: plan.rate * factor, burst: Math.ceil(plan.burst * factor) };
}

/** Selling Partner API: three regional hosts, the token server, the consent page, the document store and the queue service. */
export const amazon: PlatformModule = { name: 'amazon', mount };

async function mount(app: FastifyInstance, context: PlatformContext): Promise<MountedPlatform> {
	const ids = new AmazonIds(context.world);
	const own: AmazonApp = {
		id: 'amzn1.sp.solution.51a3c2d4-0f6e-4b7a-9c8d-1e2f3a4b5c6d',
		clientId: 'amzn1.application-oa2-client.5f0c7e1b9a3d4c2e8b6a7d9f0e1c2b3a',
		clientSecret: 'amzn1.oa2-cs.v1.9d4e7a1c0b3f5e8d2a6c9b0e7f4d1a3c',
		redirectUrls: [],
		roles: { directToConsumer: true, taxInvoicing: true },
		rateFactor: 1,
	};
	const rendering: Rendering = { ids, app: own, negativeDiscounts: true };
	const grants = new AmazonGrants(context, own);
	const reports = new AmazonReports(context, ids);
	const listings = new AmazonListings(context, ids);
	const catalogue = new AmazonCatalogue(context, ids);
	const submissions = new AmazonSubmissions(context, ids, listings, catalogue);
	const orderMessages = new AmazonOrderMessages(context, ids);
	const finances = new AmazonFinances(context, ids);
	const accounts = regions.filter((region) => context.stores.some((s) => s.account === region));
	const refreshTokens = new Map(accounts.map((account) => [account, grants.authorize(account)]));
	const keys = { accessKeyId: 'AKIASIMULATOR0000001', secretAccessKey: 'simulatorSecretAccessKey0123456789abcdef' };
	const queues = accounts.map(
		(region) =>
			new Queue(
				context,
				`arn:aws:sqs:${awsRegion[region]}:${AWS_ACCOUNT}:pangea-${region}`,
				() => `${context.origin()}${SQS}/${AWS_ACCOUNT}/pangea-${region}`,
			),
	);
	const mail = new MailRelay(context, ids, accounts);
	await mail.listen();
	const notifications = new AmazonNotifications(context, ids, own, queues);

	const storeOf = (call: WireCall): string | undefined => {
		const ref = ids.findOrder(call.params['orderId'] ?? '');
		return context.stores.find((s) => (ref === null ? marketplaceOf(s).id === call.query.get('marketplaceIds') : s.number === ref.store))
			?.id;
	};
	for (const region of accounts) {
		await mountHost(
			app,
			context,
			`/amazon-${region}`,
			{ ...dialect, storeOf },
			hostOperations({
				region,
				context,
				grants,
				rendering,
				reports,
				listings,
				catalogue,
				submissions,
				orderMessages,
				finances,
				notifications,
			}),
			() => denied(''),
		);
	}
	await mountHost(
		app,
		context,
		LWA,
		oauthDialect,
		[{ name: 'token', method: 'POST', path: '/auth/o2/token', handle: (call) => grants.token(call) }],
		() => ({ status: 404, body: '' }),
	);
	await mountHost(
		app,
		context,
		CONSENT,
		oauthDialect,
		[{ name: 'consent', method: 'GET', path: '/apps/authorize/consent', handle: (call) => consentPage(call, own, grants, ids, accounts) }],
		() => ({ status: 404, body: '' }),
	);
	await mountHost(
		app,
		context,
		DOCUMENTS,
		oauthDialect,
		[
			{ name: 'reportDocument', method: 'GET', path: '/:documentId', handle: (call) => reports.download(call) },
			{ name: 'typeSchema', method: 'GET', path: '/schemas/:store/:productType', handle: (call) => submissions.schema(call) },
		],
		() => ({ status: 404, body: '' }),
	);
	const sqs = new SqsEndpoint(queues, keys, SQS);
	await mountHost(
		app,
		context,
		SQS,
		oauthDialect,
		['/', '/:account/:queue'].map((path): Operation => ({ name: 'sqs', method: 'POST', path, handle: (call) => sqs.handle(call) })),
		() => ({ status: 404, body: '' }),
	);

	return {
		facts: () => ({
			applicationId: own.id,
			clientId: own.clientId,
			clientSecret: own.clientSecret,
			tokenUrl: `${context.origin()}${LWA}/auth/o2/token`,
			consentUrl: `${context.origin()}${CONSENT}`,
			regions: Object.fromEntries(accounts.map((region) => [region, context.origin() + `/amazon-${region}`])),
			accounts: accounts.map((account) => ({
				account,
				region: account,
				sellingPartnerId: ids.seller(account),
				refreshToken: refreshTokens.get(account),
				stores: context.stores.filter((s) => s.account === account).map((s) => ({ store: s.id, marketplaceId: marketplaceOf(s).id })),
			})),
			mail: mail.facts(),
			orderMessages: orderMessages.truth(),
			sqs: {
				endpoint: context.origin() + SQS,
				...keys,
				queues: queues.map((q, i) => ({ account: accounts[i], region: awsRegion[accounts[i] ?? 'na'], arn: q.arn, url: q.url() })),
			},
		}),
		orderId: (ref) => ids.order(ref),
		findOrder: (id) => ids.findOrder(id),
		onChange: (change, order) => {
			notifications.onChange(change, order);
			if (change.step.kind === 'placed') mail.placed(order);
		},
		buyerWrites: (order, text, files) => mail.buyerWrites(order, text, files),
		conversations: (store) => mail.truth(store),
		listens: (store) => notifications.listens(store),
		addTarget: () => {
			throw new RangeError('Amazon sends no webhooks: subscribe a queue');
		},
		expireTokens: (options) => grants.expire(options),
		configure: (settings) => configure(settings, { app: own, rendering, reports, listings, mail, stores: context.stores }),
		close: () => {
			for (const queue of queues) queue.close();
			mail.close();
		},
	};
}

interface Host {
	region: Region;
	context: PlatformContext;
	grants: AmazonGrants;
	rendering: Rendering;
	reports: AmazonReports;
	listings: AmazonListings;
	catalogue: AmazonCatalogue;
	submissions: AmazonSubmissions;
	orderMessages: AmazonOrderMessages;
	finances: AmazonFinances;
	notifications: AmazonNotifications;
}

function hostOperations({
	region,
	context,
	grants,
	rendering,
	reports,
	listings,
	catalogue,
	submissions,
	orderMessages,
	finances,
	notifications,
}: Host): Operation[] {
	const stores = context.stores.filter((s) => s.account === region);
	const limited = (call: WireCall, who: string, handle: () => WireReply): WireReply => {
		const plan = raised(plans[call.operation] ?? NOTIFICATIONS, rendering.app.rateFactor);
		const took = context.buckets.take(`amazon ${who} ${call.operation}`, plan);
		if (!took.allowed) return quotaExceeded(context.random.chance(0.3) ? plan.rate : null);
		const answer = handle();
		return { ...answer, headers: { 'x-amzn-ratelimit-limit': String(plan.rate), ...answer.headers } };
	};
	const agent = (call: WireCall): WireReply | null =>
		(call.headers['user-agent'] ?? '').length > 500 ? invalid('The user-agent header is too long.') : null;
	const seller =
		(handle: (call: WireCall) => WireReply) =>
		(call: WireCall): WireReply => {
			const access = grants.check(call);
			if (typeof access === 'string') return denied(access);
			// A token of another region's account, or a grantless one, is not told apart from a missing role.
			if (access.account !== region) return denied('');
			return agent(call) ?? limited(call, region, () => handle(call));
		};
	const grantless =
		(handle: (call: WireCall) => WireReply) =>
		(call: WireCall): WireReply => {
			const access = grants.check(call);
			if (typeof access === 'string') return denied(access);
			if (access.scope !== 'sellingpartnerapi::notifications') return denied('');
			return agent(call) ?? limited(call, 'application', () => handle(call));
		};
	const orders = '/orders/2026-01-01/orders';
	const report = '/reports/2021-06-30';
	const notification = '/notifications/v1';
	return [
		{
			name: 'getMarketplaceParticipations',
			method: 'GET',
			path: '/sellers/v1/marketplaceParticipations',
			handle: seller(() => participations(stores, region)),
		},
		{ name: 'searchOrders', method: 'GET', path: orders, handle: seller((call) => searchOrders(context, rendering, call, stores, region)) },
		{ name: 'getOrder', method: 'GET', path: `${orders}/:orderId`, handle: seller((call) => getOrder(context, rendering, call, stores)) },
		{
			name: 'searchListingsItems',
			method: 'GET',
			path: '/listings/2021-08-01/items/:sellerId',
			handle: seller((call) => listings.search(call, stores, region)),
		},
		...catalogue.operations(stores, seller),
		...submissions.operations(stores, region, seller, DOCUMENTS),
		...feedbackOperations(context, rendering.ids, stores, seller),
		...orderMessages.operations(stores, seller),
		...finances.operations(stores, seller),
		{ name: 'createReport', method: 'POST', path: `${report}/reports`, handle: seller((call) => reports.create(call, region, stores)) },
		{ name: 'getReports', method: 'GET', path: `${report}/reports`, handle: seller((call) => reports.list(call, region)) },
		{ name: 'getReport', method: 'GET', path: `${report}/reports/:reportId`, handle: seller((call) => reports.get(call, region)) },
		{ name: 'cancelReport', method: 'DELETE', path: `${report}/reports/:reportId`, handle: seller((call) => reports.cancel(call, region)) },
		{
			name: 'getReportDocument',
			method: 'GET',
			path: `${report}/documents/:documentId`,
			handle: seller((call) => reports.document(call, region, context.origin() + DOCUMENTS)),
		},
		{
			name: 'createDestination',
			method: 'POST',
			path: `${notification}/destinations`,
			handle: grantless((call) => notifications.createDestination(call)),
		},
		{
			name: 'getDestinations',
			method: 'GET',
			path: `${notification}/destinations`,
			handle: grantless(() => notifications.listDestinations()),
		},
		{
			name: 'getDestination',
			method: 'GET',
			path: `${notification}/destinations/:destinationId`,
			handle: grantless((call) => notifications.getDestination(call)),
		},
		{
			name: 'deleteDestination',
			method: 'DELETE',
			path: `${notification}/destinations/:destinationId`,
			handle: grantless((call) => notifications.deleteDestination(call)),
		},
		{
			name: 'createSubscription',
			method: 'POST',
			path: `${notification}/subscriptions/:notificationType`,
			handle: seller((call) => notifications.createSubscription(call, region)),
		},
		{
			name: 'getSubscription',
			method: 'GET',
			path: `${notification}/subscriptions/:notificationType`,
			handle: seller((call) => notifications.getSubscription(call, region)),
		},
		{
			name: 'getSubscriptionById',
			method: 'GET',
			path: `${notification}/subscriptions/:notificationType/:subscriptionId`,
			handle: grantless((call) => notifications.getSubscriptionById(call)),
		},
		{
			name: 'deleteSubscriptionById',
			method: 'DELETE',
			path: `${notification}/subscriptions/:notificationType/:subscriptionId`,
			handle: grantless((call) => notifications.deleteSubscription(call)),
		},
	];
}

function participations(stores: readonly StoreSeed[], region: Region): WireReply {
	const other = nonAmazon[region];
	const markets = [...stores.map((store) => marketplaceOf(store)), ...(other === undefined ? [] : [other])];
	const records: unknown[] = markets.map((market) => ({
		marketplace: {
			id: market.id,
			name: market.name,
			countryCode: market.country,
			defaultCurrencyCode: market.currency,
			defaultLanguageCode: market.language,
			domainName: market.domain,
		},
		participation: { isParticipating: true, hasSuspendedListings: false },
		storeName: 'Yunfan Home',
	}));
	return { status: 200, body: { payload: records }, records };
}

/** Approves by itself: the account in `account` (only this simulator knows it), else the first. */
function consentPage(call: WireCall, app: AmazonApp, grants: AmazonGrants, ids: AmazonIds, accounts: readonly string[]): WireReply {
	const page = (status: number, text: string): WireReply => ({
		status,
		headers: { 'content-type': 'text/html' },
		body: `<h1>${text}</h1>`,
	});
	if (call.query.get('application_id') !== app.id) return page(400, 'MD1000: the application is not known');
	const asked = call.query.get('redirect_uri');
	const redirect = asked ?? app.redirectUrls[0];
	if (redirect === undefined || !app.redirectUrls.includes(redirect)) return page(400, 'MD5101: the redirect URI is not registered');
	const account = call.query.get('account') ?? accounts[0] ?? '';
	if (!accounts.includes(account)) return page(400, 'No such seller');
	const target = new URL(redirect);
	target.searchParams.set('state', call.query.get('state') ?? '');
	target.searchParams.set('selling_partner_id', ids.seller(account));
	target.searchParams.set('spapi_oauth_code', grants.issueCode(account, asked));
	return { status: 302, headers: { location: target.href }, body: '' };
}

interface Configured {
	app: AmazonApp;
	rendering: Rendering;
	reports: AmazonReports;
	listings: AmazonListings;
	mail: MailRelay;
	stores: readonly StoreSeed[];
}

function configure(settings: Record<string, unknown>, { app, rendering, reports, listings, mail, stores }: Configured): void {
	for (const [name, value] of Object.entries(settings)) {
		if (name === 'redirectUrls' && Array.isArray(value)) app.redirectUrls = value.map(String);
		else if (name === 'directToConsumer' && typeof value === 'boolean') app.roles.directToConsumer = value;
		else if (name === 'taxInvoicing' && typeof value === 'boolean') app.roles.taxInvoicing = value;
		else if (name === 'negativeDiscounts' && typeof value === 'boolean') rendering.negativeDiscounts = value;
		else if (name === 'rateFactor' && typeof value === 'number' && value >= 1) app.rateFactor = value;
		else if (name === 'reportSeconds' && typeof value === 'number') reports.times = { queue: value * 250, work: value * 750 };
		else if (name === 'listingsReach' && typeof value === 'number') listings.reach = value;
		else if (name === 'patchSeconds' && typeof value === 'number') listings.patchDelay = value * 1000;
		else if (name === 'mailKeepsSent' && typeof value === 'boolean') mail.keepsSent = value;
		else if (name === 'optOut' && typeof value === 'string') mail.optOut(value);
		else if (name === 'mailTo' && typeof value === 'string') {
			const store = stores.find(({ id }) => value.startsWith(`${id}\n`));
			if (!store) throw new RangeError('mailTo is a store and the mail');
			mail.deliver(store, Buffer.from(value.slice(store.id.length + 1), 'latin1'));
		} else throw new RangeError(`Amazon has no setting ${name}`);
	}
}
