import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../session.tsx';

/** The views of the stores: what is bound, whether all of it arrives, until when it may be read, and what is still to be opened with which papers. */
export function StoresTabs() {
	const { t } = useLingui();
	const mayManage = useMay('stores.manage');
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
				{mayManage && (
					<>
						<Link to="/stores/next" activeOptions={{ includeSearch: false }}>
							{t`Next store`}
						</Link>
						<Link to="/stores/dossier" activeOptions={{ includeSearch: false }}>
							{t`Dossier`}
						</Link>
					</>
				)}
			</nav>
		</>
	);
}
