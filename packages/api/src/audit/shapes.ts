import type { AuditField, AuditValue } from '@pangea/domain';

/** One thing that somebody did. */
export interface AuditView {
	auditId: string;
	at: string;
	/** Null for somebody without a login, who came through a link. The name is the one borne then. */
	member: { userId: string; name: string | null } | null;
	/** One of `AUDIT_ACTIONS`, or the word of another version of the server. */
	action: string;
	subject: string;
	subjectName: string | null;
	/** The one store it concerns, where it is one. */
	storeId: string | null;
	/** Names of the stores it concerns. */
	stores: string[];
	/** What was otherwise before, and what it was changed to; a side is absent where there was or is nothing. */
	changes: { field: AuditField; before?: AuditValue; after?: AuditValue }[];
	facts: { field: AuditField; value: AuditValue }[];
}

export interface AuditPageView {
	rows: AuditView[];
	/** Opaque; null at the end. */
	next: string | null;
}
