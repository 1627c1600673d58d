import { context, propagation, trace } from '@opentelemetry/api';

export interface Tracing {
	/** Sends what is left, for a few seconds at most. */
	stop(): Promise<void>;
}

const PATIENCE = 3000;
const DELAY = 1000;

/**
 * Sends traces by OTLP over HTTP to the collector at `endpoint` (spans go to its `/v1/traces`). Once a process.
 * What a collector does not take is lost and holds nothing up. `share`, from 0 to 1: how many traces are kept.
 */
export async function startTracing(service: string, { endpoint, share }: { endpoint: string; share: number }): Promise<Tracing> {
	// Loaded only where somebody wants traces.
	const [{ AsyncLocalStorageContextManager }, { OTLPTraceExporter }, { resourceFromAttributes }, sdk, { W3CTraceContextPropagator }] =
		await Promise.all([
			import('@opentelemetry/context-async-hooks'),
			import('@opentelemetry/exporter-trace-otlp-http'),
			import('@opentelemetry/resources'),
			import('@opentelemetry/sdk-trace'),
			import('@opentelemetry/core'),
		]);
	const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
	const provider = new sdk.TracerProvider({
		resource: resourceFromAttributes({ 'service.name': service }),
		// A trace is kept or left out as a whole, over all processes.
		sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(share) }),
		spanProcessors: [new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis: DELAY, exportTimeoutMillis: PATIENCE })],
	});
	context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
	propagation.setGlobalPropagator(new W3CTraceContextPropagator());
	trace.setGlobalTracerProvider(provider);
	return {
		stop: async () => {
			await provider.shutdown().catch(() => {});
			trace.disable();
			propagation.disable();
			context.disable();
		},
	};
}
