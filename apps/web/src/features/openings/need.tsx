import { Trans, useLingui } from '@lingui/react/macro';
import type { PaperView } from '@pangea/api';
import { bestPaper, type OpeningTrack, type PaperNeed } from '@pangea/domain';
import { Link } from '@tanstack/react-router';
import { formatDay } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { siteName } from '../../ui/site.tsx';
import { PAPER_WORDS, STANDING_WORDS } from './words.ts';

/** Papers of the company that opens; null: no company is chosen yet. */
export type Held = readonly PaperView[] | null;

export type NeedState = 'held' | 'ending' | 'missing' | 'optional' | 'unknown';

/** How a paper that a step asks for stands. @param today ISO day */
export function needState(need: PaperNeed, held: Held, country: string, today: string): NeedState {
	if (held === null) return 'unknown';
	const best = bestPaper(held, need, country, today);
	if (best?.standing === 'held') return 'held';
	if (best?.standing === 'ending') return 'ending';
	return need.optional ? 'optional' : 'missing';
}

/** All that a track asks for, each paper once. */
export function needsOf(track: OpeningTrack): PaperNeed[] {
	const byKey = new Map<string, PaperNeed>();
	for (const need of track.steps.flatMap((step) => step.needs)) {
		const key = `${need.kind} ${need.place}`;
		const known = byKey.get(key);
		if (!known || (known.optional && !need.optional)) byKey.set(key, need);
	}
	return [...byKey.values()];
}

/** A paper that a step asks for, with what the dossier holds of it. */
export function Need({ need, held, country, today }: { need: PaperNeed; held: Held; country: string; today: string }) {
	const { t, i18n } = useLingui();
	const state = needState(need, held, country, today);
	const best = held && bestPaper(held, need, country, today);
	const place = { site: siteName(country), union: t`EU`, china: t`mainland China or Hong Kong`, anywhere: null }[need.place];
	const until = best?.paper.validUntil;
	return (
		<li className={`opening-need ${state}`}>
			<i aria-hidden />
			<span>
				<b>
					{i18n._(PAPER_WORDS[need.kind])}
					{place !== null && <> · {place}</>}
				</b>{' '}
				{held === null ? (
					<span className="faint">{t`choose a company to see whether it is held`}</span>
				) : best ? (
					<>
						{i18n._(STANDING_WORDS[best.standing])}{' '}
						<bdi className="num soft">
							{best.paper.masked && '•••• '}
							{best.paper.number}
						</bdi>
						{until && <span className="soft"> · {t`until ${formatDay(shownLanguage(), `${until}T12:00:00Z`, 'UTC')}`}</span>}
					</>
				) : (
					<>
						<span className={need.optional ? 'soft' : ''}>{need.optional ? t`not in the dossier; perhaps not needed` : t`missing`}</span>{' '}
						<Link to="/stores/dossier" search={{ add: need.kind }}>
							<Trans>Put it in</Trans>
						</Link>
					</>
				)}
			</span>
		</li>
	);
}
