import { afterEach } from 'vitest';
import { tellPages } from './browser.ts';

// Registered in every browser test: the pages are asked before the file's own hooks close them.
afterEach(async ({ task }) => {
	if (task.result?.state === 'fail') await tellPages();
});
