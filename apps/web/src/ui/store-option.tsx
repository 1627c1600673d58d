import type { StoreView } from '@pangea/api';
import { PlatformMark } from './mark.tsx';
import { SiteMark, storeLabel } from './site.tsx';
import { StoreBadge } from './store-badge.tsx';

/** A store as a choice of a field that is searched by `title`. */
export function storeOption(store: StoreView) {
	return {
		value: store.storeId,
		title: storeLabel(store),
		label: (
			<span className="option">
				<PlatformMark platform={store.platform} size={16} /> <SiteMark country={store.country} /> <StoreBadge store={store} /> {store.name}
			</span>
		),
	};
}
