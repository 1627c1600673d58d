import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// One run over all packages. The database server starts once, each test file gets a database of its own (packages/testing); the browser tests
// come last, against one whole workbench.
// Whether the cost of lists grows with what is stored: `npm run growth`. It needs minutes and the machine for itself.
const GROWTH = process.env['PANGEA_GROWTH'] === '1' ? ['bench/test/**/*.test.ts'] : [];

/** Files that mostly wait come first: begun last, they would hold the whole run while a core is idle. */
class WaitersFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const waits = ({ moduleId }: TestSpecification): boolean => /\/apps\/(?:proof\/test\/|launcher\/test\/cluster)/.test(moduleId);
		const sorted = await super.sort(files);
		return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))];
	}
}

export default defineConfig({
	test: {
		sequence: { sequencer: WaitersFirst },
		pool: 'forks',
		maxWorkers: 2,
		maxConcurrency: 2,
		reporters: ['default', './packages/testing/src/plain-reporter.ts'],
		projects: [
			{
				test: {
					name: 'packages',
					include: ['packages/**/test/**/*.test.ts', 'apps/*/test/**/*.test.{ts,tsx}', ...GROWTH],
					exclude: ['**/node_modules/**', '**/dist/**', 'apps/e2e/**'],
					globalSetup: ['packages/testing/src/global-setup.ts'],
					// Longer than what a test waits for, so that a wait in vain says what it waited for.
					testTimeout: 45_000,
					hookTimeout: 60_000,
					sequence: { groupOrder: 0 },
				},
			},
			{
				test: {
					name: 'browser',
					include: ['apps/e2e/test/**/*.test.ts'],
					globalSetup: ['apps/e2e/src/global-setup.ts'],
					setupFiles: ['apps/e2e/src/tell-failures.ts'],
					fileParallelism: false,
					testTimeout: 60_000,
					hookTimeout: 120_000,
					// A screen is asked until it says so: a second is too short for a machine at work.
					expect: { poll: { timeout: 10_000 } },
					sequence: { groupOrder: 1 },
				},
			},
		],
	},
});
