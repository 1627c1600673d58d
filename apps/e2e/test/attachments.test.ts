import { createHash } from 'node:crypto';
import { deflateSync, crc32 } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Api, demoApi, loginOf } from '../src/account.ts';
import { axe } from '../src/axe.ts';
import { launchBrowser, type Visitor, visit } from '../src/browser.ts';
import { conversationsRead, openInbox } from '../src/inbox.ts';
import { Simulator } from '../src/simulator.ts';
import { until } from '../src/wait.ts';

const { url, simulatorUrl, logins } = inject('workbench');
const simulator = new Simulator(simulatorUrl);
const STORE = 'tiktok-br';

let browser: Browser;
let visitor: Visitor;
let api: Api;

beforeAll(async () => {
	const owner = loginOf(logins, 'owner');
	api = await demoApi(url, owner);
	await conversationsRead(api);
	await simulator.setClockAhead(5_000);
	browser = await launchBrowser();
	visitor = await visit(browser, url, { cookies: owner.cookies });
	await openInbox(visitor.page);
}, 150_000);
afterAll(async () => {
	await simulator.setClockRight();
	await browser?.close();
});

/** A picture of one grey (RFC 2083). */
function png(width: number, height: number, grey: number): Buffer {
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head[8] = 8;
	const rows = Buffer.concat(Array.from({ length: height }, () => Buffer.concat([Buffer.from([0]), Buffer.alloc(width, grey)])));
	const chunk = (type: string, data: Buffer): Buffer => {
		const named = Buffer.concat([Buffer.from(type), data]);
		const around = Buffer.alloc(8);
		around.writeUInt32BE(data.length, 0);
		around.writeUInt32BE(crc32(named), 4);
		return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)]);
	};
	return Buffer.concat([
		Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
		chunk('IHDR', head),
		chunk('IDAT', deflateSync(rows)),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

const sent = (bytes: Buffer, type = 'image/png') => ({ name: 'x', type, base64: bytes.toString('base64') });

/** A buyer writes, and the conversation is open. @returns its id at the platform */
async function written(text: string, ...files: ReturnType<typeof sent>[]): Promise<string> {
	const { page } = visitor;
	const conversation = await simulator.buyerWrites(STORE, text, { files });
	// Of what came after it the list shows the last.
	const row = await until('the conversation', 20_000, async () => {
		const { rows } = await api.inbox.list.query({ view: 'all' });
		return rows.find((one) => one.externalId === conversation);
	});
	await page.goto(`/inbox?view=all&conversation=${row.conversationId}`);
	await page.locator('.thread .bubble').filter({ hasText: text }).waitFor();
	await page.locator('.live.live').waitFor();
	await page.locator('.thread .said').focus();
	return conversation;
}

const paste = async (selector: string, file: { name: string; type: string; base64: string }, kind: 'paste' | 'drop'): Promise<void> =>
	await visitor.page.evaluate(
		([where, { name, type, base64 }, event]) => {
			const transfer = new DataTransfer();
			transfer.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name, { type }));
			const init = { bubbles: true, cancelable: true };
			const made =
				event === 'paste'
					? new ClipboardEvent('paste', { ...init, clipboardData: transfer })
					: new DragEvent('drop', { ...init, dataTransfer: transfer });
			document.querySelector(where)?.dispatchEvent(made);
		},
		[selector, file, kind] as const,
	);

describe('pictures of buyers', () => {
	test('stand in the thread and are gone through by keys alone', async () => {
		const { page } = visitor;
		await written('Veja as fotos', sent(png(300, 200, 40)), sent(png(200, 300, 200)));
		for (const width of [300, 200]) {
			const thumb = page.locator(`.thread .thumbs img[width="${width}"]`).last();
			await thumb.waitFor();
			await until(
				'the picture',
				20_000,
				async () => await thumb.evaluate((one) => (one as HTMLImageElement).naturalWidth === Number(one.getAttribute('width'))),
			);
		}
		expect(await axe(page)).toEqual([]);
		await page.keyboard.press('p');
		const dialog = page.getByRole('dialog');
		await dialog.getByText('200 × 300').waitFor();
		expect(await axe(page)).toEqual([]);
		await page.keyboard.press('ArrowLeft');
		await dialog.getByText('300 × 200').waitFor();
		await page.keyboard.press('j');
		await dialog.getByText('200 × 300').waitFor();
		const download = page.waitForEvent('download');
		await page.keyboard.press('d');
		expect((await download).suggestedFilename()).toMatch(/^image/);
		await page.keyboard.press('Escape');
		await dialog.waitFor({ state: 'detached' });
		// The conversation is still open: the key was the viewer's.
		await page.locator('.thread').waitFor();
		expect(visitor.errors).toEqual([]);
	}, 60_000);

	test('that are something else are named with their danger, and saved after a second look', async () => {
		const { page } = visitor;
		await written('Olhe isto', sent(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')));
		const line = page.locator('.thread .files li').last();
		await line.getByText('Nobody can tell what kind of file this is.').waitFor();
		expect(await line.locator('img').count()).toBe(0);
		await line.getByRole('button', { name: /^Save/ }).click();
		await page.getByText('Save it all the same?').waitFor();
		const download = page.waitForEvent('download');
		await page.getByRole('button', { name: 'Save it', exact: true }).click();
		expect((await download).suggestedFilename()).toMatch(/^image/);
	}, 60_000);
});

describe('files of an answer', () => {
	test('are pasted, shown, and sent each as a message where the platform wants it so', async () => {
		const { page } = visitor;
		const conversation = await written('Mande uma foto');
		const picture = png(64, 48, 90);
		await page.keyboard.press('r');
		await page.keyboard.type('Aqui está');
		await paste('.composer textarea', { name: 'shot.png', type: 'image/png', base64: picture.toString('base64') }, 'paste');
		const chosen = page.getByRole('list', { name: 'Files of the answer' });
		await chosen.getByText('shot.png').waitFor();
		await chosen.getByRole('button', { name: 'Take out shot.png' }).waitFor();
		expect(await axe(page)).toEqual([]);
		await page.getByLabel('Answer', { exact: true }).focus();
		await page.keyboard.press('Enter');
		await page.locator('.thread .ours .bubble').filter({ hasText: 'Aqui está' }).waitFor();
		const fingerprint = createHash('sha256').update(picture).digest('hex');
		await until('the platform to have both', 25_000, async () => {
			const said = (await simulator.conversations(STORE)).find(({ id }) => id === conversation)?.messages ?? [];
			return said.some(({ files }) => files.includes(fingerprint)) && said.some(({ text }) => text === 'Aqui está');
		});
		const said = (await simulator.conversations(STORE)).find(({ id }) => id === conversation)?.messages ?? [];
		expect(said.filter(({ files }) => files.includes(fingerprint))).toHaveLength(1);
		await page.locator('.thread .ours .thumbs img').first().waitFor();
		expect(await chosen.count()).toBe(0);
	}, 60_000);

	test('lose the place where they were taken and stay turned as they were', async () => {
		const { page } = visitor;
		await written('Mande outra foto');
		// Red at its left and blue at its right, as a camera lays it that was held upright.
		const plain = await page.evaluate(() => {
			const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 32 });
			const pen = canvas.getContext('2d');
			for (const [at, colour] of [
				[0, 'red'],
				[32, 'blue'],
			] as const) {
				if (pen) pen.fillStyle = colour;
				pen?.fillRect(at, 0, 32, 32);
			}
			return canvas.toDataURL('image/jpeg', 1).split(',')[1] ?? '';
		});
		const place = 'GPS 22.5431N 114.0579E';
		const turned = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
		const exif = Buffer.concat([Buffer.from('Exif\0\0'), Buffer.from(turned), Buffer.from(place)]);
		const bytes = Buffer.from(plain, 'base64');
		const photo = Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif, bytes.subarray(2)]);
		await paste('.composer textarea', { name: 'photo.jpg', type: 'image/jpeg', base64: photo.toString('base64') }, 'paste');
		await page.getByRole('list', { name: 'Files of the answer' }).getByText('photo.jpg').waitFor();
		await page.getByText('Pictures go without the place').waitFor();
		await page.getByLabel('Answer', { exact: true }).focus();
		await page.keyboard.press('Enter');
		// The newest; others were sent before.
		const shown = page.locator('.thread .ours .thumbs img').last();
		await shown.waitFor();
		const seen = await until('the picture', 25_000, async () => {
			const found = await shown.evaluate(async (img: HTMLImageElement) => {
				const sent = new Uint8Array(await (await fetch(img.src)).arrayBuffer());
				const picture = await createImageBitmap(new Blob([sent], { type: 'image/jpeg' }));
				const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height });
				const pen = canvas.getContext('2d');
				pen?.drawImage(picture, 0, 0);
				const at = (y: number) => Array.from(pen?.getImageData(16, y, 1, 1).data.subarray(0, 3) ?? [], (one) => Math.round(one / 255));
				return { size: [picture.width, picture.height], top: at(8), bottom: at(56), text: new TextDecoder('latin1').decode(sent) };
			});
			return found.size[1] === 64 ? found : null;
		});
		expect(seen).toMatchObject({ size: [32, 64], top: [1, 0, 0], bottom: [0, 0, 1] });
		expect(seen.text.includes('114.0579E')).toBe(false);
	}, 60_000);

	test('that the platform does not take are refused before they go anywhere', async () => {
		const { page } = visitor;
		await written('Mande o manual');
		await paste('.composer', { name: 'manual.png', type: 'image/png', base64: Buffer.from('%PDF-1.7').toString('base64') }, 'drop');
		await page.getByRole('alert').filter({ hasText: 'does not take files of this kind' }).waitFor();
		await page.getByRole('button', { name: 'Take out manual.png' }).click();
		expect(await page.getByRole('list', { name: 'Files of the answer' }).count()).toBe(0);
	}, 60_000);
});

describe('the rules of the platform', () => {
	test('are asked by the sending itself, and a rewrite is taken by a key', async () => {
		const { page } = visitor;
		const conversation = await written('Tem site?');
		await page.keyboard.press('r');
		await page.keyboard.type('Veja em https://loja.example.com/oferta agora');
		await page.keyboard.press('Enter');
		const findings = page.locator('.composer .findings');
		await findings.getByRole('button', { name: 'Take the offered rewrites' }).waitFor();
		expect(await axe(page)).toEqual([]);
		const field = page.getByLabel('Answer', { exact: true });
		expect(await field.inputValue()).toContain('https://loja.example.com/oferta');
		await page.keyboard.press('Control+Enter');
		await findings.waitFor({ state: 'detached' });
		expect(await field.inputValue()).not.toContain('loja.example.com');
		await page.keyboard.press('Enter');
		await until('the mended words', 25_000, async () =>
			((await simulator.conversations(STORE)).find(({ id }) => id === conversation)?.messages ?? []).some(
				({ from, text }) => from === 'seller' && text?.startsWith('Veja em') === true,
			),
		);
	}, 60_000);
});

test('a conversation in the list says who holds it', async () => {
	const { page } = visitor;
	const conversation = await written('Quem cuida de mim?');
	const { rows } = await api.inbox.list.query({ view: 'all' });
	const conversationId = rows.find(({ externalId }) => externalId === conversation)?.conversationId ?? '';
	const userId = (await api.session.me.query())?.userId ?? '';
	await api.inbox.change.mutate({ conversationIds: [conversationId], assigneeId: userId });
	const row = page.locator(`[data-conversation="${conversationId}"]`);
	await row.getByText('Held by you').waitFor({ state: 'attached' });
	await api.inbox.change.mutate({ conversationIds: [conversationId], assigneeId: null });
	await row.getByText('Held by you').waitFor({ state: 'detached' });
	// What the rules refused is an error to the browser.
	expect(visitor.errors.filter((error) => !error.includes('status of 400'))).toEqual([]);
}, 60_000);
