import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Instant } from '@pangea/domain';
import { type HttpReply, PlatformError, type RawReply, sleepFor, type StoreContext } from '@pangea/platform-contract';
import { call, USER_AGENT } from './client.ts';
import { misunderstood, refusalToError } from './errors.ts';
import { REPORT_CHARSETS } from './manifest.ts';
import { cutReport, isOrderReport, type ReportTable } from './report-rows.ts';
import { wireCreateReport, wireReport, wireReportDocument } from './wire.ts';

/** All orders by last change, without personal data (contract §10). */
export const ORDER_REPORT = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL';

const REPORTS = '/reports/2021-06-30';

/** Largest text that is read into memory at once. */
const MAX_DOCUMENT_BYTES = 400 * 1024 * 1024;

/** Asks for the report of a window of at most 30 days. */
export async function requestReport(
	context: StoreContext,
	from: Instant,
	until: Instant,
	reportType = ORDER_REPORT,
): Promise<{ reportId: string; raw: RawReply }> {
	const { value, raw } = await call(context, wireCreateReport, {
		operation: 'createReport',
		method: 'POST',
		path: `${REPORTS}/reports`,
		body: { reportType, dataStartTime: from, dataEndTime: until, marketplaceIds: [context.store.siteId] },
	});
	return { reportId: value.reportId, raw };
}

/** How long to wait before the next look, by the number of looks so far. */
export type Pause = (looks: number) => number;

export const growingPause: Pause = (looks) => Math.min(2000 * 2 ** Math.min(looks, 5), 60_000);

/** A report that takes longer than this is given up; the search knows the same orders. */
const PATIENCE_MILLIS = 60 * 60_000;

/** Looks at a report under way before the worker is given back; the cursor finds the report again. */
const LOOKS_AT_ONCE = 4;
const LOOK_AGAIN_MILLIS = 20_000;

/**
 * Waits for a report. `documentId` is null when there will be none: CANCELLED means "no data" or "asked too often" and never says which,
 * FATAL says nothing that helps; the caller then asks in another way instead of asking again (contract §17.7).
 * @throws PlatformError kind `rateLimited` when it is not ready after a few looks, `unavailable` an hour after it was asked for.
 */
export async function awaitReport(
	context: StoreContext,
	report: { reportId: string; requestedAt: Instant },
	pause: Pause,
	looksAtOnce = LOOKS_AT_ONCE,
): Promise<{ documentId: string | null; raw: RawReply }> {
	for (let looks = 0; ; looks++) {
		const { state, documentId, raw } = await readReport(context, report.reportId);
		if (state === 'over') return { documentId, raw };
		if (context.now().getTime() - Date.parse(report.requestedAt) > PATIENCE_MILLIS) {
			throw new PlatformError({
				kind: 'unavailable',
				userMessage: { code: 'platformDown', params: { operation: 'getReport' } },
				detail: 'getReport: still under way after an hour',
				retryAfter: 300_000,
			});
		}
		if (looks >= looksAtOnce) {
			throw new PlatformError({
				kind: 'rateLimited',
				userMessage: { code: 'rateLimited', params: { operation: 'getReport' } },
				detail: 'getReport: still under way',
				retryAfter: LOOK_AGAIN_MILLIS,
			});
		}
		await sleepFor(pause(looks), context.signal);
	}
}

/** One look at a report. @throws PlatformError */
export async function readReport(
	context: StoreContext,
	reportId: string,
): Promise<{ state: 'under way' | 'over'; documentId: string | null; raw: RawReply }> {
	const { value, raw } = await call(context, wireReport, {
		operation: 'getReport',
		path: `${REPORTS}/reports/${encodeURIComponent(reportId)}`,
	});
	const { processingStatus, reportDocumentId } = value;
	if (processingStatus === 'CANCELLED' || processingStatus === 'FATAL') return { state: 'over', documentId: null, raw };
	if (processingStatus !== 'DONE') return { state: 'under way', documentId: null, raw };
	if (!reportDocumentId) throw misunderstood('getReport', 'DONE without a document');
	return { state: 'over', documentId: reportDocumentId, raw };
}

/** The orders of a report document. @throws PlatformError */
export async function downloadReport(context: StoreContext, documentId: string): Promise<ReportTable> {
	const text = await downloadText(context, documentId);
	const table = isOrderReport(text) ? cutReport(text) : null;
	if (!table) throw misunderstood('downloadReportDocument', 'the document does not begin with the header of the order report');
	return table;
}

/** Fetches a report document: the presigned address lives five minutes and must not see our headers. */
export async function downloadText(context: StoreContext, documentId: string): Promise<string> {
	const { value } = await call(context, wireReportDocument, {
		operation: 'getReportDocument',
		path: `${REPORTS}/documents/${encodeURIComponent(documentId)}`,
	});
	const reply = await context.http.send({
		operation: 'downloadReportDocument',
		method: 'GET',
		url: value.url,
		headers: { 'user-agent': USER_AGENT },
		idempotent: true,
	});
	if (reply.status !== 200) throw refusalToError('downloadReportDocument', reply);
	return decodeText(await unzip(reply.body), charsetOf(reply), context.store.siteId);
}

// The bytes decide, not the flag: it is sometimes absent while they are gzip, and HTTP may have unzipped already (contract §17.6).
async function unzip(body: Buffer): Promise<Buffer> {
	if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
	try {
		return await promisify(gunzip)(body, { maxOutputLength: MAX_DOCUMENT_BYTES });
	} catch (cause) {
		throw misunderstood('downloadReportDocument', 'the document is no whole gzip or too large', cause);
	}
}

function charsetOf(reply: HttpReply): string | null {
	return /charset="?([^";\s]+)/i.exec(reply.headers['content-type'] ?? '')?.[1]?.toLowerCase() ?? null;
}

// Names that Amazon or Windows use and the encoding standard does not.
const CHARSET_ALIASES: Readonly<Record<string, string>> = { cp932: 'shift_jis', ms932: 'shift_jis', cp1252: 'windows-1252' };

/**
 * The text of a report: by its byte order mark, by the charset the download named, as UTF-8 when it is nothing but valid UTF-8, else by the
 * marketplace (contract §10). Shift_JIS is the web's, which is CP932.
 */
export function decodeText(bytes: Buffer, charset: string | null, siteId: string | null): string {
	if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder('utf-8').decode(bytes);
	const named = charset === null ? null : decoderOf(CHARSET_ALIASES[charset] ?? charset);
	if (named) return named.decode(bytes);
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
		return new TextDecoder((siteId && REPORT_CHARSETS[siteId]) || 'utf-8').decode(bytes);
	}
}

function decoderOf(label: string): TextDecoder | null {
	try {
		return new TextDecoder(label);
	} catch (error) {
		if (error instanceof RangeError) return null;
		throw error;
	}
}
