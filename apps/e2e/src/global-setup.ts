import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorkbench } from '@pangea/launcher';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
	export interface ProvidedContext {
		workbench: WorkbenchFacts;
	}
}

export interface WorkbenchFacts {
	url: string;
	simulatorUrl: string;
	databaseUrl: string;
	logins: { email: string; password: string; role: string }[];
	pids: Record<string, number>;
}

/** The whole product once for all browser tests, in a folder with a space in its name, started as `npm start` does. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const data = join(mkdtempSync(join(tmpdir(), 'pangea-e2e-')), 'data folder');
	const workbench = await startWorkbench({
		root: fileURLToPath(new URL('../../../', import.meta.url)),
		data,
		port: 4900,
		demo: true,
		orders: 3000,
		live: 0,
		databaseUrl: null,
		step: () => {},
	});
	if (workbench.simulatorUrl === null) throw new Error('The workbench started without its simulator');
	project.provide('workbench', {
		url: workbench.url,
		simulatorUrl: workbench.simulatorUrl,
		databaseUrl: workbench.databaseUrl,
		logins: workbench.logins,
		pids: workbench.pids,
	});
	return async () => {
		await workbench.stop();
		rmSync(data, { recursive: true, force: true });
	};
}
