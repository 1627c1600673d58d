import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../src/index.ts';
import { amazon, amazonAccess } from './amazon-client.ts';

const AT = Date.parse('2026-11-22T12:00:00Z');
const DAY = 86_400_000;
let simulator: Simulator;
let token: string;

beforeEach(async () => {
	simulator = await startSimulator({ size: 3_000, seed: 5, clock: { at: AT, frozen: true } });
	token = await amazonAccess(simulator);
});
afterEach(() => simulator.stop());

const iso = (at: number): string => new Date(at).toISOString();

describe('reports', () => {
	const type = 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL';
	const create = (body: Record<string, unknown>, account = 'na', access = token) =>
		amazon(simulator, account, access, '/reports/2021-06-30/reports', { method: 'POST', body });

	it('wait, work, and give a link of five minutes to a zipped table with one row per line', async () => {
		const from = AT - 25 * DAY;
		const made = await create({ reportType: type, marketplaceIds: ['ATVPDKIKX0DER'], dataStartTime: iso(from), dataEndTime: iso(AT) });
		expect(made.status).toBe(202);
		const state = async () => (await amazon(simulator, 'na', token, `/reports/2021-06-30/reports/${made.body.reportId}`)).body;
		expect((await state()).processingStatus).toBe('IN_QUEUE');
		simulator.control.setClock({ advance: 10_000 });
		expect((await state()).processingStatus).toBe('IN_PROGRESS');
		simulator.control.setClock({ advance: 20_000 });
		const done = await state();
		expect(done.processingStatus).toBe('DONE');
		const document = await amazon(simulator, 'na', token, `/reports/2021-06-30/documents/${done.reportDocumentId}`);
		expect(document.body.compressionAlgorithm).toBe('GZIP');
		const file = await fetch(document.body.url);
		const rows = new TextDecoder('windows-1252')
			.decode(gunzipSync(Buffer.from(await file.arrayBuffer())))
			.split('\r\n')
			.slice(0, -1)
			.map((r) => r.split('\t'));
		const header = rows[0]!;
		const truth = simulator.control.truth({ store: 'amazon-us', by: 'updated', from, to: AT }, 1000).orders;
		expect(truth.length).toBeGreaterThan(20);
		expect(rows.slice(1).map((r) => r[header.indexOf('amazon-order-id')])).toEqual(truth.flatMap((t) => t.order.lines.map(() => t.id)));
		expect(rows.every((r) => r.length === header.length)).toBe(true);
		simulator.control.setClock({ advance: 301_000 });
		const late = await fetch(document.body.url);
		expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
	});

	it('are written in the charset of Japan for Japan', async () => {
		const access = await amazonAccess(simulator, 'fe');
		const made = await create({ reportType: type, marketplaceIds: ['A1VC38T7YXB528'], dataStartTime: iso(AT - 29 * DAY) }, 'fe', access);
		simulator.control.setClock({ advance: 30_000 });
		const { body } = await amazon(simulator, 'fe', access, `/reports/2021-06-30/reports/${made.body.reportId}`);
		const document = await amazon(simulator, 'fe', access, `/reports/2021-06-30/documents/${body.reportDocumentId}`);
		const file = await fetch(document.body.url);
		expect(file.headers.get('content-type')).toContain('Shift_JIS');
		const text = new TextDecoder('shift_jis', { fatal: true }).decode(gunzipSync(Buffer.from(await file.arrayBuffer())));
		expect(text).toMatch(/[ぁ-んァ-ヶ]{3}/);
	});

	it('end as cancelled when there is nothing, as fatal when the type is not known, and refuse too long a range', async () => {
		const none = await create({
			reportType: type,
			marketplaceIds: ['ATVPDKIKX0DER'],
			dataStartTime: '2020-01-01T00:00:00Z',
			dataEndTime: '2020-01-20T00:00:00Z',
		});
		const odd = await create({ reportType: 'GET_SOMETHING', marketplaceIds: ['ATVPDKIKX0DER'] });
		simulator.control.setClock({ advance: 30_000 });
		const state = async (id: string) => (await amazon(simulator, 'na', token, `/reports/2021-06-30/reports/${id}`)).body.processingStatus;
		expect([await state(none.body.reportId), await state(odd.body.reportId)]).toEqual(['CANCELLED', 'FATAL']);
		expect(
			(await create({ reportType: type, marketplaceIds: ['ATVPDKIKX0DER'], dataStartTime: iso(AT - 60 * DAY), dataEndTime: iso(AT) }))
				.status,
		).toBe(400);
		const list = await amazon(simulator, 'na', token, '/reports/2021-06-30/reports', { query: { reportTypes: type } });
		expect(list.body.reports).toHaveLength(1);
	});

	it('can break off in the middle of the file', async () => {
		const made = await create({ reportType: type, marketplaceIds: ['ATVPDKIKX0DER'] });
		simulator.control.setClock({ advance: 30_000 });
		const { body } = await amazon(simulator, 'na', token, `/reports/2021-06-30/reports/${made.body.reportId}`);
		const document = await amazon(simulator, 'na', token, `/reports/2021-06-30/documents/${body.reportDocumentId}`);
		simulator.control.arm({ kind: 'reset', operation: 'reportDocument', count: 1 });
		await expect(fetch(document.body.url).then((file) => file.arrayBuffer())).rejects.toThrow(/terminated|fetch failed/);
		expect((await fetch(document.body.url)).status).toBe(200);
	});
});
