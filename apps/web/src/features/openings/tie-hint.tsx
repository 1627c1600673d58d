import { Trans } from '@lingui/react/macro';
import type { StoreView } from '@pangea/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { trpc } from '../../trpc.ts';
import { siteName } from '../../ui/site.tsx';

/** After a consent page: the way back to the opening that the bound stores may have come of. */
export function TieHint({ stores }: { stores: readonly StoreView[] }) {
	const { data } = useQuery(trpc.openings.list.queryOptions());
	const [opening] = (data ?? []).filter(
		(one) => one.endedAt === null && stores.some((store) => store.platform === one.platform && store.siteId === one.siteId),
	);
	if (!opening) return null;
	const site = siteName(opening.country);
	return (
		<Link to="/stores/next" search={{ opening: opening.openingId }}>
			<Trans>Go on with the opening on the site {site}</Trans>
		</Link>
	);
}
