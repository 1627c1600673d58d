import type { Page } from 'playwright-core';
import type { Api } from './account.ts';
import { until } from './wait.ts';

/** Until what buyers wrote before the stores were bound is read. */
export async function conversationsRead(api: Api): Promise<void> {
	await until('the conversations of before', 60_000, async () => (await api.inbox.list.query({ view: 'all' })).rows.length > 5, 300);
}

/** Opens the list of open conversations and waits until it hears news. */
export async function openInbox(page: Page): Promise<void> {
	await page.goto('/inbox?view=open');
	await page.locator('[data-conversation]').first().waitFor();
	await page.locator('.live.live').waitFor();
}
