import { useLingui } from '@lingui/react/macro';
import { Input } from 'antd';
import type { ReactNode } from 'react';

/** Who says that texts may be used, and on what ground. */
export interface Rights {
	by: string;
	ground: string;
}

/** As the server: less says nothing. */
const SHORTEST = { by: 2, ground: 10 };

/** Whether it says enough. */
export function isGranted({ by, ground }: Rights): boolean {
	return by.trim().length >= SHORTEST.by && ground.trim().length >= SHORTEST.ground;
}

interface RightsFieldsProps {
	rights: Rights;
	onChange: (next: Rights) => void;
	/** What becomes of it. */
	children: ReactNode;
}

export function RightsFields({ rights, onChange, children }: RightsFieldsProps) {
	const { t } = useLingui();
	return (
		<section aria-label={t`Right to use the texts`} className="rights">
			<label>
				<span>{t`Who says that these texts may be used`}</span>
				<Input maxLength={120} value={rights.by} onChange={(event) => onChange({ ...rights, by: event.target.value })} />
			</label>
			<label>
				<span>{t`On what ground`}</span>
				<Input.TextArea
					rows={2}
					maxLength={500}
					placeholder={t`For example: our own export, whose terms allow it; or the buyers’ consent, and where it is kept`}
					value={rights.ground}
					onChange={(event) => onChange({ ...rights, ground: event.target.value })}
				/>
			</label>
			<p className="soft">{children}</p>
		</section>
	);
}
