export class VaultError extends Error {
	override name = 'VaultError';
}

/** A key that is stored wrapped under a master key. */
export interface WrappedKey {
	masterKeyId: string;
	wrapped: Buffer;
}

/** Wraps data keys. Keys in memory answer at once; a key service that never hands its key out implements the same two calls. */
export interface MasterKey {
	/** Stands beside every wrapped key, so that keys can rotate. */
	readonly id: string;
	/** Whether keys that were wrapped under this id can be unwrapped here. */
	has(id: string): Promise<boolean>;
	/** Under the current key. */
	wrap(dataKey: Buffer): Promise<WrappedKey>;
	/** @throws VaultError when the key was wrapped under a master key that is not at hand. */
	unwrap(key: WrappedKey): Promise<Buffer>;
}
