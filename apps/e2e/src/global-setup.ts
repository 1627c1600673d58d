import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorkbench } from '@pangea/launcher';
import type { TestProject } from 'vitest/node';
import { type Login, signInByHand } from './account.ts';

declare module 'vitest' {
	export interface ProvidedContext {
		workbench: WorkbenchFacts;
	}
}

export interface WorkbenchFacts {
	url: string;
	simulatorUrl: string;
	databaseUrl: string;
	logins: Login[];
	/** Where the demo's mail is caught. */
	mailFolder: string;
	/** Where a test may start a host of models, so that the server calls it though it lies on the own machine. */
	modelPort: number;
	/** Where a test may start an SFTP server, as above. */
	sftpPort: number;
	pids: Record<string, number>;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What the built web app is made of. */
const WEB_SOURCES = ['apps/web/src', 'apps/web/public', 'apps/web/index.html', 'apps/web/vite.config.ts', 'packages/domain/src'];

/** The whole product once for all browser tests, in a folder with a space in its name, started as `npm start` does. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	checkBuilt();
	const folder = mkdtempSync(join(tmpdir(), 'pangea-e2e-'));
	const modelPort = await freePort();
	const sftpPort = await freePort();
	const workbench = await startWorkbench({
		root: ROOT,
		data: join(folder, 'data folder'),
		port: 4900,
		demo: true,
		orders: 3000,
		live: 0,
		databaseUrl: null,
		step: () => {},
		env: { PANGEA_MODEL_ORIGINS: `http://127.0.0.1:${modelPort}`, PANGEA_SFTP_SERVERS: `127.0.0.1:${sftpPort}` },
	});
	if (workbench.simulatorUrl === null) throw new Error('The workbench started without its simulator');
	if (workbench.mailFolder === null) throw new Error('The workbench sends its mail elsewhere: unset PANGEA_SMTP_URL');
	project.provide('workbench', {
		url: workbench.url,
		simulatorUrl: workbench.simulatorUrl,
		databaseUrl: workbench.databaseUrl,
		// Signed in once for all files: the form has a limit a minute, and a test of its own.
		logins: await Promise.all(workbench.logins.map((login) => signInByHand(workbench.url, login))),
		mailFolder: workbench.mailFolder,
		modelPort,
		sftpPort,
		pids: workbench.pids,
	});
	return async () => {
		await workbench.stop();
		rmSync(folder, { recursive: true, force: true });
	};
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** @throws Error with a sentence when the browser would be shown something else than the sources say. */
function checkBuilt(): void {
	const built = statSync(join(ROOT, 'apps/web/dist/index.html'), { throwIfNoEntry: false });
	if (!built) throw new Error('The web app is not built. Build it first: cd apps/web && vite build');
	const newest = Math.max(...WEB_SOURCES.map((path) => newestIn(join(ROOT, path))));
	if (newest > built.mtimeMs)
		throw new Error(
			'The web app has changed since it was built, so the browser would show an old one. Build it again: cd apps/web && vite build',
		);
}

/** Milliseconds at which the newest file at or below a path was changed. */
function newestIn(path: string): number {
	const stats = statSync(path);
	if (!stats.isDirectory()) return stats.mtimeMs;
	return Math.max(0, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}
