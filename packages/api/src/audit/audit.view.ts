import type { AuditRow } from '@pangea/db';
import { AUDIT_FIELDS, type AuditField, type AuditValue } from '@pangea/domain';
import type { AuditView } from './shapes.ts';

/** A record for the screen and the file: of what it holds only what {@link AUDIT_FIELDS} names is told. */
export function toAudit(row: AuditRow): AuditView {
	const { before, after, ...facts } = row.detail;
	const was = told(before);
	const is = told(after);
	const changed = AUDIT_FIELDS.filter((field) => was.has(field) || is.has(field));
	return {
		auditId: row.audit_id,
		at: row.at,
		member: row.user_id === null ? null : { userId: row.user_id, name: row.actor_name },
		action: row.action,
		subject: row.subject,
		subjectName: row.subject_name,
		storeId: row.store_id,
		stores: row.stores,
		changes: changed.map((field) => ({ field, ...side('before', was.get(field)), ...side('after', is.get(field)) })),
		facts: [...told(facts)].map(([field, value]) => ({ field, value })),
	};
}

function side<K extends 'before' | 'after'>(key: K, value: AuditValue | undefined): { [P in K]?: AuditValue } {
	return value === undefined ? {} : ({ [key]: value } as { [P in K]: AuditValue });
}

function told(detail: unknown): Map<AuditField, AuditValue> {
	const held = new Map(Object.entries(typeof detail === 'object' && detail !== null ? detail : {}));
	return new Map(
		AUDIT_FIELDS.flatMap((field): [AuditField, AuditValue][] => {
			const value: unknown = held.get(field);
			return isAuditValue(value) ? [[field, value]] : [];
		}),
	);
}

function isAuditValue(value: unknown): value is AuditValue {
	return (
		value === null ||
		['string', 'number', 'boolean'].includes(typeof value) ||
		(Array.isArray(value) && value.every((item) => typeof item === 'string'))
	);
}
