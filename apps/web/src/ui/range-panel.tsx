import { useLingui } from '@lingui/react/macro';
import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import 'dayjs/locale/pt-br';
import 'dayjs/locale/es-mx';
import { shownLanguage } from '../i18n.ts';

const DAY = 'YYYY-MM-DD';

interface RangePanelProps {
	from: string | null;
	until: string | null;
	onChange: (period: { from: string | null; until: string | null }) => void;
}

/** The calendar; apart, because it weighs more than the rest of the filter. */
export function RangePanel({ from, until, onChange }: RangePanelProps) {
	const { t } = useLingui();
	dayjs.locale(shownLanguage().toLowerCase());
	return (
		<DatePicker.RangePicker
			size="small"
			aria-label={t`Period`}
			allowEmpty={[true, true]}
			format={shownLanguage() === 'zh-CN' ? DAY : shownLanguage() === 'en' ? 'D MMM YYYY' : 'DD/MM/YYYY'}
			value={[from ? dayjs(from) : null, until ? dayjs(until) : null]}
			onChange={(range) => onChange({ from: range?.[0]?.format(DAY) ?? null, until: range?.[1]?.format(DAY) ?? null })}
		/>
	);
}
