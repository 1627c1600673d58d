/** A command was called in a way that it does not know. */
export class UsageError extends Error {
	override name = 'UsageError';
}

/** Runs a command of this package. Ends with its code; 0 with the usage for `--help`, 2 with the usage for what nobody understands, 1 for what broke. */
export function runCommand(usage: string, main: () => Promise<number>): void {
	if (process.argv.includes('--help')) {
		process.stdout.write(usage);
		return;
	}
	main().then(
		(code) => (process.exitCode = code),
		(error: unknown) => {
			const isMisused = error instanceof UsageError || isUnknownOption(error);
			process.exitCode = isMisused ? 2 : 1;
			if (isMisused) process.stderr.write(`${error.message}\n\n${usage}`);
			else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
		},
	);
}

function isUnknownOption(error: unknown): error is Error {
	return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

/** A whole number of at least `least`. @throws UsageError */
export function wholeNumber(name: string, text: string, least = 0): number {
	const value = Number(text);
	if (text.trim() === '' || !Number.isInteger(value) || value < least || value > 1_000_000_000)
		throw new UsageError(`--${name} takes a whole number from ${least}.`);
	return value;
}
