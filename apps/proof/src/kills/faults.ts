import { setTimeout as sleep } from 'node:timers/promises';
import type { Part, Rig } from '../rig/rig.ts';
import type { Seeded } from '../rig/seeded.ts';
import type { Traffic } from '../rig/traffic.ts';

export interface Scene {
	rig: Rig;
	random: Seeded;
	traffic: Traffic;
	/** Waits until the histories are done, for what happens at rest. */
	rest: () => Promise<void>;
}

export interface Fault {
	name: string;
	/** Why it cannot happen on this machine; null when it can. */
	missing?: (rig: Rig) => string | null;
	/** Happens in the middle of a backfill and leaves everything running again. */
	happen: (scene: Scene) => Promise<void>;
}

const HOUR = 3_600_000;

/** Kills parts at the same moment, leaves them dead for a moment, starts them again. */
async function killed({ rig, random }: Scene, ...parts: Part[]): Promise<void> {
	await Promise.all(parts.map((part) => rig.kill(part)));
	await sleep(random.between(0, 1500));
	// The database first: the others need it to start.
	const order: Part[] = ['database', 'server', 'worker'];
	for (const part of order) if (parts.includes(part)) await rig.revive(part);
}

/** The worlds' clock without anybody buying: what would be dated by a wrong clock is not the product's affair. */
async function withClockMoved({ rig, traffic, random }: Scene, millis: number): Promise<void> {
	await traffic.stop();
	await rig.door.post('/clock', { advance: millis });
	await sleep(random.between(1500, 3000));
	await rig.door.post('/clock', { set: Date.now() });
	traffic.start();
}

export const FAULTS: readonly Fault[] = [
	{ name: 'worker killed', happen: (scene) => killed(scene, 'worker') },
	{ name: 'server killed', happen: (scene) => killed(scene, 'server') },
	{ name: 'database killed', happen: (scene) => killed(scene, 'database') },
	{ name: 'server and worker killed', happen: (scene) => killed(scene, 'server', 'worker') },
	{ name: 'everything killed', happen: (scene) => killed(scene, 'server', 'worker', 'database') },
	{
		name: 'worker killed twice',
		async happen(scene) {
			await killed(scene, 'worker');
			await sleep(scene.random.between(100, 2500));
			await killed(scene, 'worker');
		},
	},
	{
		name: 'database restarted at rest',
		async happen({ rig, random, rest }) {
			await rest();
			await rig.stopPart('database');
			await sleep(random.between(0, 1500));
			await rig.revive('database');
		},
	},
	{
		name: 'disk full',
		missing: (rig) => rig.ballast.missing,
		async happen({ rig, random }) {
			rig.ballast.fill();
			await sleep(random.between(2500, 5000));
			rig.ballast.empty();
			// Without room for its log PostgreSQL stops itself; whoever runs it makes room and starts it.
			await rig.revive('database');
		},
	},
	{ name: 'clock hours ahead', happen: (scene) => withClockMoved(scene, scene.random.between(2, 9) * HOUR) },
	{ name: 'clock minutes back', happen: (scene) => withClockMoved(scene, -scene.random.between(1, 4) * 60_000) },
	{
		name: 'two workers on each store',
		async happen({ rig, random }) {
			await rig.startWorker();
			await sleep(random.between(1500, 4000));
			await rig.dropWorker();
		},
	},
	{
		name: 'two workers killed',
		async happen(scene) {
			await scene.rig.startWorker();
			await sleep(scene.random.between(500, 3000));
			await killed(scene, 'worker');
			await scene.rig.dropWorker();
		},
	},
	{
		name: 'platforms cut off in mid-answer',
		happen: ({ rig, random }) => rig.toPlatforms.cutMidBody(random.between(2000, 4000), () => random.unit()),
	},
	{
		name: 'database cut off in mid-answer',
		happen: ({ rig, random }) => rig.toDatabase.cutMidBody(random.between(1000, 2500), () => random.unit()),
	},
];
