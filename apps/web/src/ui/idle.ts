/** Runs something once the browser has nothing better to do. @returns how to call it off */
export function whenIdle(run: () => unknown): () => void {
	// Not in every browser of ours.
	if (!('requestIdleCallback' in globalThis)) {
		const timer = setTimeout(run, 1_000);
		return () => clearTimeout(timer);
	}
	const idle = requestIdleCallback(() => run(), { timeout: 4_000 });
	return () => cancelIdleCallback(idle);
}
