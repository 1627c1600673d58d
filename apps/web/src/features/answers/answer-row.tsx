import { Plural, useLingui } from '@lingui/react/macro';
import type { PerformanceRowView, StoreView } from '@pangea/api';
import { Link } from '@tanstack/react-router';
import { formatLength, formatNumber, formatPercent } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, StoreName } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { CLOCK_STANDING_WORDS } from '../inbox/words.ts';
import { KIND_WORDS, UNTOLD_WORDS } from './words.ts';

/** How a store answered under one rule; the late ones open below. */
export function AnswerRow({ row, store }: { row: PerformanceRowView; store: StoreView | undefined }) {
	const { i18n } = useLingui();
	const language = shownLanguage();
	return (
		<tr>
			<th scope="row">
				{store && (
					<span className="answer-store">
						<PlatformMark platform={store.platform} name={store.platform} size={18} />
						<SiteMark country={store.country} />
						<StoreBadge store={store} />
						<StoreName name={store.name} />
					</span>
				)}
			</th>
			<td>{i18n._(KIND_WORDS[row.kind])}</td>
			<td>
				<Rule row={row} />
			</td>
			<td>
				<InTime row={row} />
			</td>
			<td className="num right">{row.medianMillis === null ? '—' : formatLength(language, row.medianMillis)}</td>
			<td className="num right">{row.open === 0 ? <span className="faint">—</span> : formatNumber(language, row.open)}</td>
			<td>
				<Late row={row} storeZone={store?.zone} />
			</td>
		</tr>
	);
}

function Rule({ row: { budget, target, standing, source, untold } }: { row: PerformanceRowView }) {
	const { t, i18n } = useLingui();
	const language = shownLanguage();
	const within = 'hours' in budget ? t`within ${budget.hours} h` : t`within ${budget.days} working days`;
	const asked = target === null ? within : t`${formatPercent(language, target)} ${within}`;
	const without = untold.map((one) => i18n._(UNTOLD_WORDS[one])).join(', ');
	const basis = i18n._(CLOCK_STANDING_WORDS[standing]);
	const note =
		without === '' ? `${basis} · ${source}` : t`${basis}. The platform also leaves out what nobody tells us: ${without}. ${source}`;
	return (
		<span className="rule" title={note}>
			{standing !== 'confirmed' && <span aria-hidden>≈ </span>}
			{asked}
			<span className="unseen"> · {note}</span>
		</span>
	);
}

function InTime({ row: { rate, target, inTime, decided } }: { row: PerformanceRowView }) {
	const { t } = useLingui();
	const language = shownLanguage();
	if (rate === null) return <span className="faint">—</span>;
	const under = target !== null && rate < target;
	const of = t`${formatNumber(language, inTime)} of ${formatNumber(language, decided)}`;
	return (
		<span className="in-time">
			<b className={under ? 'risk num' : 'num'}>{formatPercent(language, rate)}</b>
			<span className={under ? 'bar under' : 'bar'} aria-hidden>
				<span style={{ inlineSize: `${rate * 100}%` }} />
				{target !== null && <i style={{ insetInlineStart: `${target * 100}%` }} />}
			</span>
			<small className="faint num">{of}</small>
			{under && <span className="unseen">{t`under the target`}</span>}
		</span>
	);
}

function Late({ row, storeZone }: { row: PerformanceRowView; storeZone: string | undefined }) {
	const { t } = useLingui();
	const late = row.decided - row.inTime;
	if (late === 0) return <span className="faint">—</span>;
	return (
		<details>
			<summary>
				<Plural value={late} one="# buyer" other="# buyers" />
			</summary>
			<ul>
				{row.late.map(({ conversationId, startedAt, endedAt }) => (
					<li key={`${conversationId} ${startedAt}`}>
						<Link to="/inbox" search={{ view: 'all', conversation: conversationId }}>
							<When at={startedAt} storeZone={storeZone} />
						</Link>{' '}
						<small className="faint">
							{endedAt === null
								? t`never answered`
								: t`answered after ${formatLength(shownLanguage(), Date.parse(endedAt) - Date.parse(startedAt))}`}
						</small>
					</li>
				))}
			</ul>
		</details>
	);
}
