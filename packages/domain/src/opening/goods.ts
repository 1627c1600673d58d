import type { PlatformId, Site } from '../platform.ts';
import type { OperatingMode } from '../store.ts';
import { legalSteps } from './law.ts';
import type { PaperKind, PaperNeed } from './paper.ts';
import { openingTracks } from './platforms.ts';
import { OPENING_WAYS, type OpeningWay } from './track.ts';

/** Papers that goods need on a site; the others belong to the account and were asked for when the store was opened. */
const OF_GOODS: readonly PaperKind[] = ['vat', 'epr', 'ioss', 'responsiblePerson'];

/** A paper that goods on a site need. `certain`: whatever the way in which the store sells. */
export interface GoodsPaper {
	need: PaperNeed;
	certain: boolean;
}

/** How a store's goods come to its buyers; null where its mode does not tell. */
function wayOfMode(mode: OperatingMode): OpeningWay | null {
	if (mode === 'local' || mode === 'platformFulfilled') return 'local';
	return mode === 'crossBorder' ? 'crossBorder' : null;
}

/** What the documents behind the tracks ask of goods on a site; needs that are optional or not confirmed by a document are left out. */
export function goodsPapers(platform: PlatformId, site: Pick<Site, 'id' | 'country'>, mode: OperatingMode): GoodsPaper[] {
	const way = wayOfMode(mode);
	const ways = way === null ? OPENING_WAYS : [way];
	const needs = ways.map((one) => needsOf(platform, site, one));
	return [...new Map(needs.flat().map((need) => [keyOf(need), need])).values()].map((need) => ({
		need,
		certain: needs.every((some) => some.some((other) => keyOf(other) === keyOf(need))),
	}));
}

function needsOf(platform: PlatformId, site: Pick<Site, 'id' | 'country'>, way: OpeningWay): PaperNeed[] {
	const track = openingTracks(platform, site).tracks.find((one) => one.way === way);
	return (track?.steps ?? legalSteps(site.country, way))
		.filter(({ unconfirmed }) => !unconfirmed)
		.flatMap(({ needs }) => needs.filter(({ optional, kind }) => !optional && OF_GOODS.includes(kind)));
}

function keyOf({ kind, place }: PaperNeed): string {
	return `${kind} ${place}`;
}
