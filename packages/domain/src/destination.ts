/** Where files of schedules are brought besides being kept: a folder of an SFTP server. */
export interface Destination {
	host: string;
	port: number;
	user: string;
	/** As the server names it; empty: where it puts us. */
	folder: string;
	/** The type of the server's key and its digest, `ssh-ed25519 SHA256:…`, as a person accepted it. */
	hostKey: string;
	secret: DestinationSecret;
}

export type DestinationSecret = { kind: 'password'; password: string } | { kind: 'key'; privateKey: string; passphrase: string | null };

/** `waiting` is tried again by itself; `failed` waits for a person. */
export const SENDING_STATES = ['waiting', 'sent', 'failed'] as const;
export type SendingState = (typeof SENDING_STATES)[number];

/** Why a file did not reach its destination; the screens hold a sentence for each. */
export const DESTINATION_PROBLEMS = [
	'sftpUnknownHost',
	'sftpInnerHost',
	'sftpUnreachable',
	'sftpHostKeyChanged',
	'sftpKeyUnreadable',
	'sftpLoginRefused',
	'sftpFolderRefused',
	'sftpNotWritten',
	'sftpFileGone',
] as const;
export type DestinationProblem = (typeof DESTINATION_PROBLEMS)[number];

/** What time does not mend: a person has to look. */
const FOR_A_PERSON: ReadonlySet<DestinationProblem> = new Set(['sftpHostKeyChanged', 'sftpInnerHost', 'sftpKeyUnreadable', 'sftpFileGone']);

/** A destination did not take what was brought. Says nothing of what the server said, which may repeat what was sent to it. */
export class DestinationError extends Error {
	override name = 'DestinationError';
	readonly code: DestinationProblem;
	readonly host: string;
	/** Whether trying again is of no use until a person has looked. */
	readonly isFinal: boolean;

	constructor(code: DestinationProblem, host: string, options?: ErrorOptions) {
		super(`${code} ${host}`, options);
		this.code = code;
		this.host = host;
		this.isFinal = FOR_A_PERSON.has(code);
	}
}
