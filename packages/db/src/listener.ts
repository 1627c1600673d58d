import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export interface ListenerOptions {
	url: string;
	channel: string;
	/** Called for each notification's payload. */
	onPayload(payload: string): void;
	/** Called after each (re)connection: what came in between was not heard and must be looked up. */
	onConnected(): void;
	onTrouble(error: unknown): void;
	/** Milliseconds before another try after the connection broke. */
	retryMillis?: number;
}

/** Keeps one LISTEN connection alive until it is closed. */
export function listen(options: ListenerOptions): { close(): Promise<void> } {
	let closed = false;
	let current: pg.Client | null = null;
	const run = async (): Promise<void> => {
		while (!closed) {
			const client = new pg.Client({ connectionString: options.url, application_name: 'pangea listener', keepAlive: true });
			try {
				const ended = new Promise<void>((resolve) => {
					client.on('error', (error) => {
						options.onTrouble(error);
						resolve();
					});
					client.on('end', resolve);
				});
				client.on('notification', (message) => options.onPayload(message.payload ?? ''));
				await client.connect();
				current = client;
				await client.query(`listen ${client.escapeIdentifier(options.channel)}`);
				options.onConnected();
				await ended;
			} catch (error) {
				options.onTrouble(error);
			} finally {
				current = null;
				await client.end().catch(() => {});
			}
			if (!closed) await sleep(options.retryMillis ?? 500);
		}
	};
	const running = run();
	return {
		close: async () => {
			closed = true;
			await current?.end().catch(() => {});
			await running;
		},
	};
}
