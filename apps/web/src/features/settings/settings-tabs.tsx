import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../session.tsx';

/** One's own settings and the ways into one's account, and for those who may what everybody has done. */
export function SettingsTabs() {
	const { t } = useLingui();
	const mayAudit = useMay('audit.read');
	return (
		<>
			<h1 className="unseen">{t`Settings`}</h1>
			<nav className="halves" aria-label={t`Parts of the settings`}>
				<Link to="/settings" activeOptions={{ exact: true, includeSearch: false }}>
					{t`Settings`}
				</Link>
				<Link to="/settings/security">{t`Security`}</Link>
				{mayAudit && (
					<>
						<Link to="/settings/audit" activeOptions={{ includeSearch: false }}>
							{t`Audit trail`}
						</Link>
						<Link to="/settings/buyers-data">{t`Buyers' data`}</Link>
					</>
				)}
			</nav>
		</>
	);
}
