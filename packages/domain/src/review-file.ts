import { cellDay, cellText, type FileCell, withoutClock } from './cell.ts';
import { FileRowCells, guessColumns, type RowColumns, type RowFault, type RowRead } from './file-row.ts';

/** What a file of reviews may hold, each in a column of its own. */
export const REVIEW_COLUMNS = ['id', 'product', 'author', 'day', 'rating', 'title', 'text'] as const;
export type ReviewColumn = (typeof REVIEW_COLUMNS)[number];

/** How a file is read. What has no column is the same for all rows, or not told. */
export interface ReviewMapping {
	columns: RowColumns<ReviewColumn>;
	/** For rows without one of their own. */
	product: string | null;
	day: string | null;
}

export const REVIEW_CAUSES = [
	'productMissing',
	'productUnknown',
	'dayMissing',
	'dayWrong',
	'ratingMissing',
	'ratingWrong',
	'nothingToKnowBy',
	'tooLong',
	'twice',
] as const;
export type ReviewCause = (typeof REVIEW_CAUSES)[number];
export type ReviewFault = RowFault<ReviewColumn, ReviewCause>;

/** A review as a file tells it. */
export interface ReviewRow {
	/** As a spreadsheet counts. */
	row: number;
	/** The platform's own; null where the file has none. */
	externalId: string | null;
	/** The platform's number of the listing, the seller's SKU of it, or the code of a SKU. */
	product: string;
	/** The buyer's name or mark as the platform shows it: to know the review again, never kept. */
	author: string | null;
	/** `2026-11-28` */
	day: string;
	rating: number;
	title: string | null;
	text: string | null;
}

const LONGEST: Readonly<Record<'id' | 'product' | 'author' | 'title' | 'text', number>> = {
	id: 200,
	product: 255,
	author: 200,
	title: 500,
	text: 10_000,
};
const STARS_ALONE = /^(★{1,5})☆*$/;
const OF_FIVE = /^([1-5])(?:[.,]0+)?\s*(?:(?:out of|de|\/)\s*5(?:[.,]0+)?)?\s*(?:stars?|estrelas?|estrellas?|星|颗星|分)?$/i;

/** `4`, `4.0 out of 5 stars`, `4/5`, `★★★★`, `4星`. Halves are none: nobody gives them. */
function ratingOf(text: string): number | null {
	const stars = STARS_ALONE.exec(text)?.[1];
	if (stars !== undefined) return stars.length;
	const told = OF_FIVE.exec(text)?.[1];
	return told === undefined ? null : Number(told);
}

/**
 * Reads one row of a file. Pure.
 * @returns the review, or everything that is wrong with the row
 */
export function readReviewRow(row: number, cells: readonly FileCell[], mapping: ReviewMapping): RowRead<ReviewRow, ReviewFault> {
	const file = new FileRowCells<ReviewColumn, ReviewCause>(row, cells, mapping.columns);
	const text = (column: keyof typeof LONGEST): string | null => {
		// A workbook may hold what no database takes.
		const found = file.text(column).toWellFormed().replaceAll('\0', '');
		if (found.length > LONGEST[column]) return file.fault(column, 'tooLong');
		return found === '' ? null : found;
	};
	const [externalId, author, title, words] = [text('id'), text('author'), text('title'), text('text')];
	const product = text('product') ?? (file.text('product') === '' ? (mapping.product ?? file.fault('product', 'productMissing')) : null);
	const dayTold = withoutClock(file.cell('day'));
	const day =
		cellText(dayTold) === '' ? (mapping.day ?? file.fault('day', 'dayMissing')) : (cellDay(dayTold) ?? file.fault('day', 'dayWrong'));
	const rating =
		file.text('rating') === ''
			? file.fault('rating', 'ratingMissing')
			: (ratingOf(file.text('rating')) ?? file.fault('rating', 'ratingWrong'));
	// Without an id, two buyers' stars of one day would be one review.
	if (externalId === null && author === null && title === null && words === null && file.faults.length === 0)
		file.fault('id', 'nothingToKnowBy');
	if (file.faults.length > 0 || product === null || day === null || rating === null) return { faults: file.faults };
	return { good: { row, externalId, product, author, day, rating, title, text: words } };
}

/** Which column of a file is which, by its heading; what is not recognised is left out. */
export function guessReviewColumns(headings: readonly FileCell[]): RowColumns<ReviewColumn> {
	return guessColumns(headings, HEADINGS);
}

const HEADINGS: readonly (readonly [ReviewColumn, RegExp])[] = [
	['id', /^id$|reviewid|评价id|评论id|评价编号|评论编号|iddaavalia|idavalia|iddelareseña|idreseña|idopini/],
	['rating', /rating|stars?$|score|星级|评分|星数|nota|estrelas|estrellas|calificaci|classifica|puntua|puntaje/],
	['day', /date|day|日期|时间|時間|data|fecha|writtenat|createdat/],
	['author', /author|reviewer|customer|buyer|user|nickname|profile|买家|昵称|作者|用户|評論者|autor|comprador|cliente|usuario|usuário/],
	['title', /^(?!.*(product|item|listing|商品|produto|anúncio|anuncio|publica)).*(title|headline|subject|标题|標題|título|titulo)/],
	['product', /asin|sku|product|listing|goods|item|商品|货号|产品|publicación|publicacion|anúncio|anuncio|produto|producto/],
	['text', /text|body|content|comment|review|内容|评价|评论|文本|comentário|comentario|avalia|opini|reseña|texto/],
];
