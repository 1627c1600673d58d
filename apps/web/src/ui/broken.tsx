import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { errorSentence } from '../problems.ts';
import { Empty } from './empty.tsx';

/** A part of the screen that could not be shown. */
export function Broken({ error, reset }: { error: unknown; reset?: () => void }) {
	const { t, i18n } = useLingui();
	return (
		<Empty
			title={t`This could not be shown`}
			action={<Button onClick={() => (reset ? reset() : location.reload())}>{t`Try again`}</Button>}
		>
			{errorSentence(i18n, error)}
		</Empty>
	);
}

export function Nowhere() {
	const { t } = useLingui();
	return (
		<main>
			<Empty
				alone
				title={t`There is no such page`}
				action={
					<Link to="/">
						<Trans>To Today</Trans>
					</Link>
				}
			>
				<Trans>The address may be mistyped, or what it pointed to has gone.</Trans>
			</Empty>
		</main>
	);
}
