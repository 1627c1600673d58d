import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What came in at a web address. */
export interface Received {
	headers: IncomingHttpHeaders;
	body: string;
}

/** A web address that remembers what it gets; `answer` decides the status and how long to wait. */
export async function receiver(answer: (count: number) => { status: number; wait?: number } = () => ({ status: 200 })) {
	const received: Received[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
			const { status, wait = 0 } = answer(received.length);
			setTimeout(() => response.writeHead(status, { 'content-type': 'application/json' }).end('{"result":{}}'), wait);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const until = async (count: number): Promise<void> => {
		const end = Date.now() + 5_000;
		while (received.length < count) {
			if (Date.now() > end) throw new Error(`${received.length} of ${count} messages came`);
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	};
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
		received,
		until,
		close: () =>
			new Promise<void>((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
}
