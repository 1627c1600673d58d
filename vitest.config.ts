import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

// `npm test` runs the projects `packages` and `browser` and is short enough to be run without thinking. `npm run proofs` runs the rest, whose
// files take minutes each: whole worlds bound, killed and compared, and every screen in every language. The database server starts once, each
// test file gets a database of its own (packages/testing); browser tests come last, against one whole workbench.

/** What takes minutes, and so is no part of `npm test`. */
const PROOFS = ['apps/proof/test/**/*.test.ts', 'apps/launcher/test/cluster.test.ts'];
/** The operator's main paths in a browser: in, orders that come live, a conversation answered, numbers. */
const MAIN_PATHS = ['sign-in', 'live', 'inbox', 'numbers'].map((name) => `apps/e2e/test/${name}.test.ts`);
const NEVER = ['**/node_modules/**', '**/dist/**'];
// Whether the cost of lists grows with what is stored: `npm run growth`. It needs minutes and the machine for itself.
const GROWTH = process.env['PANGEA_GROWTH'] === '1' ? ['bench/test/**/*.test.ts'] : [];

function inNode(name: string, include: string[], exclude: string[]): TestProjectInlineConfiguration {
	return {
		test: {
			name,
			include,
			exclude: [...NEVER, ...exclude],
			globalSetup: ['packages/testing/src/global-setup.ts'],
			// Longer than what a test waits for, so that a wait in vain says what it waited for.
			testTimeout: 45_000,
			hookTimeout: 60_000,
			sequence: { groupOrder: 0 },
		},
	};
}

function inBrowser(name: string, groupOrder: number, include: string[], exclude: string[]): TestProjectInlineConfiguration {
	return {
		test: {
			name,
			include,
			exclude: [...NEVER, ...exclude],
			globalSetup: ['apps/e2e/src/global-setup.ts'],
			setupFiles: ['apps/e2e/src/tell-failures.ts'],
			fileParallelism: false,
			testTimeout: 60_000,
			hookTimeout: 120_000,
			// A screen is asked until it says so: a second is too short for a machine at work.
			expect: { poll: { timeout: 10_000 } },
			sequence: { groupOrder },
		},
	};
}

export default defineConfig({
	test: {
		pool: 'forks',
		maxWorkers: 2,
		maxConcurrency: 2,
		reporters: ['default', './packages/testing/src/plain-reporter.ts'],
		projects: [
			inNode('packages', ['packages/**/test/**/*.test.ts', 'apps/*/test/**/*.test.{ts,tsx}', ...GROWTH], ['apps/e2e/**', ...PROOFS]),
			inNode('proofs', PROOFS, []),
			inBrowser('browser', 1, MAIN_PATHS, []),
			inBrowser('screens', 2, ['apps/e2e/test/**/*.test.ts'], MAIN_PATHS),
		],
	},
});
