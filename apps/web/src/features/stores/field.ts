import type { FieldView } from '@pangea/api';

export type FieldCheck = 'ok' | 'missing' | 'wrong';

/** Whether a typed value can be what the platform issues. The server checks again. */
export function checkField(field: FieldView, value: string): FieldCheck {
	const text = value.trim();
	if (text === '') return field.optional ? 'ok' : 'missing';
	return new RegExp(field.pattern, 'u').test(text) ? 'ok' : 'wrong';
}

/** The fields that are filled, trimmed; null while one is missing or wrong. */
export function readyFields(fields: readonly FieldView[], values: Readonly<Record<string, string>>): Record<string, string> | null {
	const ready: Record<string, string> = {};
	for (const field of fields) {
		const value = values[field.key] ?? '';
		if (checkField(field, value) !== 'ok') return null;
		if (value.trim() !== '') ready[field.key] = value.trim();
	}
	// All fields may be optional one by one (a gateway each), but none at all is nothing to save.
	return fields.length > 0 && Object.keys(ready).length === 0 ? null : ready;
}
