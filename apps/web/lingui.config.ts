import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

// English in the source is the text people read; the other three languages are written in their own .po files.
export default defineConfig({
	sourceLocale: 'en',
	locales: ['en', 'zh-CN', 'pt-BR', 'es-MX'],
	catalogs: [{ path: '<rootDir>/src/locales/{locale}/messages', include: ['<rootDir>/src'] }],
	// Without line numbers: a line that moves changes no catalog.
	format: formatter({ lineNumbers: false }),
});
