import { createHash } from 'node:crypto';
import { type SimulatorOptions, startPlatforms } from '../src/core/simulator.ts';
import { temu } from '../src/temu/index.ts';

export const NOW = Date.parse('2026-09-20T12:00:00Z');

interface Facts {
	gateways: Record<string, { base: string; appKey: string; appSecret: string }>;
	sellerCentre: string;
	stores: { id: string; mallId: string; tokens: Record<string, string> }[];
}

export interface Reply {
	success: boolean;
	errorCode: number;
	errorMsg: string;
	requestId: string;
	result?: unknown;
}

/** The rule as the contract words it, written here a second time so that the server is not its own judge. */
export function signed(body: Record<string, unknown>, secret: string): Record<string, unknown> {
	const names = Object.keys(body).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
	const glued = names.map((n) => n + (typeof body[n] === 'string' ? body[n] : JSON.stringify(body[n]))).join('');
	return {
		...body,
		sign: createHash('md5')
			.update(secret + glued + secret)
			.digest('hex')
			.toUpperCase(),
	};
}

/** A simulator with Temu alone, and a client that speaks only HTTP. */
export async function temuWorld(options: SimulatorOptions = {}) {
	const simulator = await startPlatforms([temu()], { clock: { at: NOW, frozen: true }, size: 4000, ...options });
	const { control } = simulator;
	const facts = () => (control.facts()['platforms'] as { temu: Facts }).temu;
	const gateway = (name: string) => {
		const found = facts().gateways[name];
		if (!found) throw new Error(`No gateway ${name}`);
		return found;
	};
	const tokenOf = (store: string, name: string) => facts().stores.find((s) => s.id === store)?.tokens[name] ?? '';
	const post = async (name: string, body: string) =>
		fetch(`${gateway(name).base}/openapi/router`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
	/** Moves the clock on a little first: the budget of a second is tried apart. */
	const raw = async (name: string, fields: Record<string, unknown>, overrides: Record<string, unknown> = {}) => {
		control.clock.advance(60);
		const common = { app_key: gateway(name).appKey, timestamp: Math.floor(control.clock.now() / 1000), data_type: 'JSON' };
		const body = Object.fromEntries(Object.entries({ ...common, ...fields, ...overrides }).filter(([, v]) => v !== undefined));
		return post(name, JSON.stringify('sign' in overrides ? body : signed(body, gateway(name).appSecret)));
	};
	const call = async (
		store: string,
		type: string,
		params: Record<string, unknown> = {},
		name = regional[store] ?? 'us',
		overrides: Record<string, unknown> = {},
	) => {
		const answer = await raw(name, { type, access_token: tokenOf(store, name), ...params }, overrides);
		return (await answer.json()) as Reply;
	};
	return { simulator, control, facts, gateway, tokenOf, post, raw, call, stop: () => simulator.stop() };
}

const regional: Record<string, string> = {
	'temu-us': 'us',
	'temu-de': 'eu',
	'temu-mx': 'global',
	'temu-jp': 'global',
	'temu-managed': 'global',
};
