import type { StoreView } from '@pangea/api';
import { FLAG_COLOURS } from '../tokens.ts';

type Marked = Pick<StoreView, 'colour' | 'mark'>;

/** The colour and the mark by which people tell a store from its sisters; nothing where neither was given. */
export function StoreBadge({ store }: { store: Marked | undefined }) {
	if (!store || (store.colour === null && store.mark === null)) return null;
	return (
		<i
			className="store-badge"
			style={store.colour ? { background: FLAG_COLOURS[store.colour] } : undefined}
			data-colour={store.colour ?? undefined}
			aria-hidden
		>
			{store.mark}
		</i>
	);
}
