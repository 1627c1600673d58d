import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type ProcessName = 'server' | 'worker';

/** What a process counts. Labels hold ids, kinds and codes; never a name, an address or a text of anybody. */
export interface Metrics {
	registry: Registry;
	request: (route: string, method: string, status: number, seconds: number) => void;
	procedure: (path: string, outcome: string, seconds: number) => void;
	/** Seconds between an event's transaction and its sending to the sockets of this process. */
	eventSent: (lagSeconds: number) => void;
	budgetWait: (platform: string, operation: string, seconds: number) => void;
	/** Read at each scrape. */
	gauge: (name: string, help: string, read: () => number) => void;
}

const QUICK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const SLOW = [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** A registry of its own with the runtime's figures: memory, event loop, handles. */
export function createMetrics(process: ProcessName): Metrics {
	const registry = new Registry();
	registry.setDefaultLabels({ process });
	collectDefaultMetrics({ register: registry });
	const registers = [registry];
	const requests = new Histogram({
		name: 'pangea_http_request_seconds',
		help: 'Answers by route, method and status.',
		labelNames: ['route', 'method', 'status'],
		buckets: QUICK,
		registers,
	});
	const procedures = new Histogram({
		name: 'pangea_procedure_seconds',
		help: 'API procedures by path and outcome (ok, or the code of the error).',
		labelNames: ['path', 'outcome'],
		buckets: QUICK,
		registers,
	});
	const eventLag = new Histogram({
		name: 'pangea_event_lag_seconds',
		help: 'From the transaction of an event to its sending to sockets.',
		buckets: QUICK,
		registers,
	});
	const budgetWaits = new Histogram({
		name: 'pangea_budget_wait_seconds',
		help: 'How long calls to a platform waited for their rate budget; calls that did not wait are not counted.',
		labelNames: ['platform', 'operation'],
		buckets: SLOW,
		registers,
	});
	const refused = new Counter({
		name: 'pangea_http_refused_total',
		help: 'Answers with status 429 or 5xx, by route.',
		labelNames: ['route', 'status'],
		registers,
	});
	return {
		registry,
		request(route, method, status, seconds) {
			requests.observe({ route, method, status: String(status) }, seconds);
			if (status === 429 || status >= 500) refused.inc({ route, status: String(status) });
		},
		procedure: (path, outcome, seconds) => procedures.observe({ path, outcome }, seconds),
		eventSent: (seconds) => eventLag.observe(Math.max(0, seconds)),
		budgetWait: (platform, operation, seconds) => budgetWaits.observe({ platform, operation }, seconds),
		gauge(name, help, read) {
			new Gauge({
				name,
				help,
				registers,
				collect() {
					this.set(read());
				},
			});
		},
	};
}
