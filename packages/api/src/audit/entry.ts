import type { AnnotatedOrder, AuditEntry } from '@pangea/db';
import type { AuditAction, AuditFields } from '@pangea/domain';
import type { Member } from '../trpc.ts';

/** The record of something that was asked for a store. */
export function storeEntry(member: Member, action: AuditAction, store: { store_id: string; name: string | null }): AuditEntry {
	return { userId: member.user.id, action, subject: store.store_id, subjectName: store.name, storeId: store.store_id };
}

/** The record of a flag or a note, for an order on which it differs from before; undefined in `after` is what was not touched. */
export function annotationEntry(
	userId: string,
	order: AnnotatedOrder,
	after: { flag: string | null | undefined; note: string | null | undefined },
): AuditEntry[] {
	const was: AuditFields = {};
	const is: AuditFields = {};
	if (after.flag !== undefined && after.flag !== order.before.flag) {
		was.flag = order.before.flag;
		is.flag = after.flag;
	}
	// People write buyers' data into notes: the trail tells how long one was.
	if (after.note !== undefined && after.note !== order.before.note) {
		was.noteLength = order.before.note?.length ?? 0;
		is.noteLength = after.note?.length ?? 0;
	}
	if (Object.keys(is).length === 0) return [];
	const { orderId: subject, externalId: subjectName, storeId } = order;
	return [{ userId, action: 'orders.annotate', subject, subjectName, storeId, before: was, after: is }];
}
