import { defineConfig } from 'vitest/config';

// One run over all packages; the database server starts once, each test file gets a database of its own (packages/testing).
export default defineConfig({
	test: {
		include: ['packages/**/test/**/*.test.ts', 'apps/*/test/**/*.test.{ts,tsx}'],
		exclude: ['**/node_modules/**', '**/dist/**', 'apps/e2e/**'],
		globalSetup: ['packages/testing/src/global-setup.ts'],
		pool: 'forks',
		maxWorkers: 2,
		testTimeout: 20_000,
		hookTimeout: 60_000,
		reporters: ['default', './packages/testing/src/plain-reporter.ts'],
	},
});
