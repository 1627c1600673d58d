/** A server to which files of schedules are brought. */
export interface DestinationView {
	destinationId: string;
	name: string;
	/** Null for who does not manage them. */
	place: DestinationPlaceView | null;
	/** Schedules that name it; it cannot go before they do. */
	schedules: number;
	savedAt: string;
}

/** Where it is and how we get in, without the secret. */
export interface DestinationPlaceView {
	host: string;
	port: number;
	user: string;
	folder: string;
	way: 'password' | 'key';
	/** Type and digest of the server's key, `ssh-ed25519 SHA256:…`. */
	hostKey: string;
}
