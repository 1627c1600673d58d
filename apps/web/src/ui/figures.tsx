import { useLingui } from '@lingui/react/macro';
import type { MoneyView } from '@pangea/api';
import { useNow, useZone } from '../clock.tsx';
import { formatAmount, formatInstant, formatInstantFull, formatMoney, formatRelative } from '../format.ts';
import { shownLanguage } from '../i18n.ts';
import { useMay } from '../session.tsx';

/** An amount with its currency small behind it, right-aligned by its column. */
export function Amount({ money, computed = false }: { money: MoneyView | null; computed?: boolean }) {
	const { t } = useLingui();
	if (!money) return <NoAmount />;
	const said = formatMoney(shownLanguage(), money);
	return (
		<span className="amount" title={computed ? t`${said}, summed by us because the platform sends no total` : said}>
			{computed && (
				<span className="faint" aria-hidden>
					≈
				</span>
			)}
			{formatAmount(shownLanguage(), money)}
			<span className="currency">{money.currency}</span>
		</span>
	);
}

function NoAmount() {
	const { t } = useLingui();
	const may = useMay('fields.revenue');
	return (
		<span className="faint" title={may ? t`The platform has not told the amount` : t`Amounts are hidden from you`}>
			{may ? '—' : '•••'}
		</span>
	);
}

/** A moment on the chosen clock; hovering tells the full time with its zone. */
export function When({ at, storeZone, relative = false }: { at: string | null; storeZone?: string | undefined; relative?: boolean }) {
	const now = useNow();
	const zone = useZone(storeZone);
	if (at === null) return <span className="faint">—</span>;
	const language = shownLanguage();
	return (
		<time dateTime={at} title={`${formatInstantFull(language, at, zone)} · ${zone}`}>
			{relative ? formatRelative(language, at, now) : formatInstant(language, at, zone, now)}
		</time>
	);
}
