import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

/** A mail server of this machine that keeps what it is given instead of sending it on. */
export interface MailCatcher {
	/** For `PANGEA_SMTP_URL`. */
	url: string;
	stop(): Promise<void>;
}

const MOST_BYTES = 1_000_000;

/** Takes mail on a free port of the own machine; each becomes a file `<time>.eml` in the folder, which any mail program opens. */
export async function startMailCatcher(folder: string): Promise<MailCatcher> {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	let caught = 0;
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS', 'AUTH'],
		disableReverseLookup: true,
		logger: false,
		size: MOST_BYTES,
		onData(stream, _session, done) {
			const chunks: Buffer[] = [];
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('end', () => {
				const name = `${new Date().toISOString().replaceAll(':', '-')}-${++caught}.eml`;
				try {
					writeFileSync(join(folder, name), Buffer.concat(chunks), { mode: 0o600 });
					done();
				} catch (error) {
					done(error instanceof Error ? error : new Error(String(error)));
				}
			});
		},
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	// A client that breaks off is no reason to end.
	server.on('error', () => {});
	const { port } = server.server.address() as AddressInfo;
	return { url: `smtp://127.0.0.1:${port}`, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}
