import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question as OpenAI's chat completions take it (platform.openai.com, API reference: Create chat completion). */
export interface ChatRequest {
	model: string;
	stream?: boolean;
	messages: { role: string; content: string }[];
}

/** What happens to the next question: an answer of that status and body, none at all, or a line that breaks. */
export type ChatFault = { status: number; headers?: Record<string, string>; body: string } | 'silence' | 'cut';

/** A stand-in for a host of models on the own machine, which speaks the published protocol and knows no language. */
export interface ModelServer {
	/** Base URL, up to and without `/chat/completions`. */
	url: string;
	origin: string;
	/** The only key that it takes. */
	key: string;
	/** Every question that reached it with the right key, oldest first, with its bare body. */
	asked: { request: ChatRequest; body: string }[];
	/** Struck before anything else, one a question. */
	faults: ChatFault[];
	/** What it answers as the assistant's words; without one each text comes back between « and ». */
	say: ((request: ChatRequest) => string) | null;
	close(): Promise<void>;
}

const MODEL_KEY = 'sk-test-7f3a9c51';
const MODEL = 'stand-in-1';

/** @param port where others are told to find it; by default any that is free */
export async function startModelServer(port = 0): Promise<ModelServer> {
	const asked: ModelServer['asked'] = [];
	const server: ModelServer = { url: '', origin: '', key: MODEL_KEY, asked, faults: [], say: null, close: () => Promise.resolve() };
	const http = createServer((request, response) => {
		void answer(server, request, response);
	});
	await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
	server.origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
	server.url = `${server.origin}/v1`;
	server.close = () =>
		new Promise((resolve) => {
			http.closeAllConnections();
			http.close(() => resolve());
		});
	return server;
}

async function answer(server: ModelServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
	let body = '';
	for await (const piece of request) body += String(piece);
	const refuse = (status: number, code: string, message: string): void =>
		send(response, status, { error: { message, type: code, code, param: null } });
	if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
		return refuse(404, 'not_found', `Unknown request URL: ${request.url}`);
	if (request.headers.authorization !== `Bearer ${server.key}`)
		return refuse(401, 'invalid_api_key', `Incorrect API key provided: ${request.headers.authorization?.replace('Bearer ', '')}.`);
	const chat = JSON.parse(body) as ChatRequest;
	const fault = server.faults.shift();
	if (fault === 'silence') return;
	if (fault === 'cut') return void response.destroy();
	if (fault) {
		response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
		return void response.end(fault.body);
	}
	if (chat.model !== MODEL)
		return refuse(404, 'model_not_found', `The model \`${chat.model}\` does not exist or you do not have access to it.`);
	server.asked.push({ request: chat, body });
	send(response, 200, completion(chat.model, (server.say ?? echo)(chat)));
}

/** A whole answer of the protocol around an assistant's words. */
export function completion(model: string, content: string, finish = 'stop'): object {
	return {
		id: 'chatcmpl-1',
		object: 'chat.completion',
		created: 1_796_000_000,
		model,
		choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: finish }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}

/** The texts of a question by their ids, as ours puts them. */
export function textsOf({ messages }: ChatRequest): { into: string; texts: { id: string; text: string }[] } {
	return JSON.parse(messages.at(-1)?.content ?? '{}') as { into: string; texts: { id: string; text: string }[] };
}

function echo(request: ChatRequest): string {
	return JSON.stringify({ texts: textsOf(request).texts.map(({ id, text }) => ({ id, text: `«${text}»` })) });
}

function send(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(body));
}
