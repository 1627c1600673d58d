import { type Scope, storeIsActive } from '@pangea/db';
import { NotActiveError } from '@pangea/domain';

/** Nothing may be stored for a store that was switched off or disconnected while its page was under way. @throws NotActiveError */
export async function guard(scope: Scope, storeId: string): Promise<void> {
	if (!(await storeIsActive(scope, storeId))) throw notActive(storeId);
}

export function notActive(storeId: string): NotActiveError {
	return new NotActiveError('stopped', `Store ${storeId} is no longer active`);
}
