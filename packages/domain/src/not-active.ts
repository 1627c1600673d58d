/** `missing`: it does not exist here. `stopped`: it is switched off, disconnected or without a grant, so it must not be called now. `writesStopped`: somebody has stopped changes at the platform. */
export type NotActiveReason = 'missing' | 'stopped' | 'writesStopped';

/** A store, connection or platform that cannot be called. The message is for logs. */
export class NotActiveError extends Error {
	override name = 'NotActiveError';
	readonly reason: NotActiveReason;

	constructor(reason: NotActiveReason, message: string) {
		super(message);
		this.reason = reason;
	}
}
