import { i18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { StoreView } from '@pangea/api';
import { countryName, NO_ONE_COUNTRY } from '../format.ts';
import { shownLanguage } from '../i18n.ts';

const EVERYWHERE = msg`Worldwide`;
/** Names up to this length are shown whole or cut at the end. */
const SHORT_NAME = 16;
/** What tells stores of one account apart stands at the end of their names: a last word, else so many characters. */
const TAIL = 8;
const LAST_WORD = /(?<= · )[^·]{1,14}$/;

/** A site in words: the country's name, or that the store sells wherever its platform decides. */
export function siteName(country: string): string {
	return country === NO_ONE_COUNTRY ? i18n._(EVERYWHERE) : countryName(shownLanguage(), country);
}

/** A store as one text. Stores of one account share a name; their site tells them apart. */
export function storeLabel(store: Pick<StoreView, 'name' | 'country'>): string {
	return `${store.name} · ${store.country === NO_ONE_COUNTRY ? i18n._(EVERYWHERE) : store.country}`;
}

/** A site's two letters, or a globe where it is no one country. */
export function SiteMark({ country }: { country: string }) {
	const name = siteName(country);
	return (
		<b className="site-mark" title={name}>
			{country === NO_ONE_COUNTRY ? (
				<svg width="13" height="13" viewBox="0 0 14 14" role="img" aria-label={name} fill="none" stroke="currentColor" strokeWidth="1.3">
					<circle cx="7" cy="7" r="5.6" />
					<ellipse cx="7" cy="7" rx="2.5" ry="5.6" />
					<path d="M1.6 7h10.8" />
				</svg>
			) : (
				country
			)}
		</b>
	);
}

/** A store's name in a narrow place: a long one loses its middle, not the end that tells it from its sisters. */
export function StoreName({ name }: { name: string }) {
	if (name.length <= SHORT_NAME)
		return (
			<span className="cut" title={name}>
				{name}
			</span>
		);
	const cut = LAST_WORD.exec(name)?.index ?? name.length - TAIL;
	return (
		<span className="store-name" title={name}>
			<span>{name.slice(0, cut)}</span>
			<span>{name.slice(cut)}</span>
		</span>
	);
}
