import { addMillis, type Instant } from '@pangea/domain';
import { PlatformError, type Window } from '@pangea/platform-contract';
import * as z from 'zod';

const searchStep = z.object({
	kind: z.literal('search'),
	from: z.iso.datetime(),
	until: z.iso.datetime(),
	/** Marketplaces, when it is not the store's alone. */
	marketplaceIds: z.array(z.string()).min(2).optional(),
	/** Filter on Amazon's states; all when absent. */
	statuses: z.string().optional(),
	token: z.string().optional(),
	tokenAt: z.iso.datetime().optional(),
	/** How many data sets have been given up after refusals. */
	level: z.number().int().min(0).default(0),
	/** True when the walk began anew after its token was refused. */
	restarted: z.boolean().default(false),
});
export type SearchStep = z.infer<typeof searchStep>;

const reportStep = z.object({
	kind: z.literal('report'),
	from: z.iso.datetime(),
	until: z.iso.datetime(),
	report: z.object({ reportId: z.string(), requestedAt: z.iso.datetime() }).optional(),
	documentId: z.string().optional(),
	offset: z.number().int().min(0).default(0),
});
export type ReportStep = z.infer<typeof reportStep>;

const walk = z.object({
	v: z.literal(1),
	watermark: z.iso.datetime(),
	steps: z.array(z.discriminatedUnion('kind', [searchStep, reportStep])),
});

/** What is left to do for a window, and up to when everything will have been seen. */
export type Walk = z.infer<typeof walk>;
export type Step = Walk['steps'][number];

/** Amazon refuses an end later than two minutes ago (contract §9). */
const MARGIN_MILLIS = 120_000;
/** Longer windows are read from the report: a search costs three minutes for a hundred orders. */
export const SEARCH_UP_TO_MILLIS = 2 * 86_400_000;
/** How far the report may lag behind; younger changes are searched. Not stated by Amazon. */
export const REPORT_LAG_MILLIS = 2 * 3_600_000;

/** Amazon's states of orders that still need somebody's work. */
const OPEN_STATUSES = 'PENDING_AVAILABILITY,PENDING,UNSHIPPED,PARTIALLY_SHIPPED';

/**
 * The way through a window. Short: one search, of all the marketplaces. Long, for the store's own alone: search the youngest changes, search the open orders of the rest (the report lacks
 * their promise times and item ids), then the report for all others.
 */
export function planWalk(window: Window, now: Date, searchUpToMillis: number, marketplaceIds: readonly string[] = []): Walk {
	const latest = addMillis(now.toISOString(), -MARGIN_MILLIS);
	const from = addMillis(window.from, 0);
	const until = window.until < latest ? addMillis(window.until, 0) : latest;
	if (until <= from) return { v: 1, watermark: from, steps: [] };
	const search = (start: Instant, end: Instant, statuses?: string): SearchStep => ({
		kind: 'search',
		from: start,
		until: end,
		...(statuses === undefined ? {} : { statuses }),
		level: 0,
		restarted: false,
	});
	if (Date.parse(until) - Date.parse(from) <= searchUpToMillis) {
		const several = marketplaceIds.length > 1 ? { marketplaceIds: [...marketplaceIds] } : {};
		return { v: 1, watermark: until, steps: [{ ...search(from, until), ...several }] };
	}
	const settled = addMillis(now.toISOString(), -REPORT_LAG_MILLIS);
	const cut = until < settled ? until : settled;
	const youngest = cut < until ? [search(cut, until)] : [];
	return {
		v: 1,
		watermark: until,
		steps: [...youngest, search(from, cut, OPEN_STATUSES), { kind: 'report', from, until: cut, offset: 0 }],
	};
}

export function writeCursor(state: Walk): string {
	return Buffer.from(JSON.stringify(state)).toString('base64url');
}

/** @throws PlatformError kind `rejected` for a text that is no cursor of ours. */
export function readCursor(text: string): Walk {
	let json: unknown = null;
	try {
		json = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
	}
	const parsed = walk.safeParse(json);
	if (parsed.success) return parsed.data;
	throw new PlatformError({
		kind: 'rejected',
		userMessage: { code: 'answerNotUnderstood' },
		detail: 'pull: the cursor is not one of this adapter',
	});
}
