import { addMillis, parseInstant, TimeError } from '@pangea/domain';
import { type NamedOrder, type Naming, PlatformError, type StoreContext, type Window } from '@pangea/platform-contract';
import * as z from 'zod';
import { REPORT_LAG_MILLIS } from './cursor.ts';
import { awaitReport, downloadReport, type Pause, requestReport } from './report.ts';
import type { ReportTable } from './report-rows.ts';

const ticketShape = z.object({ reportId: z.string(), requestedAt: z.iso.datetime() });

/** Amazon's own orders; the report also lists what was sent for other channels. */
const ORDER_ID = /^\d{3}-\d{7}-\d{7}$/;

/**
 * Names the orders of a window from the report of all orders by last change: it is made from other storage than the search, and holds
 * orders that the search leaves out (amzn/selling-partner-api-models#3945, #5048).
 * @throws PlatformError
 */
export async function nameOrders(context: StoreContext, window: Window, ticket: string | null, pause: Pause): Promise<Naming> {
	const settled = addMillis(context.now().toISOString(), -REPORT_LAG_MILLIS);
	const until = window.until < settled ? window.until : settled;
	if (until <= window.from) return { state: 'nothing' };
	const report = ticket === null ? await request(context, window.from, until) : readTicket(ticket);
	let documentId: string | null;
	try {
		// One look: the ticket finds the report again, and the worker compares other stores meanwhile.
		({ documentId } = await awaitReport(context, report, pause, 0));
	} catch (error) {
		if (!(error instanceof PlatformError && error.kind === 'rateLimited')) throw error;
		return { state: 'waiting', ticket: JSON.stringify(report), seconds: Math.ceil((error.retryAfter ?? 60_000) / 1000) };
	}
	if (documentId === null) return { state: 'nothing' };
	// What changed since the report was asked for is no longer in the window it was asked for.
	const made = addMillis(report.requestedAt, -REPORT_LAG_MILLIS);
	const end = until < made ? until : made;
	const { orders } = await downloadReport(context, documentId);
	return { state: 'named', orders: orders.flatMap(named).filter((o) => o.updatedAt >= window.from && o.updatedAt < end), until: end };
}

async function request(context: StoreContext, from: string, until: string) {
	const { reportId } = await requestReport(context, from, until);
	return { reportId, requestedAt: context.now().toISOString() };
}

function readTicket(ticket: string) {
	return ticketShape.parse(JSON.parse(ticket));
}

// A row whose time cannot be read is the pull's to quarantine; a name without a time belongs to no window.
function named({ externalId, lastUpdated }: ReportTable['orders'][number]): NamedOrder[] {
	if (!ORDER_ID.test(externalId)) return [];
	try {
		return [{ externalId, updatedAt: parseInstant(lastUpdated) }];
	} catch (error) {
		if (!(error instanceof TimeError)) throw error;
		return [];
	}
}
