import { traceIds } from '@pangea/tracing';
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
			mixin: () => traceIds(),
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

// What drivers and parsers put into their sentences: the text they could not read, the address they called, the value a column refused.
const LEAKS: readonly [RegExp, string][] = [
	// JSON.parse: Unexpected token 'A', "Ana Silva"... is not valid JSON
	[/(Unexpected (?:non-whitespace character|token|end).*?)(?:, |: ?)\.{0,3}"[\s\S]*?"\.{0,3}( is not valid JSON)/g, `$1, ${HIDDEN}$2`],
	// PostgreSQL: invalid input syntax for type uuid: "Ana Silva"; value "Ana" is out of range
	[/(invalid input (?:syntax|value) for [^:\n]*: )"[\s\S]*?"/g, `$1${HIDDEN}`],
	[/(value )"[^"]*"( is out of range)/g, `$1${HIDDEN}$2`],
	[/(\bKey \([^)]*\)=)\([\s\S]*?\)/g, `$1${HIDDEN}`],
	// Queries and credentials in addresses: tokens and signatures travel there.
	[/(\w+:\/\/)[^\s/@]+@/g, `$1${HIDDEN}@`],
	[/(\w+:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/g, `$1?${HIDDEN}`],
	// Tokens of the platforms and of HTTP, wherever they stand.
	[/\b(?:Atz[ar]\|[\w+/=|-]+|(?:APP_USR|TG|TTP)[-_][\w-]{8,}|(?:Bearer|Basic) [\w+/=.~-]+)/g, HIDDEN],
	[/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, HIDDEN],
];

/** An error's sentence without the values that were at fault. */
function scrub(text: string): string {
	return LEAKS.reduce((left, [pattern, instead]) => left.replace(pattern, instead), text);
}

/** The frames stay as they are: paths of packages look like addresses. */
function scrubStack(stack: string): string {
	const frames = stack.search(/^ +at /m);
	return frames === -1 ? scrub(stack) : scrub(stack.slice(0, frames)) + stack.slice(frames);
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
	if (!(error instanceof Error)) return { type: typeof error, message: typeof error === 'string' ? scrub(error) : 'not an error' };
	return {
		type: error.name,
		message: scrub(error.message),
		...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
		...('kind' in error && typeof error.kind === 'string' ? { kind: error.kind } : {}),
		...(error.stack === undefined ? {} : { stack: scrubStack(error.stack) }),
		...(error.cause === undefined || depth >= 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
	};
}
