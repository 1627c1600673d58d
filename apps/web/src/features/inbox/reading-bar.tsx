import { useLingui } from '@lingui/react/macro';
import type { OpenConversationView } from '@pangea/api';
import { PHRASE_BOOK_DAY } from '@pangea/domain';
import { Link } from '@tanstack/react-router';
import { Button, Checkbox } from 'antd';
import { formatDay } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { errorSentence } from '../../problems.ts';
import { useMay } from '../../session.tsx';

interface ReadingBarProps {
	open: OpenConversationView;
	error: unknown;
	onRetry: () => void;
	onEvery: (translated: boolean) => void;
}

/** Says whose words the translations are, and whether every conversation is read with them. */
export function ReadingBar({ open, error, onRetry, onEvery }: ReadingBarProps) {
	const { t, i18n } = useLingui();
	const mayManage = useMay('inbox.manage');
	const { translator, reading } = open;
	const day = formatDay(shownLanguage(), `${PHRASE_BOOK_DAY}T00:00:00Z`, 'UTC');
	return (
		<div className="reading-bar">
			<small className="soft grow">
				{error ? (
					<span className="risk" role="alert">
						{errorSentence(i18n, error)}{' '}
						<Button type="link" size="small" onClick={onRetry}>
							{t`Try again`}
						</Button>
					</span>
				) : translator === 'model' ? (
					t`Translated by your workspace's model. It is told no figures, codes or links, nor the buyer's name and address as far as we know them.`
				) : (
					<>
						{t`No translator is named, so this is a gist and no translation: subjects that a phrase book of ${day} knows.`}{' '}
						{mayManage && <Link to="/settings" hash="translator">{t`Name a translator`}</Link>}
					</>
				)}
			</small>
			<Checkbox checked={reading.byDefault} onChange={(event) => onEvery(event.target.checked)}>
				<small>{t`In every conversation`}</small>
			</Checkbox>
		</div>
	);
}
