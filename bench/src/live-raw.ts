import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { serve } from './serve.ts';

/*
 * The limit of the fan-out: a plain websocket server that sends the same bytes to the same rooms and does nothing else.
 */

export interface RawOrder {
	/** Workspaces in the order of their messages, and the text of each message. */
	messages: { workspaceId: string; text: string }[];
	perSecond: number;
}

const rooms = new Map<string, Set<WebSocket>>();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => {
	socket.on('message', (data: Buffer) => {
		const text = data.toString('utf8');
		if (!text.startsWith('40')) return;
		const { workspaceId } = JSON.parse(text.slice(2)) as { workspaceId: string };
		const room = rooms.get(workspaceId) ?? new Set();
		rooms.set(workspaceId, room.add(socket));
		socket.send('40');
	});
	socket.send('0');
});
server.on('listening', () => {
	const address = server.address();
	serve(run, typeof address === 'object' && address ? address.port : 0);
});

async function run({ messages, perSecond }: RawOrder): Promise<number> {
	const began = performance.now();
	const before = process.cpuUsage();
	for (const [i, { workspaceId, text }] of messages.entries()) {
		const due = began + (i * 1000) / perSecond;
		if (due > performance.now()) await sleep(due - performance.now());
		const bytes = Buffer.from(text);
		for (const socket of rooms.get(workspaceId) ?? []) socket.send(bytes, { binary: false });
	}
	await sleep(200);
	const { user, system } = process.cpuUsage(before);
	return user + system;
}
