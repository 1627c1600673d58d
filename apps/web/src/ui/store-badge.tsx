import type { StoreView } from '@pangea/api';
import { FLAG_COLOURS } from '../tokens.ts';

type Marked = Pick<StoreView, 'colour' | 'mark'>;

/** The colour and the mark by which people tell a store from its sisters; nothing where neither was given. */
export function StoreBadge({ store }: { store: Marked | undefined }) {
	if (!store || (store.colour === null && store.mark === null)) return null;
	const colour = store.colour && FLAG_COLOURS[store.colour];
	// Under letters a line of the colour: on a ground of it they could not be read.
	const style = colour ? (store.mark ? { boxShadow: `inset 0 -3px 0 ${colour}` } : { background: colour }) : undefined;
	return (
		<i className="store-badge" style={style} aria-hidden>
			{store.mark}
		</i>
	);
}
