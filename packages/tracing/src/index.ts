export { inSpan, inTrace, type Labels, startRequest, type StartedRequest, traceIds, traceparent } from './span.ts';
