import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Lingui stands before React: the other order builds without an error and fails in the browser.
export default defineConfig({
	plugins: [
		lingui({ macroTransform: true, failOnMissing: !process.env['PANGEA_DRAFT'], failOnCompileError: true }),
		react({ compiler: true }),
	],
	build: {
		target: 'es2023',
		// The page is served under a policy that allows no inline script and no data: fonts.
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
	},
	server: {
		proxy: Object.fromEntries(
			['/trpc', '/auth', '/live', '/connected'].map((path) => [
				path,
				{ target: process.env['PANGEA_SERVER'] ?? 'http://127.0.0.1:8080', ws: true },
			]),
		),
	},
	preview: {
		proxy: Object.fromEntries(
			['/trpc', '/auth', '/live', '/connected'].map((path) => [
				path,
				{ target: process.env['PANGEA_SERVER'] ?? 'http://127.0.0.1:8080', ws: true },
			]),
		),
	},
});
