import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, visit } from '../src/browser.ts';
import { catalog, LANGUAGES, type Language } from '../src/catalog.ts';
import { firstOrders, until } from '../src/wait.ts';

const { url, logins } = inject('workbench');
const owner = loginOf(logins, 'owner');
/** A folder into which every screen is photographed. */
const SCREENSHOTS = process.env['PANGEA_SCREENSHOTS'];

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

interface Screen {
	name: string;
	path: () => string;
	/** What is there when the screen has come. */
	ready: string;
}

let browser: Browser;
let orderId = '';
let conversationId = '';
let reconnectPath = '';
let pastePath = '';

const SIGNED_IN: Screen[] = [
	{ name: 'today', path: () => '/', ready: '.counters' },
	{ name: 'orders', path: () => '/orders', ready: '[data-order], .cards li' },
	{ name: 'orders-none', path: () => '/orders?q=nothing-by-that-number', ready: '.empty' },
	{ name: 'order', path: () => `/orders?order=${orderId}`, ready: 'aside.drawer section' },
	{ name: 'inbox', path: () => '/inbox?view=all', ready: '[data-conversation]' },
	{ name: 'conversation', path: () => `/inbox?view=all&conversation=${conversationId}`, ready: '.thread .said li' },
	{ name: 'numbers', path: () => '/numbers', ready: '.trend .chart svg' },
	{ name: 'numbers-table', path: () => '/numbers?table=1&by=store&base=USD', ready: '.trend tbody tr' },
	{ name: 'costs', path: () => '/numbers/costs', ready: '.costs .parts .panel tbody tr, .costs .parts .panel p, .costs .parts .panel li' },
	{ name: 'answers', path: () => '/numbers/answers', ready: '.answers tbody tr, .answers .empty' },
	{ name: 'statements', path: () => '/numbers/statements', ready: '.statements tbody tr, .statements .empty' },
	{ name: 'stores', path: () => '/stores', ready: 'article.card' },
	{ name: 'sync', path: () => '/stores/sync', ready: '.stores-in-sync tbody tr' },
	{ name: 'permissions', path: () => '/stores/permissions', ready: '.grants tbody tr' },
	{ name: 'next-store', path: () => '/stores/next?platform=amazon&site=A1PA6795UKMFR9&way=local', ready: '.opening-steps li' },
	{ name: 'dossier', path: () => '/stores/dossier?add=vat', ready: '.dossier-form' },
	{ name: 'bind', path: () => '/stores?bind=choose', ready: '.bind .choice' },
	{ name: 'not-bound', path: () => '/stores?problem=authorizationExpired', ready: '[role=alert]' },
	{ name: 'bind-amazon', path: () => '/stores?bind=amazon', ready: '.bind .step' },
	{ name: 'reviews', path: () => '/reviews', ready: '.review-stream li, .reviews .empty' },
	{ name: 'reviews by site', path: () => '/reviews?view=matrix', ready: '.review-matrix table, .reviews .empty' },
	{ name: 'catalogue', path: () => '/catalogue?view=all', ready: '.coverage tbody tr, .empty' },
	{ name: 'prices and stock', path: () => '/catalogue?view=offers', ready: '.offer-grid tbody tr, .offers .empty' },
	{ name: 'kept from sale', path: () => '/catalogue?view=problems', ready: '.kept-reasons li, .empty' },
	{ name: 'pairing', path: () => '/catalogue?view=queue', ready: '.compare, .waiting li, .empty' },
	{ name: 'exports', path: () => '/exports', ready: '.export-runs li' },
	{ name: 'exports-over', path: () => '/exports?problem=exportLinkOver', ready: '[role=alert]' },
	{ name: 'members', path: () => '/members', ready: '.people li' },
	{ name: 'settings', path: () => '/settings', ready: '.setting' },
	{ name: 'security', path: () => '/settings/security', ready: '.sessions li' },
	{ name: 'buyers-data', path: () => '/settings/buyers-data', ready: '.buyer-data .lines li' },
	{ name: 'audit', path: () => '/settings/audit', ready: '.trail .body .record' },
	{ name: 'audit-wrong', path: () => '/settings/audit?action=sold&member=nobody', ready: '.empty' },
	{ name: 'nowhere', path: () => '/nowhere', ready: '.empty' },
];
const SIGNED_OUT: Screen[] = [
	{ name: 'sign-in', path: () => '/sign-in', ready: '.sheet form' },
	{ name: 'sign-up', path: () => '/sign-up', ready: '.sheet form' },
	{ name: 'join', path: () => '/join/some-token', ready: '.sheet a' },
	{ name: 'reconnect', path: () => reconnectPath, ready: '.sheet form.reconnect' },
	{ name: 'reconnect-paste', path: () => pastePath, ready: '.sheet form.reconnect input' },
	{ name: 'reconnected', path: () => '/reconnected', ready: '.sheet h1' },
	{ name: 'not-reconnected', path: () => '/reconnected?problem=otherAccount', ready: '.sheet .refused' },
];

beforeAll(async () => {
	const api = await demoApi(url, owner);
	await firstOrders(api);
	const [row] = (await api.orders.list.query({ platforms: ['tiktok-shop'], state: 'delivered', limit: 1 })).rows;
	orderId = row?.orderId ?? '';
	const talk = await until('a conversation', 60_000, async () => (await api.inbox.list.query({ view: 'all' })).rows[0]);
	conversationId = talk.conversationId;
	for (const report of ['orders', 'lines'] as const) await api.exports.ask.mutate({ report, format: 'xlsx', filter: {}, zone: 'UTC' });
	const stores = await api.stores.list.query();
	const pathFor = async (of: (store: (typeof stores)[number]) => boolean) => {
		const { link } = await api.links.make.mutate({ connectionId: stores.find(of)?.connectionId ?? '' });
		return new URL(link).pathname;
	};
	reconnectPath = await pathFor((store) => store.platform === 'tiktok-shop');
	pastePath = await pathFor((store) => store.platform === 'temu' && store.country !== 'US');
	browser = await launchBrowser();
	if (SCREENSHOTS) mkdirSync(SCREENSHOTS, { recursive: true });
}, 150_000);

afterAll(async () => {
	await browser?.close();
});

type Size = keyof typeof SIZES;
interface Look {
	size: Size;
	theme: Theme;
}
/**
 * Where the accessibility rules are asked: they are slow, so each look is judged in one of the languages. Texts and widths are read there and
 * in the other size: a theme changes neither.
 */
const JUDGED: Record<Language, Look> = {
	'zh-CN': { theme: 'light', size: 'desk' },
	en: { theme: 'dark', size: 'phone' },
	'pt-BR': { theme: 'dark', size: 'desk' },
	'es-MX': { theme: 'light', size: 'phone' },
};

function looksOf(language: Language): Look[] {
	const judged = JUDGED[language];
	const all = (['desk', 'phone'] as const).flatMap((size) => THEMES.map((theme) => ({ size, theme })));
	return all.filter(({ size, theme }) => SCREENSHOTS !== undefined || (size === judged.size) === (theme === judged.theme));
}

// Two languages at a time (`maxConcurrency`): a page and its rules keep one core busy.
describe.concurrent.each(LANGUAGES.map((language) => ({ language })))('in $language', ({ language }) => {
	test.each([
		{ who: 'a member', screens: SIGNED_IN, cookies: owner.cookies },
		{ who: 'a guest', screens: SIGNED_OUT, cookies: undefined },
	])('every screen of $who is whole, at the desk and on a phone', { timeout: 300_000 }, async ({ screens, cookies }) => {
		const { page, context, errors } = await visit(browser, url, { language, ...(cookies && { cookies }) });
		await page.goto('/');
		const faults: string[] = [];
		for (const screen of screens) {
			await page.setViewportSize(SIZES.desk);
			await go(page, screen.path());
			for (const { size, theme } of looksOf(language)) {
				await page.setViewportSize(SIZES[size]);
				await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
				await page.locator(screen.ready).first().waitFor();
				await page.waitForFunction(() => !document.querySelector('.skeleton, .blocks, [aria-busy=true]'));
				const found = [...(await textFaults(page, language)), ...(await overflow(page))];
				if (JUDGED[language].theme === theme && JUDGED[language].size === size) found.push(...(await axe(page)));
				faults.push(...found.map((fault) => `${screen.name}, ${size}, ${theme}: ${fault}`));
				if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${screen.name}-${language}-${theme}-${size}.png`) });
			}
		}
		faults.push(...errors.map((error) => `console: ${error}`));
		expect([...new Set(faults)]).toEqual([]);
		await context.close();
	});
});

/** Goes on inside the app, as a link of it would, for loading anew is slow. */
async function go(page: Page, path: string): Promise<void> {
	await page.evaluate((to) => {
		history.pushState(null, '', to);
		dispatchEvent(new PopStateEvent('popstate'));
	}, path);
	await page.waitForURL((at) => at.pathname + at.search === path);
}

/** Words left in English and gaps left open. Platforms' own words, names and code are not ours to translate. */
async function textFaults(page: Page, language: Language): Promise<string[]> {
	const shown = await page.evaluate(() => {
		const texts = new Set<string>();
		const foreign = 'code, pre, bdi, .raw, script, style';
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let node = walker.nextNode(); node; node = walker.nextNode()) {
			const text = node.textContent?.trim() ?? '';
			if (text !== '' && !node.parentElement?.closest(foreign)) texts.add(text);
		}
		for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]'))
			for (const name of ['aria-label', 'title', 'placeholder']) {
				const text = element.getAttribute(name)?.trim();
				if (text) texts.add(text);
			}
		return [...texts];
	});
	const texts = catalog(language);
	const untranslated = shown.filter((text) => language !== 'en' && texts.has(text) && texts.get(text) !== text);
	const open = shown.filter((text) => /\{\w+[,}]|undefined|\[object|NaN/.test(text));
	const html = await page.evaluate(() => document.documentElement.lang);
	return [
		...untranslated.map((text) => `left in English: ${text}`),
		...open.map((text) => `an open gap: ${text}`),
		...(html === language ? [] : [`the document says it is in ${html}`]),
	];
}

async function overflow(page: Page): Promise<string[]> {
	const { wide, view, culprit } = await page.evaluate(() => {
		const across = document.documentElement.clientWidth;
		const widest = [...document.body.querySelectorAll('*')].find((element) => element.getBoundingClientRect().right > across + 1);
		return { wide: document.documentElement.scrollWidth, view: across, culprit: widest?.className?.toString() ?? '' };
	});
	return wide > view ? [`${wide} px wide in a window of ${view} (${culprit})`] : [];
}
