import { CloseCircleFilled } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { StoreView } from '@pangea/api';
import { AUDIT_ACTIONS, isAuditAction } from '@pangea/domain';
import { Button, Select } from 'antd';
import '../../ui/filters.css';
import { PeriodChoice } from '../../ui/period-choice.tsx';
import { storeOption } from '../../ui/store-option.tsx';
import { type AuditFilter, searchOf } from './filter.ts';
import { ACTION_WORDS } from './words.ts';

interface AuditFiltersProps {
	filter: AuditFilter;
	people: ReadonlyMap<string, string>;
	stores: StoreView[];
	zone: string;
	onChange: (change: Partial<AuditFilter>) => void;
	onClear: () => void;
}

export function AuditFilters({ filter, people, stores, zone, onChange, onClear }: AuditFiltersProps) {
	const { t, i18n } = useLingui();
	const few = { size: 'small', popupMatchSelectWidth: false, showSearch: { optionFilterProp: 'title' } } as const;
	// Chosen like the others: the kit's own cross speaks English only.
	const any = (label: string) => ({ value: '', title: label, label });
	return (
		<search className="filters" aria-label={t`Filter the trail`}>
			<Select<string>
				{...few}
				className="wide"
				placeholder={t`Member`}
				aria-label={t`Member`}
				value={filter.member}
				onChange={(member) => onChange({ member: member || null })}
				options={[any(t`Everybody`), ...[...people].map(([value, name]) => ({ value, title: name, label: name }))]}
			/>
			<Select<string>
				{...few}
				className="wide"
				placeholder={t`Action`}
				aria-label={t`Action`}
				value={filter.action}
				onChange={(action) => onChange({ action: isAuditAction(action) ? action : null })}
				options={[
					any(t`Every action`),
					...AUDIT_ACTIONS.map((value) => ({ value, title: i18n._(ACTION_WORDS[value]), label: i18n._(ACTION_WORDS[value]) })),
				]}
			/>
			<Select<string>
				{...few}
				className="wide"
				placeholder={t`Store`}
				aria-label={t`Store`}
				value={filter.store}
				onChange={(store) => onChange({ store: store || null })}
				options={[any(t`Every store`), ...stores.map(storeOption)]}
			/>
			<PeriodChoice from={filter.from} until={filter.until} zone={zone} onChange={onChange} />
			{Object.keys(searchOf(filter)).length > 0 && (
				<Button size="small" type="text" icon={<CloseCircleFilled aria-hidden />} onClick={onClear}>
					{t`Clear`}
				</Button>
			)}
		</search>
	);
}
