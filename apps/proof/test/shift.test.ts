import { launchBrowser } from '@pangea/e2e/browser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Rig } from '../src/rig/rig.ts';
import { oneWithBuyers } from '../src/rig/small.ts';
import { workShift } from '../src/shift/shift.ts';

// The short form of `npm run shift`.
const CONVERSATIONS = 20;

let rig: Rig;
let browser: Awaited<ReturnType<typeof launchBrowser>>;

beforeAll(async () => {
	rig = await Rig.start({ orders: 1500, seed: 'short shift', port: 5600, binds: oneWithBuyers });
	browser = await launchBrowser();
}, 300_000);
afterAll(async () => {
	await browser?.close();
	await rig?.stop();
}, 60_000);

test('two operators answer all buyers once by keyboard, though lines are cut and the server is started again twice', async () => {
	const options = { conversations: CONVERSATIONS, cuts: 3, restarts: 2, seed: 5, patience: 300_000 };
	const report = await workShift(rig, browser, options);
	expect(report.wrong).toEqual([]);
	expect(report).toMatchObject({ cuts: 3, restarts: 2 });
	expect(report.answered).toBeGreaterThanOrEqual(CONVERSATIONS / 2);
	expect(report.ends['answered']).toBeGreaterThan(0);
}, 400_000);
