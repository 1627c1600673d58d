import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';

/** The views of the stores: what is bound, whether all of it arrives, and until when it may be read. */
export function StoresTabs() {
	const { t } = useLingui();
	return (
		<>
			<h1 className="unseen">{t`Stores`}</h1>
			<nav className="halves" aria-label={t`Views of the stores`}>
				<Link to="/stores" activeOptions={{ exact: true, includeSearch: false }}>
					{t`Stores`}
				</Link>
				<Link to="/stores/sync" activeOptions={{ includeSearch: false }}>
					{t`Sync`}
				</Link>
				<Link to="/stores/permissions" activeOptions={{ includeSearch: false }}>
					{t`Permissions`}
				</Link>
			</nav>
		</>
	);
}
