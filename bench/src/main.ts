import { parseArgs } from 'node:util';
import { benchBoot } from './boot.ts';
import { benchCatalogue } from './catalogue.ts';
import { benchExports } from './exports.ts';
import { benchInbox } from './inbox.ts';
import { benchScroll } from './inbox-scroll.ts';
import { benchIngest } from './ingest.ts';
import { benchJobs } from './jobs.ts';
import { benchLists } from './lists.ts';
import { benchLive } from './live.ts';
import { benchNumbers } from './numbers.ts';

const BENCHES: Record<string, (rows: number | null, step: (text: string) => void) => Promise<object>> = {
	boot: benchBoot,
	catalogue: benchCatalogue,
	exports: benchExports,
	inbox: benchInbox,
	ingest: benchIngest,
	jobs: benchJobs,
	lists: benchLists,
	live: (rows, step) => benchLive(rows, step),
	numbers: benchNumbers,
	scroll: benchScroll,
};
const USAGE = `Usage: npm run bench -- NAME [--rows N]

  ${Object.keys(BENCHES).join(', ')}

The last line of the output is one JSON object.
`;

async function main(): Promise<number> {
	const { values, positionals } = parseArgs({ allowPositionals: true, options: { rows: { type: 'string' } } });
	const bench = BENCHES[positionals[0] ?? ''];
	const rows = values.rows === undefined ? null : Number(values.rows);
	if (!bench || positionals.length !== 1 || (rows !== null && !(Number.isInteger(rows) && rows >= 1000 && rows <= 10_000_000))) {
		process.stderr.write(`${bench ? '--rows takes a whole number from 1000 to 10000000.\n\n' : ''}${USAGE}`);
		return 2;
	}
	const result = await bench(rows, (text) => process.stdout.write(`• ${text}\n`));
	process.stdout.write(`${JSON.stringify({ bench: positionals[0], ...result })}\n`);
	return 0;
}

main().then(
	(code) => (process.exitCode = code),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	},
);
