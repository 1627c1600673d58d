import { useLingui } from '@lingui/react/macro';
import type { ReplyDueView } from '@pangea/api';
import { useNow } from '../../clock.tsx';
import { formatLength } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { CLOCK_STANDING_WORDS } from './words.ts';

const HOUR = 3_600_000;
/** From so little time left on an answer is pressing. */
const PRESSING = 4 * HOUR;

/** How long a buyer has waited, and how much time is left as the platform counts it. What the platform does not say itself is marked. */
export function Wait({ since, due }: { since: string; due: ReplyDueView | null }) {
	const { t, i18n } = useLingui();
	const now = useNow();
	const language = shownLanguage();
	const waited = formatLength(language, Math.max(0, now - Date.parse(since)), 1);
	if (due === null) return <small className="waits">{t`Waits ${waited}`}</small>;
	const left = Date.parse(due.at) - now;
	const time = formatLength(language, Math.abs(left), 1);
	const said = left > 0 ? t`${time} left` : t`${time} over`;
	const basis = i18n._(CLOCK_STANDING_WORDS[due.standing]);
	return (
		<small className={`waits ${left <= 0 ? 'risk' : left <= PRESSING ? '' : 'calm'}`} title={`${basis} · ${due.source}`}>
			{due.standing !== 'confirmed' && <span aria-hidden>≈ </span>}
			{said}
			<span className="unseen"> · {basis}</span>
		</small>
	);
}
