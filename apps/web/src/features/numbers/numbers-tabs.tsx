import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../session.tsx';

/** The figures, and for who sees costs what the goods cost. */
export function NumbersTabs() {
	const { t } = useLingui();
	const maySee = useMay('fields.cost');
	const maySeeBoth = useMay('fields.revenue') && maySee;
	const mayInbox = useMay('inbox.read');
	return (
		<>
			<h1 className="unseen">{t`Numbers`}</h1>
			<nav className="halves" aria-label={t`Parts of the numbers`}>
				<Link to="/numbers" activeOptions={{ exact: true, includeSearch: false }}>
					{t`Numbers`}
				</Link>
				{maySee && (
					<Link to="/numbers/costs" activeOptions={{ includeSearch: false }}>
						{t`Costs of goods`}
					</Link>
				)}
				{maySeeBoth && (
					<Link to="/numbers/statements" activeOptions={{ includeSearch: false }}>
						{t`Statements`}
					</Link>
				)}
				{mayInbox && (
					<Link to="/numbers/answers" activeOptions={{ includeSearch: false }}>
						{t`Answer times`}
					</Link>
				)}
			</nav>
		</>
	);
}
