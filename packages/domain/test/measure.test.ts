import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CELL_COLUMNS, MEASURE_IDS, MEASURES, type Measure, measuresPage } from '../src/index.ts';

describe('the catalogue of measures', () => {
	test('is what docs/measures.md says; `vitest -u` writes it anew', async () => {
		await expect(measuresPage()).toMatchFileSnapshot(fileURLToPath(new URL('../../../docs/measures.md', import.meta.url)));
	});
	test('reads every measure from columns that a rollup has, and leaves no column unread but those that say how much is untold', () => {
		const read = new Set(MEASURE_IDS.flatMap((id) => (MEASURES[id] as Measure).from));
		expect(CELL_COLUMNS.filter((column) => !read.has(column))).toEqual(['tax_untold_minor', 'fee_orders']);
	});
	test('says of every amount of money what of tax it holds', () => {
		const money = MEASURE_IDS.filter((id) => MEASURES[id].unit === 'money' && MEASURES[id].tax === 'none');
		expect(money).toEqual(['tax', 'fees']);
	});
});
