import {
	type Attributes,
	type Context,
	context,
	propagation,
	ROOT_CONTEXT,
	type Span,
	SpanKind,
	SpanStatusCode,
	trace,
} from '@opentelemetry/api';

/** Ids, kinds and codes; never a name, an address or a text of anybody. */
export type Labels = Attributes;

const tracer = trace.getTracer('pangea');
const FIELD = 'traceparent';

/**
 * Runs work as a span of the trace that is under way, or of a new one. Nothing is recorded unless the process traces.
 * An error is told by its name alone: a message may quote what somebody wrote.
 */
export async function inSpan<T>(name: string, labels: Labels, work: (label: (more: Labels) => void) => Promise<T>): Promise<T> {
	return await run(name, SpanKind.CLIENT, labels, context.active(), work);
}

/** The same for work that was handed over: `parent` is what {@link traceparent} said where it was sent. */
export async function inTrace<T>(parent: string | null, name: string, labels: Labels, work: () => Promise<T>): Promise<T> {
	const from = parent === null ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { [FIELD]: parent });
	return await run(name, SpanKind.CONSUMER, labels, from, work);
}

async function run<T>(
	name: string,
	kind: SpanKind,
	attributes: Labels,
	from: Context,
	work: (label: (more: Labels) => void) => Promise<T>,
): Promise<T> {
	return await tracer.startActiveSpan(name, { kind, attributes }, from, async (span) => {
		try {
			return await work((more) => void span.setAttributes(more));
		} catch (error) {
			fail(span, error instanceof Error ? error.name : 'Error');
			throw error;
		} finally {
			span.end();
		}
	});
}

/** A request that is answered over several calls of a framework. */
export interface StartedRequest {
	/** Goes on within the request's trace. */
	within(next: () => void): void;
	end(name: string, labels: Labels, failed: boolean): void;
}

/** Begins a trace: what a caller says of a trace of its own is nobody's to choose here. */
export function startRequest(): StartedRequest {
	const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
	const own = trace.setSpan(ROOT_CONTEXT, span);
	return {
		within: (next) => context.with(own, next),
		end(name, labels, failed) {
			span.updateName(name).setAttributes(labels);
			if (failed) fail(span, 'failed');
			span.end();
		},
	};
}

function fail(span: Span, message: string): void {
	span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** The trace under way as W3C's `traceparent`, to be handed over with work; null when nothing is traced. */
export function traceparent(): string | null {
	const carrier: Record<string, string> = {};
	propagation.inject(context.active(), carrier);
	return carrier[FIELD] ?? null;
}

/** For log lines: by these a line is found from its trace and the other way round. */
export function traceIds(): { trace_id: string; span_id: string } | Record<string, never> {
	const at = trace.getActiveSpan()?.spanContext();
	return at ? { trace_id: at.traceId, span_id: at.spanId } : {};
}
