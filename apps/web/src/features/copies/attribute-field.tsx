import { useLingui } from '@lingui/react/macro';
import { type AttributeRule, type DraftAttribute, type DraftGap, readMeasure } from '@pangea/domain';
import { AutoComplete, Input, Select } from 'antd';
import { gapSentence, SOURCE_WORDS } from './words.ts';

interface FieldProps {
	label: string;
	required: boolean;
	gap: DraftGap | undefined;
	hint?: string | undefined;
	id: string;
	children: React.ReactNode;
}

/** A field with what is wrong with it below, and who asks for it. */
export function Field({ label, required, gap, hint, id, children }: FieldProps) {
	const { i18n } = useLingui();
	return (
		<div className="copy-field">
			<label htmlFor={id}>
				{label}
				{required && (
					<span className="faint" aria-hidden>
						{' '}
						*
					</span>
				)}
			</label>
			{children}
			{gap ? (
				<small className="warn">
					{gapSentence(i18n, gap)} · {i18n._(SOURCE_WORDS[gap.source])}
				</small>
			) : (
				hint !== undefined && <small className="faint">{hint}</small>
			)}
		</div>
	);
}

interface AttributeFieldProps {
	rule: AttributeRule;
	value: DraftAttribute | undefined;
	gap: DraftGap | undefined;
	onChange: (value: DraftAttribute | null) => void;
}

/** One attribute of a category, as its own kind of field. */
export function AttributeField({ rule, value, gap, onChange }: AttributeFieldProps) {
	const { t } = useLingui();
	const id = `copy-attribute-${rule.id}`;
	const say = (text: string, valueId: string | null = null): void => onChange(text === '' ? null : { id: rule.id, valueId, value: text });
	const status = gap ? 'warning' : undefined;
	const named = (text: string): string | null => rule.choices.find(({ name }) => name === text)?.id ?? null;
	return (
		<Field label={rule.name} required={rule.required} gap={gap} id={id}>
			{rule.kind === 'choice' && !rule.open && (
				<Select
					id={id}
					aria-label={rule.name}
					{...(status && { status })}
					allowClear
					showSearch={{ optionFilterProp: 'label' }}
					value={value?.valueId ?? null}
					options={rule.choices.map((choice) => ({ value: choice.id, label: choice.name }))}
					onChange={(chosen: string | null | undefined) =>
						say(rule.choices.find((choice) => choice.id === chosen)?.name ?? '', chosen ?? null)
					}
				/>
			)}
			{rule.kind === 'choice' && rule.open && (
				<AutoComplete
					id={id}
					{...(status && { status })}
					aria-label={rule.name}
					value={value?.value ?? ''}
					options={rule.choices.map(({ name }) => ({ value: name }))}
					showSearch={{ filterOption: (typed, option) => (option?.value ?? '').toLowerCase().includes(typed.toLowerCase()) }}
					onChange={(text: string) => say(text, named(text))}
				/>
			)}
			{rule.kind === 'measure' && (
				<Measure id={id} rule={rule} value={value} status={status} onSay={say} unitLabel={t`Unit of ${rule.name}`} />
			)}
			{(rule.kind === 'text' || rule.kind === 'number') && (
				<Input
					id={id}
					{...(status && { status })}
					value={value?.value ?? ''}
					{...(rule.kind === 'number' && { inputMode: 'decimal' as const })}
					onChange={(event) => say(event.target.value)}
				/>
			)}
		</Field>
	);
}

interface MeasureProps {
	id: string;
	rule: AttributeRule;
	value: DraftAttribute | undefined;
	status: 'warning' | undefined;
	unitLabel: string;
	onSay: (text: string) => void;
}

function Measure({ id, rule, value, status, unitLabel, onSay }: MeasureProps) {
	const told = readMeasure(value?.value ?? '');
	const unit = told?.unit ?? rule.units[0] ?? '';
	const number = told?.number ?? (value?.value ?? '').replace(/[^\d.]/g, '');
	return (
		<span className="copy-measure">
			<Input
				id={id}
				{...(status && { status })}
				inputMode="decimal"
				value={number}
				onChange={(event) => onSay(event.target.value === '' ? '' : `${event.target.value} ${unit}`)}
			/>
			<Select
				aria-label={unitLabel}
				value={unit}
				options={rule.units.map((name) => ({ value: name, label: name }))}
				onChange={(next: string) => onSay(number === '' ? '' : `${number} ${next}`)}
			/>
		</span>
	);
}
