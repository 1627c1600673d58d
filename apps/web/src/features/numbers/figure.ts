import type { FigureId, FiguresView } from '@pangea/api';
import { MEASURES } from '@pangea/domain';
import { formatAmount, formatPercent } from '../../format.ts';
import type { Language } from '../../preferences.ts';

/** A figure as text, without its currency; a dash where there is nothing to divide by. */
export function figureText(language: Language, id: FigureId, value: string | null, currency: string): string {
	if (value === null) return '—';
	switch (MEASURES[id].unit) {
		case 'money':
			return formatAmount(language, { amountMinor: value, currency });
		case 'count':
			return new Intl.NumberFormat(language).format(BigInt(value));
		case 'share':
			return formatPercent(language, Number(value));
	}
}

/** The change of a figure as a share; null where there is nothing to compare with. */
export function changeOf(id: FigureId, now: FiguresView, before: FiguresView | null): number | null {
	const a = now[id];
	const b = before?.[id] ?? null;
	if (a === null || b === null || Number(b) <= 0) return null;
	return Number(a) / Number(b) - 1;
}

/** An amount of a change, with its sign. Not in a component: the compiler of components loses literals of big integers. */
export function signedAmount(language: Language, amountMinor: string, currency: string): string {
	const text = formatAmount(language, { amountMinor, currency });
	return BigInt(amountMinor) > 0n ? `+${text}` : text;
}

/** Whether more of it is good news. */
export const MORE_IS_BETTER: ReadonlySet<FigureId> = new Set(['gross', 'net', 'orders', 'units', 'averageOrder']);
