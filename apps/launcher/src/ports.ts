import { createServer } from 'node:net';

/** The first free port from `first` on. @throws Error when a hundred in a row are taken. */
export async function freePort(first: number, taken: ReadonlySet<number> = new Set()): Promise<number> {
	for (let port = first; port < first + 100 && port <= 65_535; port++) {
		if (!taken.has(port) && (await isFree(port))) return port;
	}
	throw new Error(`No free port from ${first} to ${first + 99}. Give another with --port.`);
}

function isFree(port: number): Promise<boolean> {
	return new Promise((done) => {
		const probe = createServer();
		probe.once('error', () => done(false));
		probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
	});
}
