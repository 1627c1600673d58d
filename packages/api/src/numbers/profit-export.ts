import { writeAudit } from '@pangea/db';
import { formatDecimal, PROFIT_MEASURES, type ProfitMeasureId } from '@pangea/domain';
import type { Download } from '../audit/audit-export.ts';
import type { Services, SessionUser } from '../context.ts';
import { type Cell, csvOf } from '../csv.ts';
import { problem } from '../problem.ts';
import { memberFor } from '../trpc.ts';
import { questionIn } from './numbers-export.ts';
import { answerProfit, answerSkuProfit } from './numbers.router.ts';
import type { ProfitFiguresView } from './shapes.ts';

const MEASURED = Object.keys(PROFIT_MEASURES) as ProfitMeasureId[];
const BASIS = ['base_currency', 'period_from', 'period_until', 'days_of', 'rates_known_at', 'not_converted'] as const;
const HEADER = ['part', 'key', 'title', 'orders', 'units', 'gross', ...MEASURED, ...BASIS];

/**
 * What is left as a CSV file: a row for the whole, then one a part, or one a SKU, all of them, whose money adds up to the whole's. Amounts are decimals
 * of the base currency, what is null is empty; the key of lines without a SKU is empty.
 * @param query the question's fields from an address, and `part`: `sku`, or `groups` for the parts that `by` names
 * @throws TRPCError with a problem: not signed in, no member, not allowed, a field that is wrong
 */
export async function exportProfit(
	services: Services,
	user: SessionUser | null,
	workspaceId: string | null,
	query: Readonly<Record<string, string>>,
): Promise<Download> {
	const member = await memberFor(services, user, workspaceId, 'numbers.read');
	const { part, ...rest } = query;
	if (part !== 'sku' && part !== 'groups') throw problem('inputWrong', { field: 'part' });
	const question = questionIn(rest);
	const { from, until, by, clock, asOf } = question;
	await member.scoped((scope) =>
		writeAudit(scope, { userId: member.user.id, action: 'numbers.export', subject: 'profit', facts: { from, until } }),
	);
	const view = part === 'sku' ? await answerSkuProfit(member, question, Number.POSITIVE_INFINITY) : await answerProfit(member, question);
	const apart = view.apart.map(({ currency, costMinor }) => `${currency} ${formatDecimal({ amountMinor: BigInt(costMinor), currency })}`);
	const known = asOf ?? services.now().toISOString();
	const days = clock === 'store' ? 'each store' : 'workspace';
	const basis = [view.currency, from, until, days, known, apart.join('; ')];
	const row = (place: [string, string, string], figures: ProfitFiguresView): Cell[] => [
		...place,
		{ figure: figures.orders },
		{ figure: figures.units },
		money(figures.gross, view.currency),
		...MEASURED.map((id) => (PROFIT_MEASURES[id].unit === 'money' ? money(figures[id], view.currency) : { figure: figures[id] ?? '' })),
		...basis,
	];
	const parts =
		'rows' in view
			? view.rows.map(({ sellerSku, title, figures }) => row(['sku', sellerSku ?? '', title], figures))
			: view.groups.map(({ key, figures }) => row([by, key, ''], figures));
	// oxlint-disable-next-line typescript/require-await
	async function* bunches(): AsyncGenerator<Cell[][]> {
		yield [row(['total', '', ''], view.total), ...parts];
	}
	return { fileName: `pangea-profit-${part === 'sku' ? 'sku' : by}-${from}-${until}.csv`, body: csvOf(HEADER, bunches()) };
}

function money(minor: string | null, currency: string): Cell {
	return minor === null ? '' : { figure: formatDecimal({ amountMinor: BigInt(minor), currency }) };
}
