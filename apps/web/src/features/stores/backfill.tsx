import { useLingui } from '@lingui/react/macro';
import type { BackfillView } from '@pangea/api';
import { formatDay, formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';

/** The share of the wanted period that is complete, from 0 to 1. Time, not orders: how many there are is mostly unknown. */
export function backfillShare(backfill: Pick<BackfillView, 'completeFrom' | 'historyFrom'>, now: number): number {
	const whole = now - Date.parse(backfill.historyFrom);
	const done = now - Date.parse(backfill.completeFrom);
	return whole <= 0 ? 1 : Math.min(1, Math.max(0, done / whole));
}

export function Backfill({ backfill, zone }: { backfill: BackfillView; zone: string }) {
	const { t } = useLingui();
	const language = shownLanguage();
	const since = formatDay(language, backfill.completeFrom, zone);
	const seen = formatNumber(language, backfill.ordersSeen);
	const share = backfill.state === 'done' ? 1 : backfillShare(backfill, Date.parse(backfill.updatedAt));
	const words = {
		waiting: t`History waits for its turn`,
		running: t`Complete since ${since}, reading on`,
		done: t`Complete since ${since}`,
		failed: t`Stopped; complete since ${since}. It goes on by itself.`,
	};
	const expected = backfill.ordersExpected === null ? '' : ` / ${formatNumber(language, backfill.ordersExpected)}`;
	return (
		<div className={`backfill ${backfill.state}`}>
			<div className="row">
				<span>{words[backfill.state]}</span>
				<span className="grow" />
				<small className="num soft">{t`${seen}${expected} orders`}</small>
			</div>
			{backfill.state !== 'done' && (
				<div
					className="meter"
					// A progress element cannot be drawn alike in all browsers.
					// oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
					role="progressbar"
					aria-valuemin={0}
					aria-valuemax={100}
					aria-valuenow={Math.round(share * 100)}
					aria-label={t`History read`}
				>
					<i style={{ width: `${share * 100}%` }} />
				</div>
			)}
		</div>
	);
}
