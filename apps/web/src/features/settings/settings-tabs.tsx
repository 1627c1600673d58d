import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../session.tsx';

/** One's own settings, and for those who may what everybody has done. */
export function SettingsTabs() {
	const { t } = useLingui();
	const mayAudit = useMay('audit.read');
	if (!mayAudit) return <h1 className="title">{t`Settings`}</h1>;
	return (
		<>
			<h1 className="unseen">{t`Settings`}</h1>
			<nav className="halves" aria-label={t`Settings and audit trail`}>
				<Link to="/settings" activeOptions={{ exact: true, includeSearch: false }}>
					{t`Settings`}
				</Link>
				<Link to="/settings/audit" activeOptions={{ includeSearch: false }}>
					{t`Audit trail`}
				</Link>
			</nav>
		</>
	);
}
