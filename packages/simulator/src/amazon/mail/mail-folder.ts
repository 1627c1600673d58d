/** One mail as a server keeps it. */
export interface KeptMail {
	uid: number;
	at: number;
	bytes: Buffer;
}

/** A folder whose mails have numbers that only grow. */
export class MailFolder {
	readonly name: string;
	readonly special: string | null;
	/** Another number says that all mails have new numbers. */
	validity: number;
	readonly mails: KeptMail[] = [];
	readonly #watchers = new Set<() => void>();
	#next = 1;

	constructor(name: string, special: string | null, validity: number) {
		this.name = name;
		this.special = special;
		this.validity = validity;
	}

	get nextUid(): number {
		return this.#next;
	}

	add(bytes: Buffer, at: number): KeptMail {
		const mail = { uid: this.#next++, at, bytes };
		this.mails.push(mail);
		for (const tell of this.#watchers) tell();
		return mail;
	}

	/** Calls back at each new mail. @returns ends that */
	watch(tell: () => void): () => void {
		this.#watchers.add(tell);
		return () => this.#watchers.delete(tell);
	}
}

/** A header's value as one line, raw; empty where there is none. */
export function headerOf(bytes: Buffer, name: string): string {
	const head = bytes.subarray(0, 64_000).toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
	const line = head
		.replaceAll(/\r\n[ \t]+/g, ' ')
		.split('\r\n')
		.find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
	return line?.slice(name.length + 1).trim() ?? '';
}

export function addressIn(value: string): string {
	return (/<([^<>]+)>/.exec(value)?.[1] ?? value).trim().toLowerCase();
}
