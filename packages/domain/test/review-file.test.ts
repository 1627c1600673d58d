import { describe, expect, test } from 'vitest';
import { guessReviewColumns, readReviewRow, type ReviewMapping } from '../src/index.ts';

const MAPPING: ReviewMapping = {
	columns: { id: 0, product: 1, author: 2, day: 3, rating: 4, title: 5, text: 6 },
	product: null,
	day: null,
};
const read = (cells: readonly (string | number | Date | null)[], mapping = MAPPING) => readReviewRow(2, cells, mapping);
const rated = (rating: string | number) => read(['R1', 'B0', 'Ana', '2026-11-02', rating, null, 'Fine']);

describe('a row of reviews', () => {
	test.each([
		[4, 4],
		['5', 5],
		['4.0 out of 5 stars', 4],
		['3,0 de 5 estrellas', 3],
		['2/5', 2],
		['★★★☆☆', 3],
		['4星', 4],
	])('%s is a rating', (told, rating) => {
		expect(rated(told)).toMatchObject({ good: { rating } });
	});
	test.each(['0', '6', '4.5', 4.5, 'good', '-1'])('%s is none', (told) => {
		expect(rated(told)).toMatchObject({ faults: [{ row: 2, column: 'rating', cause: 'ratingWrong' }] });
	});
	test('tells everything that is wrong with it', () => {
		const { faults } = read(['', '', 'x'.repeat(201), '02/11/2026', '', '', '']) as { faults: { column: string; cause: string }[] };
		expect(faults.map(({ column, cause }) => [column, cause])).toEqual([
			['author', 'tooLong'],
			['product', 'productMissing'],
			['day', 'dayWrong'],
			['rating', 'ratingMissing'],
		]);
		expect(read(['', 'B0', '', '2026-11-02', 5, '', ''])).toMatchObject({ faults: [{ column: 'id', cause: 'nothingToKnowBy' }] });
	});
	test('takes product and day of all rows where it has none, and the day of a time as it stands', () => {
		const of = { ...MAPPING, product: 'LAMP', day: '2026-11-01' };
		expect(read(['R1', '', '', '', 5, '', 'Fine'], of)).toMatchObject({ good: { product: 'LAMP', day: '2026-11-01' } });
		expect(read(['R1', 'B0', '', '2026-11-02T23:59:00Z', 5, '', ''])).toMatchObject({ good: { day: '2026-11-02' } });
	});
	test('holds nothing that no database takes', () => {
		expect(read(['R\0\uD8001', 'B0', '', '2026-11-02', 5, '', ''])).toMatchObject({ good: { externalId: 'R\uFFFD1' } });
	});
});

test.each([
	[['Review ID', 'ASIN', 'Reviewer', 'Date', 'Rating', 'Title', 'Body']],
	[['评价ID', '商品货号', '买家昵称', '评价时间', '星级', '标题', '评价内容']],
	[['ID da avaliação', 'Anúncio', 'Comprador', 'Data', 'Nota', 'Título', 'Comentário']],
	[['ID de la reseña', 'Publicación', 'Cliente', 'Fecha', 'Calificación', 'Título', 'Opinión']],
])('the columns of %j are found', (headings) => {
	expect(guessReviewColumns(headings)).toEqual(MAPPING.columns);
});
test('the title of the product is not that of the review', () => {
	expect(guessReviewColumns(['Product title', 'Review title', 'Review text', 'stars'])).toEqual({
		product: 0,
		title: 1,
		text: 2,
		rating: 3,
	});
});
