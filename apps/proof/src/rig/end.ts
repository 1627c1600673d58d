import type { Rig } from './rig.ts';

/** Ctrl-C leaves no process and no disk behind. */
export function endWith(rig: Rig): void {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.once(signal, () => {
			rig.stop().then(
				() => process.exit(1),
				() => process.exit(1),
			);
		});
	}
}
