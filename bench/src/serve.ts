/** The other end of a {@link BenchChild}: says that it is ready, answers each message with one, and ends when it is let go or an answer fails. */
export function serve<M>(answer: (message: M) => Promise<unknown>, ready: unknown = 'ready'): void {
	process.on('message', (message: M) => {
		answer(message).then(
			(answered) => process.send?.(answered),
			(error: unknown) => {
				process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
				process.exit(1);
			},
		);
	});
	process.on('disconnect', () => process.exit(0));
	process.send?.(ready);
}
