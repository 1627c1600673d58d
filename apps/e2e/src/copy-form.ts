import type { Page } from 'playwright-core';
import { until } from './wait.ts';

/** A form in which a SKU is put on sale in another store. Each fill leaves nothing missing but what a test wants to see named. */
export class CopyForm {
	readonly #page: Page;

	constructor(page: Page) {
		this.#page = page;
	}

	async open({ skuId, storeId }: { skuId: string; storeId: string }): Promise<void> {
		await this.#page.goto(`/catalogue/copy?sku=${skuId}&store=${storeId}`);
		await this.#page.locator('.copy-proposals button').first().waitFor({ timeout: 30_000 });
	}

	/** The first proposed category that is none of the account's own products. */
	async takeCategory(): Promise<void> {
		await this.#page.locator('.copy-proposals button:not(:has(.copy-kind))').first().click();
		await this.#page.locator('#copy-price').waitFor({ timeout: 30_000 });
	}

	/** Into a group by keyboard, and to the first category in it. */
	async takeCategoryIn(group: string): Promise<void> {
		const proposals = this.#page.locator('.copy-proposals button');
		await proposals.filter({ hasText: group }).last().focus();
		await this.#page.keyboard.press('Enter');
		await this.#page.locator('.copy-groups').waitFor();
		await until('the group is read', 20_000, async () => (await this.#page.locator('.copy-proposals .anticon').count()) === 0, 100);
	}

	async words(language: string, title: string, description?: string): Promise<void> {
		await this.#page.locator(`#copy-title-${language}`).fill(title);
		if (description !== undefined) await this.#page.locator(`#copy-description-${language}`).fill(description);
	}

	/** The same in each language that is asked for. */
	async allWords(title: string, description: string): Promise<void> {
		const fields = this.#page.locator('[id^=copy-title-]');
		for (const id of await fields.evaluateAll((found) => found.map((field) => field.id)))
			await this.words(id.slice('copy-title-'.length), title, description);
	}

	/** A picture, the proposed price, a stock; without a bar code, which some sellers have mistyped. */
	async offer(picture: string): Promise<void> {
		await this.#page.locator('#copy-images').fill(picture);
		await this.#page.locator('.copy-proposal button').click();
		await this.#page.locator('#copy-stock').fill('12');
		const gtin = this.#page.locator('#copy-gtin');
		if ((await gtin.count()) > 0) await gtin.fill('');
	}

	async attribute(id: string, value: string): Promise<void> {
		await this.#page.locator(`[id="copy-attribute-${id}"]`).fill(value);
	}

	/** Into a field of which the words are looked up. */
	async choice(id: string, name: string): Promise<void> {
		await this.attribute(id, name);
		await this.#page.keyboard.press('Enter');
	}

	async packed(): Promise<void> {
		await this.attribute('PACKAGE_WEIGHT', '480');
		for (const side of ['HEIGHT', 'LENGTH', 'WIDTH']) await this.attribute(`PACKAGE_${side}`, '12');
	}

	/** What Mercado Libre asks of an item sold abroad. */
	async itemAttributes(): Promise<void> {
		await this.attribute('BRAND', 'Generic');
		await this.attribute('MODEL', 'One');
		await this.packed();
		await this.#page.locator('#copy-attribute-ITEM_CONDITION').click();
		await this.#page.keyboard.press('Enter');
	}

	/** What TikTok Shop asks of a product. */
	async productAttributes(picture: string): Promise<void> {
		await this.attribute('100392', 'Metal');
		await this.packed();
		const certificate = this.#page.locator('[id="copy-attribute-CERTIFICATE 602362"]');
		if ((await certificate.count()) > 0) await certificate.fill(picture);
	}

	/** What Temu asks of goods. */
	async goodsAttributes(): Promise<void> {
		await this.choice('12', 'Wood');
		// Of wood the kind is asked for, and of no other material.
		await this.choice('7317', 'Composite');
		await this.attribute('VARIATION 1001', 'Walnut');
		await this.#page.keyboard.press('Escape');
		await this.choice('SHIPPING_TEMPLATE', 'Standard');
		await this.attribute('HANDLING_DAYS', '1');
		await this.choice('TRADEMARK', 'No trademark');
		await this.packed();
	}

	/** Presses the button of the whole form, once nothing is missing. */
	async publish(): Promise<void> {
		const publish = this.#page.locator('.copy-foot button[type=submit]');
		await until('nothing is missing', 10_000, async () => await publish.isEnabled(), 100);
		await publish.focus();
		await this.#page.keyboard.press('Enter');
	}

	/** Keeps the draft, once nothing is missing. */
	async save(): Promise<void> {
		await until('nothing is missing', 10_000, async () => await this.#page.locator('.copy-foot button[type=submit]').isEnabled(), 100);
		await this.#page.locator('.copy-foot button[type=button]').focus();
		await this.#page.keyboard.press('Enter');
		await this.#page.locator('.copy-targets button[aria-current] .is-draft').waitFor({ timeout: 20_000 });
	}
}
