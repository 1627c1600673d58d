/** `missing`: it does not exist here. `stopped`: it is switched off, disconnected or without a grant, so it must not be called now. */
export type NotActiveReason = 'missing' | 'stopped';

/** A store, connection or platform that cannot be called. The message is for logs. */
export class NotActiveError extends Error {
	override name = 'NotActiveError';
	readonly reason: NotActiveReason;

	constructor(reason: NotActiveReason, message: string) {
		super(message);
		this.reason = reason;
	}
}
