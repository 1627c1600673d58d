import { CalendarOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import { Button, Popover, Spin } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useNow, useZone } from '../clock.tsx';
import { dayIn, lastDays } from '../day.ts';
import { formatDay } from '../format.ts';
import { shownLanguage } from '../i18n.ts';
import './period.css';

const RangePanel = lazy(async () => ({ default: (await import('./range-panel.tsx')).RangePanel }));

interface PeriodChoiceProps {
	from: string | null;
	until: string | null;
	/** In whose days the period is meant; null: in those of each store. */
	zone: string | null;
	/** Whether a period has to be chosen. */
	bound?: boolean;
	onChange: (period: { from: string | null; until: string | null }) => void;
}

export function PeriodChoice({ from, until, zone, bound = false, onChange }: PeriodChoiceProps) {
	const { t } = useLingui();
	const [open, setOpen] = useState(false);
	const now = useNow();
	const here = useZone();
	const today = dayIn(now, zone ?? here);
	const presets = [
		{ label: t`Today`, ...lastDays(today, 1) },
		{ label: t`Last 7 days`, ...lastDays(today, 7) },
		{ label: t`Last 30 days`, ...lastDays(today, 30) },
		{ label: t`Last 90 days`, ...lastDays(today, 90) },
	];
	const preset = presets.find((p) => p.from === from && p.until === until);
	const said = (day: string | null) => (day ? formatDay(shownLanguage(), `${day}T12:00:00Z`, 'UTC') : '…');
	const label = preset?.label ?? (from || until ? `${said(from)} – ${said(until)}` : t`Period`);
	const choose = (period: { from: string | null; until: string | null }) => {
		onChange(period);
		setOpen(false);
	};
	return (
		<Popover
			open={open}
			onOpenChange={setOpen}
			trigger="click"
			placement="bottomLeft"
			destroyOnHidden
			content={
				<div className="period">
					<div className="presets">
						{presets.map((p) => (
							<Button
								key={p.label}
								size="small"
								type={p === preset ? 'primary' : 'default'}
								onClick={() => choose({ from: p.from, until: p.until })}
							>
								{p.label}
							</Button>
						))}
						{!bound && (
							<Button size="small" type="text" disabled={!from && !until} onClick={() => choose({ from: null, until: null })}>
								{t`Any time`}
							</Button>
						)}
					</div>
					<Suspense fallback={<Spin />}>
						<RangePanel from={from} until={until} onChange={choose} />
					</Suspense>
					<small className="faint">{zone === null ? t`Days as in each store` : t`Days as in ${zone}`}</small>
				</div>
			}
		>
			<Button size="small" icon={<CalendarOutlined aria-hidden />} className={from || until ? 'set' : 'unset'}>
				{label}
			</Button>
		</Popover>
	);
}
