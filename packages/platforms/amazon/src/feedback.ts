import { addMillis, instantFromMillis } from '@pangea/domain';
import type { FeedbackAnswer, Outcome, StoreFeedback, StoreFeedbackRow } from '@pangea/platform-contract';
import { misunderstood } from './errors.ts';
import { downloadText, readReport, requestReport } from './report.ts';

/** One to three stars (contract §10). */
export const FEEDBACK_REPORT = 'GET_SELLER_FEEDBACK_DATA';
const DAY = 86_400_000;
/** As far as a report of orders may reach; of this one nothing is published. */
const DAYS = 30;
const LOOK_AGAIN_SECONDS = 60;
/** It is given up then, and asked for anew at the next turn. */
const PATIENCE_MILLIS = 60 * 60_000;

const ORDER = /^\d{3}-\d{7}-\d{7}$/;
const STARS = /^[1-5]$/;
const DATE = /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})$/;

export const feedback: StoreFeedback = {
	source: 'https://developer-docs.amazon.com/sp-api/docs/report-type-values-performance',

	async ask(context, ticket): Promise<FeedbackAnswer> {
		const now = instantFromMillis(context.now().getTime());
		if (ticket === null) {
			const { reportId } = await requestReport(context, addMillis(now, -DAYS * DAY), now, FEEDBACK_REPORT);
			return { state: 'waiting', ticket: `${reportId} ${now}`, seconds: LOOK_AGAIN_SECONDS };
		}
		const [reportId = '', requestedAt = ''] = ticket.split(' ');
		const { state, documentId } = await readReport(context, reportId);
		if (state === 'under way')
			return Date.parse(now) - Date.parse(requestedAt) > PATIENCE_MILLIS
				? { state: 'nothing' }
				: { state: 'waiting', ticket, seconds: LOOK_AGAIN_SECONDS };
		if (documentId === null) return { state: 'nothing' };
		return { state: 'told', rows: readFeedback(await downloadText(context, documentId)) };
	},
};

/**
 * The rows of the report. Its headings are not published and come in the language of the marketplace, so the columns are known by what is in them: the
 * order's number, a number of stars, a date, and the first column of words. Whoever wrote is not read.
 * @throws PlatformError kind `unexpected` for a file in which no column has orders' numbers
 */
export function readFeedback(text: string): Outcome<StoreFeedbackRow>[] {
	const rows = text
		.replace(/^\ufeff/, '')
		.split(/\r\n|\n|\r/)
		.filter((line) => line.trim() !== '')
		.map((line) => line.split('\t').map((cell) => cell.trim()));
	const [, ...told] = rows;
	if (told.length === 0) return [];
	const width = Math.max(...told.map(({ length }) => length));
	const columns = Array.from({ length: width }, (_, place) => told.map((row) => row[place] ?? ''));
	const most = (test: (cell: string) => boolean): number =>
		columns.findIndex((cells) => cells.filter(test).length * 2 > cells.filter((cell) => cell !== '').length);
	const order = most((cell) => ORDER.test(cell));
	const stars = most((cell) => STARS.test(cell));
	const date = most((cell) => DATE.test(cell));
	if (order < 0 || stars < 0)
		throw misunderstood('downloadReportDocument', 'the feedback report has no column of orders, or none of stars');
	const isOther = (place: number): boolean =>
		[order, stars, date].includes(place) || columns[place]?.some((cell) => cell.includes('@')) === true;
	const comment = columns.findIndex((cells, place) => !isOther(place) && cells.some((cell) => cell !== ''));
	const day = dayReader(date < 0 ? [] : (columns[date] ?? []));
	return told.map((row): Outcome<StoreFeedbackRow> => {
		const [externalOrderId = '', rating = ''] = [row[order], row[stars]];
		if (!ORDER.test(externalOrderId) || !STARS.test(rating))
			return { ok: false, externalId: null, cause: 'a row without an order or stars', raw: '{}', replies: [] };
		const words = (comment < 0 ? undefined : row[comment]) ?? '';
		const value = { externalOrderId, rating: Number(rating), comment: words === '' ? null : words, day: day(row[date] ?? '') };
		return { ok: true, value, replies: [] };
	});
}

/** Reads dates of one file: which part is the day is known once one of them can be nothing else. */
function dayReader(cells: readonly string[]): (cell: string) => string | null {
	const parts = cells.flatMap((cell) => DATE.exec(cell)?.slice(1, 4).map(Number) ?? []);
	const at = (place: number) => parts.filter((_, index) => index % 3 === place);
	const yearFirst = at(0).some((part) => part > 31);
	const dayFirst = !yearFirst && at(0).some((part) => part > 12);
	const monthFirst = !yearFirst && at(1).some((part) => part > 12);
	return (cell) => {
		const [first = 0, second = 0, third = 0] = DATE.exec(cell)?.slice(1, 4).map(Number) ?? [];
		if (yearFirst) return written(first, second, third);
		if (dayFirst === monthFirst) return null;
		return written(third < 100 ? 2000 + third : third, dayFirst ? second : first, dayFirst ? first : second);
	};
}

function written(year: number, month: number, day: number): string | null {
	const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
	const at = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) ? text : null;
}
