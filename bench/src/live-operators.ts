import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Heard, Operator } from './live-plan.ts';
import { serve } from './serve.ts';

/*
 * The operators' browsers of the `live` bench: plain websockets that speak just enough of socket.io's protocol (engine.io 4), since a full
 * client for each would take the machine that is to be measured.
 */

export interface OperatorsOrder {
	/** Of the gateway, or of the plain websocket server that is the limit. */
	url: string;
	operators: Operator[];
}

const AT_ONCE = 20;
let events = new Map<string, number[]>();
let deliveries = 0;
let sockets: WebSocket[] = [];

async function connect(url: string, { workspaceId, cookie }: Operator): Promise<WebSocket> {
	const socket = new WebSocket(url, { headers: { cookie }, perMessageDeflate: false });
	const ready = new Promise<void>((resolve, reject) => {
		socket.on('message', (data: Buffer) => {
			const at = performance.timeOrigin + performance.now();
			const text = data.toString('latin1');
			if (text.startsWith('42')) {
				deliveries++;
				const from = text.indexOf('"seq":"') + 7;
				const event = `${workspaceId}:${text.slice(from, text.indexOf('"', from))}`;
				const heard = events.get(event);
				if (heard) heard.push(at);
				else events.set(event, [at]);
			} else if (text === '2') socket.send('3');
			else if (text.startsWith('0')) socket.send(`40${JSON.stringify({ workspaceId })}`);
			else if (text.startsWith('40')) resolve();
			else reject(new Error(`An operator was refused: ${text}`));
		});
		socket.on('close', (code) => reject(new Error(`An operator's socket was closed with ${code}`)));
	});
	await Promise.race([once(socket, 'open'), ready]);
	await ready;
	return socket;
}

async function connectAll({ url, operators }: OperatorsOrder): Promise<void> {
	for (const socket of sockets) socket.terminate();
	sockets = [];
	for (let i = 0; i < operators.length; i += AT_ONCE) {
		sockets.push(...(await Promise.all(operators.slice(i, i + AT_ONCE).map((operator) => connect(url, operator)))));
	}
}

function collect(): Heard {
	const heard: Heard = { events: [...events], deliveries };
	events = new Map();
	deliveries = 0;
	return heard;
}

async function answer(order: OperatorsOrder | 'collect'): Promise<Heard | 'connected'> {
	if (order === 'collect') return collect();
	await connectAll(order);
	return 'connected';
}

serve(answer);
