import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Cookie } from './account.ts';

const SYSTEM = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

// Nothing of the browser's own may go out: a test machine may have no network at all.
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** The system's Chromium where there is one, else the one that comes as a package. `PANGEA_BROWSER` names another. */
export async function launchBrowser(): Promise<Browser> {
	const executablePath = await findBrowser();
	return await chromium.launch({ executablePath, args: FLAGS, headless: true });
}

async function findBrowser(): Promise<string> {
	const named = process.env['PANGEA_BROWSER'];
	if (named !== undefined) {
		if (!existsSync(named)) throw new Error(`PANGEA_BROWSER names ${named}, which does not exist`);
		return named;
	}
	const system = SYSTEM.find((path) => existsSync(path));
	if (system !== undefined) return system;
	process.stderr.write('No Chromium on this machine: the browser tests use the one that comes as a package.\n');
	// The package unpacks its own NSS libraries only where it believes to be in the environment it was made for.
	process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs22.x';
	// It unpacks itself once, under one name for all users of a machine, of whom the second may not run what the first has unpacked.
	const before = process.env['TMPDIR'];
	const own = join(tmpdir(), `pangea-browser-${userInfo().uid}`);
	mkdirSync(own, { recursive: true });
	process.env['TMPDIR'] = own;
	try {
		const packaged = await import('@sparticuz/chromium');
		return await packaged.default.executablePath();
	} finally {
		if (before === undefined) delete process.env['TMPDIR'];
		else process.env['TMPDIR'] = before;
	}
}

/** The cookies of a header as a browser sends it, one by one. */
export function cookiesIn(header: string): Cookie[] {
	return header.split('; ').map((pair) => {
		const cut = pair.indexOf('=');
		return { name: pair.slice(0, cut), value: pair.slice(cut + 1) };
	});
}

export interface Visitor {
	page: Page;
	context: BrowserContext;
	/** Errors that the page threw or logged. */
	errors: string[];
	/** Documents the page has loaded so far: more than were asked for means that it reloaded by itself. */
	documents(): number;
}

export interface VisitOptions {
	language?: string;
	width?: number;
	height?: number;
	dark?: boolean;
	/** An open session; without it nobody is signed in. */
	cookies?: readonly Cookie[];
}

/** A fresh browser profile in a language and size. */
export async function visit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visitor> {
	const context = await browser.newContext({
		baseURL: url,
		locale: options.language ?? 'en',
		colorScheme: options.dark ? 'dark' : 'light',
		viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
		reducedMotion: 'reduce',
	});
	if (options.cookies) await context.addCookies(options.cookies.map((cookie) => ({ ...cookie, url })));
	// Longer than anything here may take, shorter than a test.
	context.setDefaultTimeout(30_000);
	const page = await context.newPage();
	const errors: string[] = [];
	let documents = 0;
	page.on('pageerror', (error) => errors.push(String(error)));
	page.on('console', (message) => {
		if (message.type() !== 'error') return;
		// Pictures of goods lie on the platforms' hosts, which a test machine cannot reach.
		const abroad = message.text().startsWith('Failed to load resource') && !message.location().url.startsWith(url);
		if (!abroad) errors.push(message.text());
	});
	page.on('request', (request) => {
		if (request.isNavigationRequest() && request.frame() === page.mainFrame()) documents += 1;
	});
	pages.add(page);
	page.on('close', () => pages.delete(page));
	return { page, context, errors, documents: () => documents };
}

const pages = new Set<Page>();

/** What stood on the open pages when a test failed, for who cannot see the machine on which it did. */
export async function tellPages(): Promise<void> {
	for (const page of pages) {
		const shown = await page.evaluate(() => document.body.innerText).catch((error: unknown) => String(error));
		// What a screen is about stands at its end as often as at its beginning.
		const told = shown.length > 6000 ? `${shown.slice(0, 3000)}\n[…]\n${shown.slice(-3000)}` : shown;
		process.stderr.write(`\n${page.url()} showed, with the focus on ${await focusOf(page)}:\n${told}\n`);
	}
}

const focusOf = async (page: Page): Promise<string> =>
	await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? 'nothing').catch(() => 'nothing');

/** Signs in with the form, as a person does. */
export async function signIn(page: Page, login: { email: string; password: string }): Promise<void> {
	await page.goto('/sign-in');
	await page.locator('input[type=email]').fill(login.email);
	await page.locator('input[type=password]').fill(login.password);
	await page.locator('button[type=submit]').click();
	await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}
