import type { Page } from 'playwright-core';

/** One row of the order list as a person sees it. */
export interface ShownOrder {
	/** Place in the list, from 1. */
	place: number;
	/** Our own id. */
	orderId: string;
	externalId: string;
	/** The state, in the glossary's words. */
	state: string;
	rawStatus: string;
}

/** Opens the list and waits for its first row. */
export async function openOrders(page: Page, search = ''): Promise<void> {
	await page.goto(`/orders${search}`);
	await page.locator('[role=row][data-order]').first().waitFor();
}

/** The rows in the document now, from the top down. The list is virtual: these are the visible ones and a few around them. */
export async function rowsShown(page: Page): Promise<ShownOrder[]> {
	return await page.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('[role=row][data-order]')]
			.map((row) => ({
				// The first row of a grid is its header.
				place: Number(row.ariaRowIndex) - 1,
				orderId: row.dataset['order'] ?? '',
				externalId: row.querySelector('.number')?.textContent ?? '',
				state: [...(row.querySelector('.state-word')?.classList ?? [])].find((name) => name !== 'state-word') ?? '',
				rawStatus: row.querySelector('.state .raw')?.textContent ?? '',
			}))
			.toSorted((a, b) => a.place - b.place),
	);
}

/** The first rows of the list, read while scrolling down as a person would. An order that is listed twice comes back twice. */
export async function walkRows(page: Page, most: number): Promise<ShownOrder[]> {
	const found = new Map<number, ShownOrder>();
	const grid = page.locator('[role=grid]');
	await grid.evaluate((element) => element.scrollTo(0, 0));
	for (let moved = true; moved && found.size < most; ) {
		// Two frames: the list renders in the one after the scroll.
		await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
		for (const row of await rowsShown(page)) found.set(row.place, row);
		moved = await grid.evaluate((element) => {
			const was = element.scrollTop;
			element.scrollBy(0, element.clientHeight / 2);
			return element.scrollTop > was;
		});
	}
	return [...found.values()].toSorted((a, b) => a.place - b.place).slice(0, most);
}

/** When each order first stood in the list, by external id, in milliseconds since 1970; and orders that stood in it twice at once. */
export interface Sightings {
	first: Record<string, number>;
	doubled: string[];
}

declare global {
	interface Window {
		sightings: Sightings;
	}
}

/** Notes from now on, inside the page, when an order appears. To be called before the page is opened. */
export async function watchRows(page: Page): Promise<void> {
	await page.addInitScript(() => {
		window.sightings = { first: {}, doubled: [] };
		const look = () => {
			const shown = new Set<string>();
			for (const row of document.querySelectorAll('[role=row][data-order] .number')) {
				const id = row.textContent;
				if (shown.has(id)) window.sightings.doubled.push(id);
				shown.add(id);
				window.sightings.first[id] ??= Date.now();
			}
		};
		new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
	});
}

export async function sightings(page: Page): Promise<Sightings> {
	return await page.evaluate(() => window.sightings);
}
