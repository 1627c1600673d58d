/**
 * Ctrl-C and the like leave no process and no disk behind. A signal may come twice, from the terminal and from the command that started us:
 * the second must not end what the first began.
 */
export function endWith(rig: { stop(): Promise<void> }): void {
	let ending = false;
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			if (ending) return;
			ending = true;
			rig.stop().then(
				() => process.exit(1),
				() => process.exit(1),
			);
		});
	}
}
