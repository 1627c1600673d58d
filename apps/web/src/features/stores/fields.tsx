import { useLingui } from '@lingui/react/macro';
import type { FieldView } from '@pangea/api';
import { Input } from 'antd';
import { useId, useState } from 'react';
import { checkField } from './field.ts';
import { FIELD_WORDS } from './words.ts';

interface FieldsProps {
	fields: readonly FieldView[];
	values: Record<string, string>;
	onChange: (values: Record<string, string>) => void;
}

/** Checks while typing, but complains only about what has been left. */
export function Fields({ fields, values, onChange }: FieldsProps) {
	const { t, i18n } = useLingui();
	const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
	const id = useId();
	return fields.map((field) => {
		const value = values[field.key] ?? '';
		const check = checkField(field, value);
		const wrong = check === 'wrong' && left.has(field.key);
		const words = FIELD_WORDS[field.key];
		const props = {
			id: `${id}${field.key}`,
			value,
			autoComplete: 'off',
			spellCheck: false,
			status: wrong ? ('error' as const) : ('' as const),
			'aria-describedby': `${id}${field.key}-hint`,
			'aria-invalid': wrong,
			suffix: check === 'ok' && value !== '' ? <span className="fits">✓</span> : <span />,
			onChange: (event: { target: { value: string } }) => onChange({ ...values, [field.key]: event.target.value }),
			onBlur: () => setLeft(new Set([...left, field.key])),
		};
		return (
			<div key={field.key} className="field">
				<label htmlFor={props.id}>
					{words ? i18n._(words) : field.key} {field.optional && <small className="faint">{t`optional`}</small>}
				</label>
				{field.secret ? <Input.Password {...props} autoComplete="new-password" /> : <Input {...props} />}
				<small id={`${id}${field.key}-hint`} className={wrong ? 'risk' : 'faint'}>
					{wrong ? t`This does not look like the platform's. It looks like:` : t`Looks like:`} <code>{field.example}</code>
				</small>
			</div>
		);
	});
}
