import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';

/** The two views of the stores: what is bound, and whether all of it arrives. */
export function StoresTabs() {
	const { t } = useLingui();
	return (
		<>
			<h1 className="unseen">{t`Stores`}</h1>
			<nav className="halves" aria-label={t`Stores and sync`}>
				<Link to="/stores" activeOptions={{ exact: true, includeSearch: false }}>
					{t`Stores`}
				</Link>
				<Link to="/stores/sync" activeOptions={{ includeSearch: false }}>
					{t`Sync`}
				</Link>
			</nav>
		</>
	);
}
