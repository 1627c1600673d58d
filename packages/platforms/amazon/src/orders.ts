import type { Instant, Order } from '@pangea/domain';
import {
	type AppCredentials,
	jsonText,
	lazyPage,
	type Orders,
	type Outcome,
	type Page,
	pathStep,
	PlatformError,
	type RawReply,
	type StoreContext,
} from '@pangea/platform-contract';
import { type Answer, call } from './client.ts';
import { planWalk, readCursor, type ReportStep, SEARCH_UP_TO_MILLIS, type SearchStep, type Step, writeCursor } from './cursor.ts';
import { misunderstood } from './errors.ts';
import { nameOrders } from './name.ts';
import { awaitReport, downloadReport, growingPause, type Pause, requestReport } from './report.ts';
import { isOpenWord, readReportOrders, type ReportTable } from './report-rows.ts';
import { ordersOfMarkets } from './markets.ts';
import { toOutcome } from './outcome.ts';
import { readDocument } from './read.ts';
import type { OrderPlace } from './to-order.ts';
import { wireGetOrder, wireSearch } from './wire.ts';

export { toOrder } from './to-order.ts';

const ORDERS = '/orders/2026-01-01/orders';

/** Orders of one report page; larger than a search page because rows are plain and come from memory. */
const REPORT_PAGE = 500;

/** Amazon forgets a paging token after 24 hours (contract §9). */
const TOKEN_MILLIS = 23 * 3_600_000;

/**
 * Data sets to ask for, fewer at each level (contract §17.11: a data set may be refused for a day). Personal data only when the app's
 * option `buyerData` is `full`; TAX carries the buyer's tax number and belongs to it.
 */
function dataSets(app: AppCredentials): string[][] {
	const base = ['PROCEEDS', 'EXPENSE', 'PROMOTION', 'CANCELLATION', 'FULFILLMENT', 'PACKAGES'];
	const personal = app['buyerData'] === 'full' ? ['BUYER', 'RECIPIENT', 'TAX'] : [];
	return [[...base, ...personal], ['PROCEEDS', 'FULFILLMENT'], ['PROCEEDS']];
}

interface Taken {
	/** Reads the orders of the replies; absent where they hold none. */
	read?: () => Outcome<Order>[];
	size?: number;
	replies: RawReply[];
	/** What takes the place of the step. */
	next: Step[];
	/** When set, not everything later has been seen in full. */
	seenUntil?: Instant;
}

export interface OrdersOptions {
	/** Spaces the looks at a report under way. */
	pause?: Pause;
	/** Length of the longest window that is searched instead of read from the report. */
	searchUpToMillis?: number;
}

export function createOrders({ pause = growingPause, searchUpToMillis = SEARCH_UP_TO_MILLIS }: OrdersOptions = {}): Orders {
	return {
		async *pull(context, window, cursor) {
			const markets = [context.store.siteId, ...(context.alongside ?? [])];
			let walk = cursor === null ? planWalk(window, context.now(), searchUpToMillis, markets) : readCursor(cursor);
			const documents = new Map<string, ReportTable>();
			if (walk.steps.length === 0) yield { items: [], replies: [], next: null, watermark: walk.watermark, total: null };
			for (let step = walk.steps[0]; step; step = walk.steps[0]) {
				const taken = step.kind === 'search' ? await search(context, step) : await report(context, step, pause, documents);
				const watermark = taken.seenUntil && taken.seenUntil < walk.watermark ? taken.seenUntil : walk.watermark;
				walk = { ...walk, watermark, steps: [...taken.next, ...walk.steps.slice(1)] };
				const next = walk.steps.length === 0 ? null : writeCursor(walk);
				yield lazyPage({ size: taken.size ?? 0, replies: taken.replies, next, watermark, total: null }, taken.read ?? none);
			}
		},

		async fetch(context, externalIds) {
			const items: Outcome<Order>[] = [];
			const replies: RawReply[] = [];
			for (const externalId of new Set(externalIds)) {
				const got = await getOrder(context, externalId);
				if (got === null) continue;
				if ('cause' in got) {
					// There is no text of it; its id keeps it apart from others that were refused.
					items.push({ ok: false, externalId, cause: got.cause, raw: jsonText({ orderId: externalId }), replies: [] });
					continue;
				}
				const outcome = toOutcome(got.value.order, placeOf(context), [replies.length]);
				// An order of another marketplace of the same seller belongs to that store.
				if (outcome.ok && outcome.value.siteId !== null && outcome.value.siteId !== context.store.siteId) continue;
				items.push(outcome);
				replies.push(got.raw);
			}
			return { items, replies, next: null, watermark: context.now().toISOString(), total: null } satisfies Page<Order>;
		},

		/** No call of the orders interface tells a number. */
		async count() {
			return null;
		},

		name: (context, window, ticket) => nameOrders(context, window, ticket, pause),

		read: (document, store) => readDocument(document, store, toOutcome),
	};
}

const none = (): Outcome<Order>[] => [];

export const orders: Orders = createOrders();

async function search(context: StoreContext, step: SearchStep): Promise<Taken> {
	const sets = dataSets(context.app);
	const stale = step.tokenAt !== undefined && context.now().getTime() - Date.parse(step.tokenAt) > TOKEN_MILLIS;
	const token = stale ? undefined : step.token;
	const asked = sets[Math.min(step.level, sets.length - 1)] ?? [];
	let answer: Answer<ReturnType<typeof wireSearch.parse>>;
	try {
		answer = await call(context, wireSearch, {
			operation: 'searchOrders',
			path: ORDERS,
			query: {
				lastUpdatedAfter: step.from,
				lastUpdatedBefore: step.until,
				marketplaceIds: (step.marketplaceIds ?? [context.store.siteId]).join(','),
				fulfillmentStatuses: step.statuses,
				maxResultsPerPage: '100',
				includedData: asked.join(','),
				paginationToken: token,
			},
		});
	} catch (error) {
		if (!(error instanceof PlatformError) || error.kind !== 'rejected') throw error;
		const { token: _refused, tokenAt: _at, ...fresh } = step;
		if (token !== undefined && !step.restarted) return { replies: [], next: [{ ...fresh, restarted: true }] };
		if (step.level + 1 < sets.length) return { replies: [], next: [{ ...step, level: step.level + 1 }] };
		throw error;
	}
	const { value, raw } = answer;
	const place = placeOf(context);
	const nextToken = value.pagination?.nextToken;
	if (nextToken && nextToken === token) throw misunderstood('searchOrders', 'the page names itself as the next one');
	const found = step.marketplaceIds
		? ordersOfMarkets(value.orders, raw, step.marketplaceIds)
		: { read: () => value.orders.map((order) => toOutcome(order, place, [0])), replies: [raw] };
	return {
		read: () => found.read().filter((outcome) => liesBefore(outcome, step.until)),
		size: value.orders.length,
		replies: found.replies,
		next: nextToken ? [{ ...step, token: nextToken, tokenAt: context.now().toISOString() }] : [],
		...seenUntil(step, value.lastUpdatedBefore, asked),
	};
}

// Amazon's "before" includes the instant itself; what changed then, or later while we paged, belongs to the next window.
function liesBefore(outcome: Outcome<Order>, until: Instant): boolean {
	return !outcome.ok || outcome.value.updatedAt < until;
}

// Without FULFILLMENT no order has a state: the window stays open until it was read in full. Else Amazon's own mark counts when it is earlier.
function seenUntil(step: SearchStep, stated: string | null | undefined, asked: string[]): { seenUntil?: Instant } {
	if (!asked.includes('FULFILLMENT')) return { seenUntil: step.from };
	const mark = stated ? Date.parse(stated) : Number.NaN;
	return mark < Date.parse(step.until) && mark >= Date.parse(step.from) ? { seenUntil: new Date(mark).toISOString() } : {};
}

async function report(context: StoreContext, step: ReportStep, pause: Pause, documents: Map<string, ReportTable>): Promise<Taken> {
	const bySearch: Step = { kind: 'search', from: step.from, until: step.until, level: 0, restarted: false };
	try {
		if (!step.report) {
			const { reportId, raw } = await requestReport(context, step.from, step.until);
			return { replies: [raw], next: [{ ...step, report: { reportId, requestedAt: context.now().toISOString() } }] };
		}
		if (!step.documentId) {
			const { documentId, raw } = await awaitReport(context, step.report, pause);
			return { replies: [raw], next: [documentId === null ? bySearch : { ...step, documentId }] };
		}
		const table = documents.get(step.documentId) ?? leaveOpenOrders(await downloadReport(context, step.documentId), step.until);
		documents.set(step.documentId, table);
		return reportPage(context, step, table);
	} catch (error) {
		// The role for reports may be missing, the report may have died: the search knows the same orders, at its own pace.
		const refused = error instanceof PlatformError && ['forbidden', 'rejected', 'notFound'].includes(error.kind);
		if (!refused) throw error;
		return { replies: [], next: [bySearch] };
	}
}

// The search before this step has read the open orders, richer than any row: a row of the same change must not follow and win.
function leaveOpenOrders(table: ReportTable, until: Instant): ReportTable {
	const limit = Date.parse(until);
	return { ...table, orders: table.orders.filter((o) => !(isOpenWord(o.status) && Date.parse(o.lastUpdated) <= limit)) };
}

function reportPage(context: StoreContext, step: ReportStep, table: ReportTable): Taken {
	const end = step.offset + REPORT_PAGE;
	const place = placeOf(context);
	const part: ReportTable = { header: table.header, orders: table.orders.slice(step.offset, end) };
	const text = [part.header, ...part.orders.flatMap((o) => o.lines)].join('\n');
	const raw = { operation: 'downloadReportDocument', fetchedAt: context.now().toISOString(), body: Buffer.from(text) };
	return {
		read: () => readReportOrders(part, place, [0]).filter((outcome) => liesBefore(outcome, step.until)),
		size: part.orders.length,
		replies: [raw],
		next: end < table.orders.length ? [{ ...step, offset: end }] : [],
	};
}

/** The order as it is now; null when Amazon does not know it; the cause when Amazon refuses the id with every set of data. */
async function getOrder(
	context: StoreContext,
	orderId: string,
): Promise<Answer<ReturnType<typeof wireGetOrder.parse>> | { cause: string } | null> {
	let cause = '';
	for (const asked of dataSets(context.app)) {
		try {
			return await call(context, wireGetOrder, {
				operation: 'getOrder',
				path: `${ORDERS}/${pathStep(orderId)}`,
				query: { includedData: asked.join(',') },
			});
		} catch (error) {
			if (!(error instanceof PlatformError)) throw error;
			if (error.kind === 'notFound') return null;
			if (error.kind !== 'rejected') throw error;
			cause = error.message;
		}
	}
	return { cause };
}

function placeOf(context: StoreContext): OrderPlace {
	return { siteId: context.store.siteId, currency: context.currency };
}
