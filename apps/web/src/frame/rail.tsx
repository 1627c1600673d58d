import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { CountView } from '@pangea/api';
import { Link } from '@tanstack/react-router';
import { formatCount } from '../format.ts';
import { shownLanguage } from '../i18n.ts';
import { setPreferences } from '../preferences.ts';
import { useSession } from '../session.tsx';
import { PangeaMark } from '../ui/mark.tsx';
import { PLACES, type Place } from './places.ts';

/** Work waiting behind a place; a count means somebody should go there. */
export type Waiting = Partial<Record<Place['to'], CountView | null>>;

function usePlaces(): readonly Place[] {
	const { permissions } = useSession().membership;
	return PLACES.filter(({ permission }) => permission === undefined || permissions.includes(permission));
}

function Entry({ place, waiting, bare }: { place: Place; waiting: Waiting; bare: boolean }) {
	const { i18n, t } = useLingui();
	const count = waiting[place.to];
	const Icon = place.icon;
	const word = i18n._(place.word);
	const said = count ? formatCount(shownLanguage(), count) : '';
	return (
		<Link to={place.to} className="place" activeOptions={{ exact: place.to === '/', includeSearch: false }} title={bare ? word : undefined}>
			<Icon aria-hidden />
			<span className={bare ? 'unseen' : 'word'}>{word}</span>
			{said && (
				<span className="waiting" title={t`Work waiting`}>
					{said}
				</span>
			)}
		</Link>
	);
}

export function Rail({ open, waiting }: { open: boolean; waiting: Waiting }) {
	const { t } = useLingui();
	const places = usePlaces();
	return (
		<nav className="rail" aria-label={t`Places`}>
			<div className="brand">
				<PangeaMark />
				{open && <span>Pangea</span>}
			</div>
			{places.map((place) => (
				<Entry key={place.to} place={place} waiting={waiting} bare={!open} />
			))}
			<button
				type="button"
				className="fold"
				onClick={() => setPreferences({ railOpen: !open })}
				aria-label={open ? t`Fold the rail` : t`Unfold the rail`}
				aria-expanded={open}
			>
				{open ? <LeftOutlined aria-hidden /> : <RightOutlined aria-hidden />}
			</button>
		</nav>
	);
}

export function Bottom({ waiting }: { waiting: Waiting }) {
	const { t } = useLingui();
	const places = usePlaces().filter(({ wideOnly }) => !wideOnly);
	return (
		<nav className="bottom" aria-label={t`Places`}>
			{places.map((place) => (
				<Entry key={place.to} place={place} waiting={waiting} bare={false} />
			))}
		</nav>
	);
}
