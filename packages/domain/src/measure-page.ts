import { BILLS, COUNTING_RULE, MEASURE_IDS, MEASURES, type Measure } from './measure.ts';
import { PLATFORM_IDS, PLATFORMS } from './platform.ts';
import { PROCEEDS, PROFIT_MEASURES } from './profit.ts';

const TAX = {
	asBilled: 'as billed',
	asPriced: 'with, without and untold apart',
	none: '—',
} as const satisfies Record<Measure['tax'], string>;

/** docs/measures.md, made from the catalogue. */
export function measuresPage(): string {
	const rows = MEASURE_IDS.map((id) => {
		const { name, unit, tax, orders, definition } = MEASURES[id] as Measure;
		return `| \`${id}\` | ${name} | ${unit} | ${TAX[tax]} | ${orders} | ${definition} |`;
	});
	const bills = PLATFORM_IDS.map((id) => {
		const { tax, shipping, refunds } = BILLS[id];
		const told = refunds === 'after' ? 'taken off by the platform; we add them again' : 'not taken off';
		return `| ${PLATFORMS[id].name} | ${tax === 'held' ? 'in the bill' : 'as the goods are priced'} | ${shipping === 'held' ? 'in the bill' : 'not in the bill'} | ${told} |`;
	});
	const left = Object.entries(PROFIT_MEASURES).map(
		([id, { name, unit, tax, definition }]) => `| \`${id}\` | ${name} | ${unit} | ${TAX[tax]} | ${definition} |`,
	);
	const proceeds = PLATFORM_IDS.map((id) => `| ${PLATFORMS[id].name} | ${PROCEEDS[id].told} | ${PROCEEDS[id].source} |`);
	return [
		'# Measures',
		'',
		'Made from `packages/domain/src/measure.ts`, which screens, files and the API read; a test keeps this page equal to it.',
		'',
		COUNTING_RULE,
		'',
		'Each cell of the rollups holds one currency and one tax basis of one store and day. Currencies are added only after each day was converted at its own',
		'rate, and what has no rate is shown apart. Sums are exact and rounded once, at the end, half to even.',
		'',
		'| id | name | unit | tax | orders | definition |',
		'|---|---|---|---|---|---|',
		...rows,
		'',
		'## What a bill holds',
		'',
		'| platform | tax | shipping | refunds |',
		'|---|---|---|---|',
		...bills,
		'',
		'Temu documents the formula for its first amount API only; that the later ones take refunds off as well is our reading. The platforms name no tax basis:',
		'each adapter derives it from the arithmetic of the order, and says unknown where that does not decide.',
		'',
		'## What is left',
		'',
		'Counted from orders, statements and stated costs, kept by day, and counted anew once one of them says something else: a cost that is stated today holds at once. A cost holds on the day of the',
		'order in its store, whichever clock cuts the days, and is converted at the rate of the day that is told. What is missing is told as missing, with the reason, and counts nowhere as zero.',
		'',
		'| id | name | unit | tax | definition |',
		'|---|---|---|---|---|',
		...left,
		'',
		'| platform | proceeds from | source |',
		'|---|---|---|',
		...proceeds,
		'',
		'Where statements cover an order, its profit is settled; else it is estimated from what the order tells. The two are never one sum.',
		'',
		'By SKU, an order’s money is parted among its lines by what they were priced at (by units where a price is not told), so that the parts add up to the order; an order of several SKUs counts with each of them.',
		'',
		'The unexplained remainder of an order is its bill less the refunds, taxes and fees that are named and the payout that is told: what the platform keeps without a name.',
		'',
		'## Not there',
		'',
		'Buyers: a count of different buyers cannot be added up over days and stores, so no rollup holds it. Ads: no source is read yet, beside what',
		'statements book of them.',
		'',
	].join('\n');
}
