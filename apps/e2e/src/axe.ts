import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What the accessibility rules find on a page that has drawn its heading, two places of a rule at most. */
export async function axe(page: Page): Promise<string[]> {
	// A page is loaded before it is drawn. One that never draws a heading is for the rules to tell.
	await page
		.locator('h1')
		.first()
		.waitFor({ state: 'attached', timeout: 10_000 })
		.catch(() => undefined);
	const { violations } = await new AxeBuilder({ page })
		.setLegacyMode(true)
		.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
		.analyze();
	return violations.flatMap((violation) =>
		violation.nodes
			.slice(0, 2)
			.map(
				(node) =>
					`${violation.id}: ${node.target.join(' ')} ${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ''}`,
			),
	);
}
