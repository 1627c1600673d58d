import type { DraftField } from '@pangea/domain';
import { PlatformError, type UserMessageCode } from './error.ts';

/** One reason for which a platform does not take a listing. */
export interface RefusalReason {
	/** The field of the draft it is about, where that can be told. */
	field: DraftField | null;
	/** The platform's own code. */
	code: string;
	/** The platform's own words. */
	words: string;
}

/** The platform does not take the listing and says why. Nothing was made. */
export class DraftRefusedError extends PlatformError {
	override name = 'DraftRefusedError';
	readonly reasons: readonly RefusalReason[];

	/**
	 * @param detail for logs: codes, nothing that was sent
	 * @param code what went wrong where it was not the platform that said no
	 */
	constructor(detail: string, reasons: readonly RefusalReason[], code: UserMessageCode = 'listingRefused') {
		super({ kind: 'rejected', userMessage: { code }, detail });
		this.reasons = reasons;
	}
}
