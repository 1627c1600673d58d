import { Database } from '@pangea/db';
import { masterKeyFromText } from '@pangea/vault';
import { resealAll, rewrapKeys } from '../src/index.ts';

// A process of its own, to be killed in the middle: `rotation-child.ts rewrap|reseal <json of url, master>`.
const [task, text = '{}'] = process.argv.slice(2);
const { url, master } = JSON.parse(text) as { url: string; master: string };
const database = new Database({ url, name: 'rotation', maxConnections: 2, onIdleError: () => {} });
const rotation = { database, databaseUrl: url, master: masterKeyFromText(master) };
await (task === 'rewrap'
	? rewrapKeys(rotation)
	: resealAll(rotation, { keyRefreshSeconds: 0.2, forgetAfterSeconds: 86_400, report: () => {} }));
await database.close();
