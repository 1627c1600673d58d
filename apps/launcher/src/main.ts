import { fileURLToPath } from 'node:url';
import { clearFolder } from './data-folder.ts';
import { HELP, readOptions, UsageError } from './options.ts';
import { startWorkbench } from './workbench.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

async function main(): Promise<void> {
	const options = readOptions(process.argv.slice(2), process.env, root);
	if (options.fresh) await clearFolder(options.data);
	const started = performance.now();
	const workbench = await startWorkbench({ ...options, root, step: (text) => console.log(`• ${text}`) });
	let stopping = false;
	const stop = (): void => {
		if (stopping) return;
		stopping = true;
		console.log('\n• Stopping; the data stay in place …');
		workbench.stop().then(
			() => process.exit(0),
			(error: unknown) => {
				console.error(error instanceof Error ? error.message : error);
				process.exit(1);
			},
		);
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
	workbench.failed.then((name) => {
		if (stopping) return;
		console.error(`The ${name} process ended by itself. Its log: ${options.data}/logs/${name}.log`);
		process.exitCode = 1;
		stop();
	}, console.error);

	console.log(`\n  Pangea is ready after ${((performance.now() - started) / 1000).toFixed(1)} s:  ${workbench.url}\n`);
	for (const login of workbench.logins) console.log(`    ${login.email.padEnd(26)} ${login.password}    ${login.role}`);
	if (workbench.simulatorUrl)
		console.log(`\n  The four platforms are simulated at ${workbench.simulatorUrl}; nothing leaves this machine.`);
	if (workbench.mailFolder !== null) console.log(`  Its mail is caught in ${workbench.mailFolder}`);
	console.log('  Ctrl-C stops everything and keeps the data.\n');
}

main().catch((error: unknown) => {
	if (error instanceof UsageError) {
		const help = error.message === HELP;
		(help ? process.stdout : process.stderr).write(`${error.message}\n`);
		process.exit(help ? 0 : 2);
	}
	console.error(error instanceof Error ? error.message : error);
	process.exit(1);
});
