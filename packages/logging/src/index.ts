import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

export interface LoggerOptions {
	/** Process or package that speaks. */
	name: string;
	level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
	/** Standard output when absent. */
	destination?: DestinationStream;
}

const HIDDEN = '[hidden]';
// Names under which secrets or buyers' data travel, in any spelling. Ids and codes stay readable.
const SENSITIVE =
	/secret|password|passphrase|^(app)?key$|masterkey|token|authorization|cookie|credential|signature|^grant$|^body$|^raw$|email|phone|^buyer$|recipient|address|postal|taxid/i;
const DEEPEST = 6;

/** JSON lines with the values of sensitive names hidden at any depth, and errors without the parameters that drivers attach. */
export function createLogger(options: LoggerOptions): Logger {
	return pino(
		{
			name: options.name,
			level: options.level,
			base: { name: options.name, pid: process.pid },
			timestamp: pino.stdTimeFunctions.isoTime,
			// Runs after the formatter, which has described errors already; without it pino would take them apart again.
			serializers: { err: (value: unknown) => value },
			formatters: { level: (label) => ({ level: label }), log: (entry) => hideFields(entry, 0) },
		},
		options.destination ?? pino.destination(1),
	);
}

function hideFields(entry: Record<string, unknown>, depth: number): Record<string, unknown> {
	return Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, SENSITIVE.test(key) ? HIDDEN : hide(value, depth + 1)]));
}

function hide(value: unknown, depth: number): unknown {
	if (value instanceof Error) return describeError(value);
	if (typeof value === 'bigint') return value.toString();
	if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
	if (typeof value !== 'object' || value === null) return value;
	if (depth > DEEPEST) return '[deeper]';
	if (Array.isArray(value)) return value.map((item) => hide(item, depth + 1));
	return hideFields({ ...value }, depth);
}

interface DescribedError {
	type: string;
	message: string;
	code?: string;
	kind?: string;
	stack?: string;
	cause?: DescribedError;
}

/** Name, message, code, stack and causes; nothing else, since drivers hang whole rows and requests on their errors. */
export function describeError(error: unknown, depth = 0): DescribedError {
	if (!(error instanceof Error)) return { type: typeof error, message: typeof error === 'string' ? error : 'not an error' };
	return {
		type: error.name,
		message: error.message,
		...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
		...('kind' in error && typeof error.kind === 'string' ? { kind: error.kind } : {}),
		...(error.stack === undefined ? {} : { stack: error.stack }),
		...(error.cause === undefined || depth >= 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
	};
}
