import type { Member } from '../trpc.ts';
import { problem } from '../problem.ts';

/** Sums and fees stand side by side, so who does not see one of them sees none. @throws notAllowed */
export function requireSight(member: Pick<Member, 'sees'>): void {
	for (const field of ['revenue', 'cost'] as const) if (!member.sees(field)) throw problem('notAllowed', { permission: `fields.${field}` });
}
