import { defineConfig } from 'vitest/config';

// One run over all packages. The database server starts once, each test file gets a database of its own (packages/testing); the browser tests
// come last, against one whole workbench.
// Whether the cost of lists grows with what is stored: `npm run growth`. It needs minutes and the machine for itself.
const GROWTH = process.env['PANGEA_GROWTH'] === '1' ? ['bench/test/**/*.test.ts'] : [];

export default defineConfig({
	test: {
		pool: 'forks',
		maxWorkers: 2,
		reporters: ['default', './packages/testing/src/plain-reporter.ts'],
		projects: [
			{
				test: {
					name: 'packages',
					include: ['packages/**/test/**/*.test.ts', 'apps/*/test/**/*.test.{ts,tsx}', ...GROWTH],
					exclude: ['**/node_modules/**', '**/dist/**', 'apps/e2e/**'],
					globalSetup: ['packages/testing/src/global-setup.ts'],
					testTimeout: 20_000,
					hookTimeout: 60_000,
					sequence: { groupOrder: 0 },
				},
			},
			{
				test: {
					name: 'browser',
					include: ['apps/e2e/test/**/*.test.ts'],
					globalSetup: ['apps/e2e/src/global-setup.ts'],
					fileParallelism: false,
					testTimeout: 60_000,
					hookTimeout: 120_000,
					sequence: { groupOrder: 1 },
				},
			},
		],
	},
});
