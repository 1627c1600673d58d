import { cookiesIn, launchBrowser, visit, type Visitor } from '@pangea/e2e/browser';

/** Browsers in which operators look at the inbox, each of a workspace of its own. */
export interface Screens {
	/** Conversations that were painted since it was asked last, and when, in milliseconds since 1970. */
	painted(): Promise<Map<string, number>>;
	close(): Promise<void>;
}

/** What the page keeps for {@link Screens.painted}. */
interface Watched {
	paintedRows?: [conversation: string, at: number][];
}

/** @param cookie as a browser sends it, of a person who is a member of all the workspaces */
export async function openScreens(url: string, cookie: string, workspaceIds: readonly string[]): Promise<Screens> {
	const cookies = cookiesIn(cookie);
	const browser = await launchBrowser();
	const visitors: Visitor[] = [];
	for (const workspaceId of workspaceIds) {
		const visitor = await visit(browser, url, { cookies });
		visitors.push(visitor);
		await visitor.context.addInitScript(
			(id) => localStorage.setItem('pangea.preferences', JSON.stringify({ workspaceId: id })),
			workspaceId,
		);
		await visitor.page.goto('/inbox?view=open');
		await visitor.page.locator('.conversations, .empty').first().waitFor();
		await visitor.page.evaluate(watch);
	}
	return {
		async painted() {
			const all = new Map<string, number>();
			for (const { page } of visitors)
				for (const [conversation, at] of await page.evaluate(() => (window as Watched).paintedRows?.splice(0) ?? []))
					all.set(conversation, at);
			return all;
		},
		async close() {
			await browser.close();
		},
	};
}

/** In the page: notes each row that was not there, once the frame that shows it has been made. */
function watch(): void {
	const rows: [string, number][] = [];
	const known = new Set<string>();
	(window as Watched).paintedRows = rows;
	const look = (tell: boolean): void => {
		const fresh = [...document.querySelectorAll<HTMLElement>('[data-conversation]')].flatMap((row) => {
			const id = row.dataset['conversation'] ?? '';
			if (known.has(id)) return [];
			known.add(id);
			return [id];
		});
		if (!tell || fresh.length === 0) return;
		// The callback comes before the frame is painted, a message after it.
		requestAnimationFrame(() => {
			const channel = new MessageChannel();
			channel.port1.onmessage = () => {
				const at = performance.timeOrigin + performance.now();
				for (const id of fresh) rows.push([id, at]);
			};
			channel.port2.postMessage(null);
		});
	};
	look(false);
	new MutationObserver(() => look(true)).observe(document.body, {
		subtree: true,
		childList: true,
		attributes: true,
		attributeFilter: ['data-conversation'],
	});
}
