import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { shownLanguage } from '../../i18n.ts';
import { isLanguage, setPreferences } from '../../preferences.ts';
import { PangeaMark } from '../../ui/mark.tsx';
import { LANGUAGE_NAMES } from '../settings/languages.ts';
import './entry.css';

/** A page for somebody who is not in the workbench. */
export function Sheet({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
	const { t } = useLingui();
	return (
		<div className="entry">
			<div className="side" aria-hidden>
				<PangeaMark size={40} />
				<p className="motto">
					<Trans>One seller, all markets.</Trans>
				</p>
				<Drift />
			</div>
			<main>
				<div className="sheet">
					<div className="small-brand">
						<PangeaMark size={28} /> <b>Pangea</b>
					</div>
					<h1>{title}</h1>
					{lead && <p className="soft">{lead}</p>}
					{children}
				</div>
				{/* A fieldset cannot be laid out as a row in every browser. */}
				{/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
				<div className="languages" role="group" aria-label={t`Language`}>
					{Object.entries(LANGUAGE_NAMES).map(([code, name]) => (
						<button
							key={code}
							type="button"
							lang={code}
							aria-pressed={code === shownLanguage()}
							onClick={() => isLanguage(code) && setPreferences({ language: code })}
						>
							{name}
						</button>
					))}
				</div>
			</main>
		</div>
	);
}

/** Four lands drawing together; four platforms, one place. */
function Drift() {
	return (
		<svg viewBox="0 0 320 320" fill="none" stroke="currentColor" strokeWidth="1.2">
			{[0, 1, 2, 3, 4, 5, 6, 7].map((ring) => (
				<circle key={ring} cx="160" cy="160" r={18 + ring * 18} opacity={0.5 - ring * 0.055} />
			))}
			<path d="M140 4c34 34 18 66 4 92s10 46 2 74-42 28-46 60 10 50 26 78" strokeWidth="9" stroke="var(--side)" />
			<path d="M318 132c-36-6-48 14-66 30s-52 6-64 30 12 40 6 66-20 40-34 60" strokeWidth="9" stroke="var(--side)" />
			<path d="M4 150c30-4 46 8 66 4s30-24 70-24" strokeWidth="9" stroke="var(--side)" />
		</svg>
	);
}

export function Refused({ text }: { text: string }) {
	return (
		<p className="refused" role="alert">
			{text}
		</p>
	);
}
