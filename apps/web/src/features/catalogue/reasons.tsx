import { useLingui } from '@lingui/react/macro';
import type { PairingReason } from '@pangea/domain';
import { REASON_WORDS, speaksAgainst } from './words.ts';

/** What speaks for and against a pairing. */
export function Reasons({ of }: { of: readonly PairingReason[] }) {
	const { t, i18n } = useLingui();
	if (of.length === 0) return null;
	return (
		<ul className="reasons">
			{of.map((reason) => (
				<li key={reason} className={speaksAgainst(reason) ? 'against' : 'for'}>
					<span aria-hidden>{speaksAgainst(reason) ? '−' : '+'}</span>
					<span className="unseen">{speaksAgainst(reason) ? t`Against:` : t`For:`}</span> {i18n._(REASON_WORDS[reason])}
				</li>
			))}
		</ul>
	);
}
