/** A consent came from another account of the platform than the connection it was meant to renew. The message is for logs. */
export class OtherAccountError extends Error {
	override name = 'OtherAccountError';
}
