import { endWith, runDatabaseCommand } from './database-command.ts';

endWith(runDatabaseCommand('apps/worker/src/replay-main.ts', process.argv.slice(2)));
