import { Trans, useLingui } from '@lingui/react/macro';
import { EXPORT_EVERY, type ExportCovers, type ExportEvery, type ExportRhythm, type ReportRowsOf } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Checkbox, Input, InputNumber, Radio, Select } from 'antd';
import { shownLanguage } from '../../i18n.ts';
import { useMay } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { EVERY_WORDS } from './words.ts';

export interface Schedule extends ExportRhythm {
	covers: ExportCovers;
	announce: boolean;
	destinationId: string | null;
}

export const emptySchedule = (zone: string): Schedule => ({
	every: 'daily',
	weekday: 1,
	monthDay: 1,
	time: '08:00',
	zone,
	covers: 'period',
	announce: true,
	destinationId: null,
});

interface SchedulePartProps {
	/** What the rows of the report are of. */
	of: ReportRowsOf;
	/** Null: made by hand only. */
	schedule: Schedule | null;
	onChange: (schedule: Schedule | null) => void;
	empty: () => Schedule;
	zones: readonly string[];
}

/** When the files of a template are made by themselves. */
export function SchedulePart({ of, schedule, onChange, empty, zones }: SchedulePartProps) {
	const { t, i18n } = useLingui();
	const every: ExportEvery | 'never' = schedule?.every ?? 'never';
	const set = (part: Partial<Schedule>) => onChange({ ...(schedule ?? empty()), ...part });
	return (
		<fieldset className="schedule-part">
			<legend>{t`Made by itself`}</legend>
			<Radio.Group
				optionType="button"
				aria-label={t`Made by itself`}
				value={every}
				options={[{ value: 'never', label: t`Never` }, ...EXPORT_EVERY.map((value) => ({ value, label: i18n._(EVERY_WORDS[value]) }))]}
				onChange={(event) => {
					const to = event.target.value as ExportEvery | 'never';
					if (to === 'never') onChange(null);
					else set({ every: to });
				}}
			/>
			{schedule !== null && (
				<>
					<div className="when">
						{schedule.every === 'weekly' && (
							<Select<number>
								aria-label={t`Day of the week`}
								value={schedule.weekday}
								options={weekdays()}
								onChange={(weekday) => set({ weekday })}
							/>
						)}
						{schedule.every === 'monthly' && (
							<InputNumber<number>
								aria-label={t`Day of the month`}
								min={1}
								max={31}
								precision={0}
								value={schedule.monthDay}
								onChange={(monthDay) => set({ monthDay: monthDay ?? 1 })}
							/>
						)}
						<Input
							type="time"
							required
							aria-label={t`Time of day`}
							value={schedule.time}
							onChange={(event) => set({ time: event.target.value })}
						/>
						<Select<string>
							aria-label={t`Time zone`}
							value={schedule.zone}
							options={[...new Set([schedule.zone, ...zones])].map((value) => ({ value, label: value }))}
							onChange={(zone) => set({ zone })}
						/>
					</div>
					{schedule.every === 'monthly' && schedule.monthDay > 28 && (
						<p className="faint">{t`In a shorter month it is made on the last day.`}</p>
					)}
					{of === 'listings' || of === 'feed' ? (
						<p className="faint">{t`The listings as they stand at that time.`}</p>
					) : (
						<Radio.Group
							className="covers"
							aria-label={t`What is in it`}
							value={schedule.covers}
							options={[
								{ value: 'period', label: before(schedule.every) },
								{ value: 'all', label: t`Everything that the filter leaves then` },
							]}
							onChange={(event) => set({ covers: event.target.value as ExportCovers })}
						/>
					)}
					<Bring schedule={schedule} onChange={(destinationId) => set({ destinationId })} />
					<Checkbox checked={schedule.announce} onChange={(event) => set({ announce: event.target.checked })}>
						{t`Tell me when the files are ready`}
					</Checkbox>
					<p className="faint">
						<Trans>
							By the bell, and by e-mail where <Link to="/settings">your address is set up</Link>. You are told in any case when a time was
							missed.
						</Trans>
					</p>
				</>
			)}
		</fieldset>
	);

	function before(rhythm: ExportEvery): string {
		if (of === 'waits') {
			if (rhythm === 'daily') return t`Waits that began on the day before`;
			return rhythm === 'weekly' ? t`Waits that began in the seven days before` : t`Waits that began in the calendar month before`;
		}
		if (rhythm === 'daily') return t`Orders of the day before`;
		return rhythm === 'weekly' ? t`Orders of the seven days before` : t`Orders of the calendar month before`;
	}
}

/** Where the files are brought besides being kept. */
function Bring({ schedule, onChange }: { schedule: Schedule; onChange: (destinationId: string | null) => void }) {
	const { t } = useLingui();
	const destinations = useQuery(trpc.destinations.list.queryOptions());
	const mayManage = useMay('stores.manage');
	const known = destinations.data ?? [];
	if (known.length === 0)
		return mayManage ? (
			<p className="faint">
				<Trans>
					Files can be brought to an SFTP server: <Link to="/settings">add it as a destination</Link>.
				</Trans>
			</p>
		) : null;
	return (
		<Select<string>
			aria-label={t`Brought to`}
			value={schedule.destinationId ?? ''}
			options={[
				{ value: '', label: t`Kept here only` },
				...known.map(({ destinationId, name }) => ({ value: destinationId, label: t`Brought to ${name}` })),
			]}
			onChange={(to) => onChange(to === '' ? null : to)}
		/>
	);
}

/** Monday first. */
function weekdays(): { value: number; label: string }[] {
	const name = new Intl.DateTimeFormat(shownLanguage(), { weekday: 'long', timeZone: 'UTC' });
	// The first of June 2026 is a Monday.
	return Array.from({ length: 7 }, (_, n) => ({ value: n + 1, label: name.format(Date.UTC(2026, 5, n + 1)) }));
}
