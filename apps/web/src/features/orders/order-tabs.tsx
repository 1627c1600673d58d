import { useLingui } from '@lingui/react/macro';
import type { CountView } from '@pangea/api';
import { ORDER_STATES, type OrderState } from '@pangea/domain';
import type { KeyboardEvent } from 'react';
import { formatCount } from '../../format.ts';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { shownLanguage } from '../../i18n.ts';
import { STATE_WORDS } from '../../words.ts';

/** States that are rare enough to be shown only while there are any. */
const ONLY_WHEN_ANY: readonly OrderState[] = ['unknown', 'partlyShipped', 'onHold'];

interface OrderTabsProps {
	state: OrderState | null;
	counts: Record<OrderState | 'all', CountView> | undefined;
	onChoose: (state: OrderState | null) => void;
	/** The pointer rests on a tab, or the keys have come to it. */
	onAim: (state: OrderState | null) => void;
}

export function OrderTabs({ state, counts, onChoose, onAim }: OrderTabsProps) {
	const { t, i18n } = useLingui();
	const shown = ORDER_STATES.filter((s) => s === state || !ONLY_WHEN_ANY.includes(s) || (counts?.[s].count ?? 0) > 0);
	const tabs: (OrderState | null)[] = [null, ...shown];
	const move = (event: KeyboardEvent<HTMLDivElement>) => {
		const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
		if (step === 0) return;
		event.preventDefault();
		const to = tabs[(tabs.indexOf(state) + step + tabs.length) % tabs.length] ?? null;
		onChoose(to);
		event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')[tabs.indexOf(to)]?.focus();
	};
	return (
		<HeaderSlot>
			<h1 className="unseen">{t`Orders`}</h1>
			{/* Focus moves between the tabs themselves. */}
			{/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus */}
			<div className="tabs" role="tablist" aria-label={t`State`} onKeyDown={move}>
				{tabs.map((tab) => {
					const count = counts?.[tab ?? 'all'];
					return (
						<button
							key={tab ?? 'all'}
							type="button"
							role="tab"
							aria-selected={tab === state}
							tabIndex={tab === state ? 0 : -1}
							onClick={() => onChoose(tab)}
							onPointerEnter={() => onAim(tab)}
							onPointerDown={() => onAim(tab)}
						>
							{tab === null ? t`All` : i18n._(STATE_WORDS[tab])}
							<span className="num count">{count ? formatCount(shownLanguage(), count) : ''}</span>
						</button>
					);
				})}
			</div>
		</HeaderSlot>
	);
}
