import type { Reporter, TestModule } from 'vitest/node';

/** Closes a run with one plain line: `Tests: N passed, N failed, N skipped`. */
export default class PlainReporter implements Reporter {
	onTestRunEnd(modules: readonly TestModule[]): void {
		const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
		for (const module of modules) {
			for (const test of module.children.allTests()) counts[test.result().state]++;
			if (!module.ok() && module.children.size === 0) counts.failed++;
		}
		process.stdout.write(`\nTests: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped + counts.pending} skipped\n`);
	}
}
