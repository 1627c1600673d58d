import { useLingui } from '@lingui/react/macro';
import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { formatNumber } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { FLAG_WORDS } from '../../words.ts';
import { Key } from '../../ui/key.tsx';
import { FLAGS, type Flag } from './filter.ts';
import { FlagIcon } from './flag.tsx';

interface FlagChoiceProps {
	onChoose: (flag: Flag | null) => void;
}

export function FlagChoice({ onChoose }: FlagChoiceProps) {
	const { t, i18n } = useLingui();
	return (
		// A fieldset is a block; this stands in a line.
		// oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
		<span className="flag-choice" role="group" aria-label={t`Flag`}>
			{FLAGS.map((flag) => (
				<button
					key={flag}
					type="button"
					onClick={() => onChoose(flag)}
					title={i18n._(FLAG_WORDS[flag])}
					aria-label={i18n._(FLAG_WORDS[flag])}
				>
					<FlagIcon flag={flag} />
				</button>
			))}
			<button type="button" onClick={() => onChoose(null)} title={t`Take the flag away`} aria-label={t`Take the flag away`}>
				<FlagIcon flag={null} />
			</button>
		</span>
	);
}

interface BatchBarProps {
	count: number;
	/** How often the flag key was pressed: each press moves the focus to the flags. */
	flagAsked: number;
	onFlag: (flag: Flag | null) => void;
	onClear: () => void;
}

/** What can be done with the selected orders. */
export function BatchBar({ count, flagAsked, onFlag, onClear }: BatchBarProps) {
	const { t } = useLingui();
	const said = formatNumber(shownLanguage(), count);
	const flags = useRef<HTMLSpanElement>(null);
	useEffect(() => {
		if (flagAsked > 0) flags.current?.querySelector('button')?.focus();
	}, [flagAsked]);
	return (
		<div className="batch" role="toolbar" aria-label={t`Selected orders`}>
			<b className="num">{t`${said} selected`}</b>
			<span ref={flags}>
				<FlagChoice onChoose={onFlag} />
			</span>
			<Key of="f" />
			<span className="grow" />
			<Button size="small" type="text" onClick={onClear}>
				{t`Clear selection`} <Key of="Escape" />
			</Button>
		</div>
	);
}
