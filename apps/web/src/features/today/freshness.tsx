import { useLingui } from '@lingui/react/macro';
import type { StoreView, TodayView } from '@pangea/api';
import { Link } from '@tanstack/react-router';
import { useNow } from '../../clock.tsx';
import { When } from '../../ui/figures.tsx';
import { PlatformMark } from '../../ui/mark.tsx';
import { SiteMark, StoreName } from '../../ui/site.tsx';
import { StoreBadge } from '../../ui/store-badge.tsx';
import { staleness } from './staleness.ts';

interface FreshnessProps {
	stores: StoreView[];
	marks: TodayView['stores'];
}

/** How far each store has been read: a fall in sales and a dead feed must never look alike. */
export function Freshness({ stores, marks }: FreshnessProps) {
	const { t } = useLingui();
	const now = useNow();
	const byId = new Map(marks.map((mark) => [mark.storeId, mark]));
	const shown = stores
		.filter((store) => byId.has(store.storeId))
		.map((store) => ({ store, late: byId.get(store.storeId)?.late ?? false, stale: staleness(store.freshTo, store.pollSeconds, now) }))
		.toSorted((a, b) => b.stale - a.stale);
	return (
		<section className="panel freshness">
			<header>
				<h2>{t`Read up to`}</h2>
				<span className="soft">{t`The longer the bar, the older`}</span>
			</header>
			<ul>
				{shown.map(({ store, late, stale }) => (
					<li key={store.storeId}>
						<Link to="/stores" search={{ store: store.storeId }}>
							<PlatformMark platform={store.platform} name={store.platform} size={16} />
							<SiteMark country={store.country} />
							<StoreBadge store={store} />
							<StoreName name={store.name} />
							<span className="grow" />
							<span className="age" aria-hidden>
								<i className={late ? 'late' : ''} style={{ width: `${Math.max(4, stale * 100)}%` }} />
							</span>
							<span className={`num at ${late ? 'risk' : 'soft'}`}>
								{store.freshTo === null ? t`not yet` : <When at={store.freshTo} relative />}
							</span>
						</Link>
					</li>
				))}
			</ul>
		</section>
	);
}
