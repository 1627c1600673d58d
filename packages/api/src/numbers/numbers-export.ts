import { writeAudit } from '@pangea/db';
import { formatDecimal, MEASURES } from '@pangea/domain';
import type { Download } from '../audit/audit-export.ts';
import type { Services, SessionUser } from '../context.ts';
import { type Cell, csvOf } from '../csv.ts';
import { problem } from '../problem.ts';
import { memberFor } from '../trpc.ts';
import { answerNumbers, type NumbersQuestion, numbersQuestion } from './numbers.router.ts';
import type { BasisView, FigureId, FiguresView, NumbersView } from './shapes.ts';

const MEASURED = Object.keys(MEASURES).filter((id): id is FigureId => id !== 'goods');
/** Said in every row, so that a row taken out of the file still says what it stands on. */
const BASIS = [
	'base_currency',
	'period_from',
	'period_until',
	'days_of',
	'rates_known_at',
	'rate_sources',
	'rates_from',
	'rates_until',
	'stores_read_up_to',
	'gross_without_told_tax',
	'not_converted',
] as const;
const HEADER = ['part', 'key', 'day', ...MEASURED, 'compared_day', ...MEASURED.map((id) => `compared_${id}`), ...BASIS];

/**
 * What the screen shows, as a CSV file: a row for the whole, one a day, one a part, each with its basis. Amounts are decimals of the base
 * currency, what is null is empty.
 * @param query the question's fields from an address; lists are parted by points
 * @throws TRPCError with a problem: not signed in, no member, not allowed, a field that is wrong
 */
export async function exportNumbers(
	services: Services,
	user: SessionUser | null,
	workspaceId: string | null,
	query: Readonly<Record<string, string>>,
): Promise<Download> {
	const member = await memberFor(services, user, workspaceId, 'numbers.read');
	const question = questionIn(query);
	const { from, until, by } = question;
	await member.scoped((scope) =>
		writeAudit(scope, { userId: member.user.id, action: 'numbers.export', subject: 'numbers', facts: { from, until } }),
	);
	const view = await answerNumbers(member, question);
	// oxlint-disable-next-line typescript/require-await
	async function* bunches(): AsyncGenerator<Cell[][]> {
		yield rowsOf(view, by);
	}
	return { fileName: `pangea-numbers-${from}-${until}.csv`, body: csvOf(HEADER, bunches()) };
}

/** A question from the fields of an address; lists are parted by points. @throws inputWrong */
export function questionIn(query: Readonly<Record<string, string>>): NumbersQuestion {
	const list = (text: string | undefined): string[] => (text ?? '').split('.').filter((word) => word !== '');
	const parsed = numbersQuestion.safeParse({ ...query, stores: list(query['stores']), platforms: list(query['platforms']) });
	if (!parsed.success) throw problem('inputWrong', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
	return parsed.data;
}

function rowsOf(view: NumbersView, by: string): Cell[][] {
	const basis = basisCells(view.basis);
	const figures = (of: FiguresView | null): Cell[] => MEASURED.map((id) => figureCell(id, of?.[id] ?? null, view.basis.currency));
	const row = (place: [string, string, string], now: FiguresView, day: string | null, before: FiguresView | null): Cell[] => [
		...place,
		...figures(now),
		day ?? '',
		...figures(before),
		...basis,
	];
	return [
		row(['total', '', ''], view.total, null, view.compared),
		...view.days.map((d) => row(['day', '', d.day], d.figures, d.comparedDay, d.compared)),
		...view.groups.map((g) => row([by, g.key, ''], g.figures, null, g.compared)),
	];
}

function figureCell(id: FigureId, value: string | null, currency: string): Cell {
	if (value === null) return '';
	return { figure: MEASURES[id].unit === 'money' ? formatDecimal({ amountMinor: BigInt(value), currency }) : value };
}

function basisCells(basis: BasisView): Cell[] {
	const amount = (minor: string): Cell => ({ figure: formatDecimal({ amountMinor: BigInt(minor), currency: basis.currency }) });
	const read = basis.stores.flatMap((s) => s.freshTo ?? []).toSorted();
	return [
		basis.currency,
		basis.from,
		basis.until,
		basis.zone ?? 'each store',
		basis.asOf,
		basis.rates.sources.join(' '),
		basis.rates.oldest ?? '',
		basis.rates.newest ?? '',
		read[0] ?? '',
		amount(basis.taxUntoldMinor),
		basis.apart.map((a) => `${a.currency}: ${a.orders} orders`).join('; '),
	];
}
