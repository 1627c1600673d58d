import { addMember, type Database } from '@pangea/db';
import { addDays } from '@pangea/domain';
import { cookiesIn, launchBrowser, visit, type Visitor } from '@pangea/e2e/browser';
import { freePort } from '@pangea/launcher/ports';
import { newMasterKeyText } from '@pangea/vault';
import { BenchChild } from './children.ts';
import { quantile, round } from './figures.ts';
import { authOf, enter, serverVariables } from './people.ts';

const PERSON = { name: 'Analyst', email: 'analyst@bench.test', password: 'bench-password' };
/** Currencies that the key goes through; each is asked for once. */
const PRESSES = 10;
const GOAL = 250;

export interface Painted {
	view: string;
	p50: number;
	p95: number;
	met: boolean;
}

/**
 * From the key that changes the base currency to the frame that shows the new chart, in a browser beside server and database: question, figures, drawing.
 * Nothing of what is asked was asked before.
 */
export async function measurePainted(
	database: Database,
	databaseUrl: string,
	{ workspaceId, now }: { workspaceId: string; now: Date },
	step: (text: string) => void,
): Promise<Painted[]> {
	const url = `http://localhost:${await freePort(15700)}`;
	const place = { databaseUrl, masterKey: newMasterKeyText(), url };
	const auth = authOf(place);
	const userId = await auth.ensureUser(PERSON);
	await auth.close();
	await database.inWorkspace(workspaceId, (scope) =>
		addMember(scope, { userId, name: PERSON.name, email: PERSON.email, role: 'owner', storeScope: null }),
	);
	const { child } = await BenchChild.start('server', '../../apps/server/src/main.ts', serverVariables(place));
	const browser = await launchBrowser();
	try {
		const { page } = await visit(browser, url, { cookies: cookiesIn(await enter(url, PERSON)), language: 'en' });
		const until = now.toISOString().slice(0, 10);
		const period = (days: number): string => `from=${addDays(until, 1 - days)}&until=${until}`;
		const addresses: Record<string, string> = {
			'30 days, compared with those before': period(30),
			'24 months': `${period(730)}&compare=none`,
			'24 months by the workspace’s clock': `${period(730)}&compare=none&clock=workspace`,
		};
		const all: Painted[] = [];
		for (const [view, query] of Object.entries(addresses)) {
			await page.goto(`/numbers?${query}`);
			await page.locator('.trend .chart svg').waitFor();
			await page.waitForLoadState('networkidle');
			const times: number[] = [];
			for (let n = 0; n < PRESSES; n++) times.push(await press(page));
			const painted = { view: `${view}, painted`, p50: round(quantile(times, 0.5), 1), p95: round(quantile(times, 0.95), 1) };
			const met = painted.p95 <= GOAL;
			step(`${view}, to the painted chart: p50 ${painted.p50}, p95 ${painted.p95} ms; goal ${GOAL}${met ? '' : ', MISSED'}`);
			all.push({ ...painted, met });
		}
		return all;
	} finally {
		await browser.close();
		await child.stop();
	}
}

/** @returns milliseconds from the key to the frame after which heading and chart are those of another currency */
async function press(page: Visitor['page']): Promise<number> {
	return await page.evaluate(async () => {
		const trend = document.querySelector('.trend');
		const heading = trend?.querySelector('h2');
		if (!trend || !heading) throw new Error('There is no chart');
		const before = heading.textContent;
		const drawn = new Promise<void>((resolve) => {
			let isDrawn = false;
			const observer = new MutationObserver((changes) => {
				// A new answer has a heading of its currency and a chart drawn anew.
				isDrawn ||= changes.some(({ target }) => target instanceof Element && target.closest('.chart') !== null);
				if (!isDrawn || heading.textContent === before) return;
				observer.disconnect();
				resolve();
			});
			observer.observe(trend, { subtree: true, childList: true, attributes: true, characterData: true });
		});
		const began = performance.now();
		document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'b', code: 'KeyB', bubbles: true }));
		await drawn;
		await new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
		// The callback comes before the frame is painted, a message after it.
		await new Promise<void>((resolve) => {
			const channel = new MessageChannel();
			channel.port1.onmessage = () => resolve();
			channel.port2.postMessage(null);
		});
		const taken = performance.now() - began;
		await new Promise((resolve) => setTimeout(resolve, 300));
		return taken;
	});
}
