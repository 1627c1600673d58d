import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { currencyExponent } from '@pangea/domain';
import {
	type FaultKind,
	type OrderTruth,
	type PlatformName,
	type SimulatorOptions,
	startSimulator,
	type StepKind,
} from '@pangea/simulator';
import type { AppCredentials, IncomingRequest } from '../adapter.ts';
import type { ConformanceWorld, ExpectedOrder, WorldConsent, WorldFault, WorldPushes } from '../conformance/world.ts';

/** What differs between the platforms of the simulator. `F` is the shape of `simulator.platforms[platform]`. */
export interface SimulatedWorldOptions<F> {
	platform: PlatformName;
	simulator?: SimulatorOptions;
	/** Reads the simulator's facts; throw when they are not as expected. */
	read: (facts: Record<string, unknown>) => F;
	hosts: (facts: F) => Record<string, string>;
	app: (facts: F) => AppCredentials;
	host: string;
	/** What the app's owner sets in the platform's console, e.g. the redirect URL. */
	settings?: Record<string, unknown>;
	consent: (facts: F) => WorldConsent;
	/** The stores of the account that consents: the platform's external id, and the simulator's own name of the store. */
	stores: (facts: F) => { externalId: string; name: string }[];
	/** The simulator's name of that account, for ending tokens. */
	account: (facts: F) => string;
	/** The operation whose records are poisoned. */
	poisoned: string;
	/** Corrects what the simulator's truth means on this platform (a total that is not told, another time of change). */
	expect?: (expected: ExpectedOrder, truth: OrderTruth) => ExpectedOrder;
	/** What happens to a new order when it changes. Default: it is paid, or whatever follows. */
	change?: readonly StepKind[];
	unknownId?: (known: string) => string;
	/** Makes the address that is told to the platform out of the listening one. */
	pushUrl?: (base: string) => string;
	forgeries?: (genuine: IncomingRequest) => IncomingRequest[];
}

const FAULTS: Readonly<Record<WorldFault, { kind: FaultKind; options?: Record<string, string | number> }>> = {
	rateLimited: { kind: 'rateLimited' },
	serverError: { kind: 'serverError' },
	htmlError: { kind: 'htmlError' },
	reset: { kind: 'reset' },
	silence: { kind: 'timeout', options: { milliseconds: 20_000 } },
	poison: { kind: 'poison' },
	drift: { kind: 'drift' },
};

/** A world of the conformance suite on the simulator: frozen in time, seeded, with a year of orders. */
export async function simulatedWorld<F>(options: SimulatedWorldOptions<F>): Promise<ConformanceWorld> {
	const simulator = await startSimulator({
		clock: { at: Date.parse('2026-11-22T08:00:00Z'), frozen: true },
		size: 20_000,
		deliveryScale: 0.001,
		...options.simulator,
	});
	const { control } = simulator;
	if (options.settings) control.configure(options.platform, options.settings);
	const facts = options.read(simulator.platforms[options.platform] ?? {});
	const stores = new Map(options.stores(facts).map((store) => [store.externalId, store.name]));
	const nameOf = (externalId: string): string => {
		const name = stores.get(externalId);
		if (name === undefined) throw new Error(`The world has no store ${externalId}`);
		return name;
	};
	const expected = (truth: OrderTruth): ExpectedOrder => (options.expect ?? ((plain) => plain))(plainExpectation(truth), truth);
	const { platform } = options;
	const receiver = await receive();
	const url = (options.pushUrl ?? ((base) => `${base}/push`))(receiver.base);
	const pushes: WorldPushes = {
		url,
		register: () => control.addTarget(platform, { url }),
		received: () => receiver.received,
		duplicateNext: () => void control.arm({ kind: 'duplicateDelivery', platform, count: 1 }),
		forgeries: options.forgeries ?? signatureForgeries,
	};
	return {
		hosts: options.hosts(facts),
		app: options.app(facts),
		host: options.host,
		consent: options.consent(facts),
		now: () => new Date(control.clock.now()),
		wait: (millis) => void control.setClock({ advance: Math.ceil(millis) }),
		storeIds: () => [...stores.keys()],
		truth(storeExternalId, from, until) {
			const window = { store: nameOf(storeExternalId), by: 'updated' as const, from: Date.parse(from), to: Date.parse(until) };
			return control.truth(window, 1_000_000).orders.map(expected);
		},
		unknownId: options.unknownId ?? ((known) => known.replace(/\d(?=\d{0,7}$)/g, (digit) => String(9 - Number(digit)))),
		createOrder: (storeExternalId) => expected(control.createOrder(nameOf(storeExternalId))),
		changeOrder(storeExternalId, externalId) {
			for (const step of options.change ?? ['paid']) control.advanceOrder(nameOf(storeExternalId), externalId, step);
		},
		break(fault, count) {
			const operation = fault === 'poison' ? { operation: options.poisoned } : {};
			control.arm({ ...FAULTS[fault], ...operation, platform, ...(count === undefined ? {} : { count }) });
		},
		mend: () => control.disarm(),
		endAccess: () => control.expireTokens(platform, { account: options.account(facts) }),
		endGrant: () => control.expireTokens(platform, { account: options.account(facts), refresh: true }),
		pushes,
		async stop() {
			receiver.server.closeAllConnections();
			receiver.server.close();
			await simulator.stop();
		},
	};
}

/** A consent by redirect in which the simulator's page agrees at once and sends the browser back. */
export function redirectConsent(redirectUri: string, adjust: (link: URL) => void = () => undefined): WorldConsent {
	return {
		kind: 'redirect',
		redirectUri,
		async follow(authorizeUrl) {
			const link = new URL(authorizeUrl);
			adjust(link);
			const page = await fetch(link, { redirect: 'manual' });
			const location = page.headers.get('location');
			if (location === null) throw new Error(`The consent page sent nobody back (HTTP ${page.status})`);
			return Object.fromEntries(new URL(location).searchParams);
		},
	};
}

function plainExpectation({ id, order }: OrderTruth): ExpectedOrder {
	const skus: Record<string, number> = {};
	for (const line of order.lines) skus[line.sku.code] = (skus[line.sku.code] ?? 0) + line.quantity;
	// Fails loudly should simulator and domain ever disagree on a currency's decimals.
	currencyExponent(order.currency);
	return {
		externalId: id,
		placedAt: new Date(order.placedAt).toISOString(),
		updatedAt: new Date(order.updatedAt).toISOString(),
		total: { amountMinor: BigInt(order.total), currency: order.currency },
		pieces: order.lines.reduce((sum, line) => sum + line.quantity, 0),
		skus,
	};
}

/** Another body under the same signature, another signature over the same body, and no signature at all. */
function signatureForgeries(genuine: IncomingRequest): IncomingRequest[] {
	const changed = Buffer.from(genuine.body);
	const digit = changed.findIndex((byte) => byte >= 0x30 && byte <= 0x38);
	changed[digit] = (changed[digit] ?? 0x30) + 1;
	const signed = Object.entries(genuine.headers).filter(([name]) => /sign|auth/i.test(name));
	const without = Object.fromEntries(Object.entries(genuine.headers).filter(([name]) => !/sign|auth/i.test(name)));
	const others = signed.map(([name, value]) => ({
		...genuine,
		headers: { ...genuine.headers, [name]: value.replace(/[0-9a-f]/i, (c) => (c === '0' ? '1' : '0')) },
	}));
	return [{ ...genuine, body: changed }, { ...genuine, body: Buffer.alloc(0) }, { ...genuine, headers: without }, ...others];
}

async function receive(): Promise<{ server: Server; base: string; received: IncomingRequest[] }> {
	const received: IncomingRequest[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
			received.push({ headers, url: request.url ?? '', body: Buffer.concat(chunks) });
			response.end();
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}
