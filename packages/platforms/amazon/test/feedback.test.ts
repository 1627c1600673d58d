import type { StoreFeedbackRow } from '@pangea/platform-contract';
import { AGREED, settle } from '@pangea/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { amazon } from '../src/index.ts';
import { readFeedback } from '../src/feedback.ts';
import { hearings, startWorld, stopWorlds, storeOf, w } from './world.ts';

afterEach(stopWorlds);

const good = (text: string): StoreFeedbackRow[] => readFeedback(text).flatMap((row) => (row.ok ? [row.value] : []));
const file = (...rows: string[][]): string => rows.map((row) => row.join('\t')).join('\r\n');

describe('Feedback on a store of Amazon', () => {
	test('is a report that is asked for, waited for and read, and asked for anew after that', async () => {
		const world = await startWorld(6_000);
		const { grant } = await world.connect('eu');
		const store = await storeOf(grant, 'A1PA6795UKMFR9');
		const feedback = amazon.feedback!;
		const asked = await feedback.ask(store, null);
		if (asked.state !== 'waiting') throw new Error(asked.state);
		expect(await feedback.ask(store, asked.ticket)).toMatchObject({ state: 'waiting', ticket: asked.ticket });
		world.simulator.control.setClock({ advance: 60_000 });
		const told = await feedback.ask(store, asked.ticket);
		if (told.state !== 'told') throw new Error(told.state);
		const rows = told.rows.flatMap((row) => (row.ok ? [row.value] : []));
		expect([rows.length > 0, rows.length]).toEqual([true, told.rows.length]);
		for (const row of rows) {
			expect(row.externalOrderId).toMatch(/^\d{3}-\d{7}-\d{7}$/);
			expect([1, 2, 3]).toContain(row.rating);
			expect(row.comment).not.toContain('@');
		}
		expect(new Set(rows.map(({ externalOrderId }) => externalOrderId)).size).toBe(rows.length);
	}, 60_000);

	test('is given up after an hour', async () => {
		const world = await startWorld(10);
		const { grant } = await world.connect('eu');
		const store = await storeOf(grant, 'A1PA6795UKMFR9');
		world.simulator.control.configure('amazon', { reportSeconds: 100_000 });
		const asked = await amazon.feedback!.ask(store, null);
		if (asked.state !== 'waiting') throw new Error(asked.state);
		world.simulator.control.setClock({ advance: 61 * 60_000 });
		expect(await amazon.feedback!.ask(store, asked.ticket)).toEqual({ state: 'nothing' });
	}, 60_000);
});

describe('the file of feedback', () => {
	const head = ['Datum', 'Bewertung', 'Kommentare', 'Antwort', 'Bestellnummer', 'E-Mail'];

	test('is known by what is in its columns, in whatever language and order they are headed', () => {
		expect(
			good(
				file(
					head,
					['13.11.26', '1', 'Kam kaputt an.', '', '304-1234567-1234567', 'a@example.com'],
					['02.11.26', '3', '', 'Danke', '304-1234567-1234568', 'b@example.com'],
				),
			),
		).toEqual([
			{ externalOrderId: '304-1234567-1234567', rating: 1, comment: 'Kam kaputt an.', day: '2026-11-13' },
			{ externalOrderId: '304-1234567-1234568', rating: 3, comment: null, day: '2026-11-02' },
		]);
		expect(good(file(['x', 'y', 'z'], ['113-1234567-1234567', 'Late.', '2']))).toEqual([
			{ externalOrderId: '113-1234567-1234567', rating: 2, comment: 'Late.', day: null },
		]);
	});

	test('tells no day where nobody can know which part is the month', () => {
		const row = (date: string) => [date, '1', 'Late.', '', '113-1234567-1234567', ''];
		expect(good(file(head, row('3/4/26')))[0]?.day).toBeNull();
		expect(good(file(head, row('3/4/26'), row('3/14/26'))).map(({ day }) => day)).toEqual(['2026-03-04', '2026-03-14']);
		expect(good(file(head, row('2026-04-03')))[0]?.day).toBe('2026-04-03');
		expect(good(file(head, row('31/2/26')))[0]?.day).toBeNull();
	});

	test('keeps its good rows beside a damaged one, and one that is no such file is refused', () => {
		const rows = readFeedback(
			file(
				head,
				['1/2/26', '1', 'Late.', '', '113-1234567-1234567', ''],
				['1/3/26', '2', 'Late.', '', '113-1234567-1234568', ''],
				['1/3/26', 'none', 'Odd', '', '113-1234567-1234569', ''],
			),
		);
		expect(rows.map(({ ok }) => ok)).toEqual([true, true, false]);
		expect(readFeedback(file(head))).toEqual([]);
		expect(() => readFeedback(file(['a', 'b'], ['1', 'x'], ['2', 'y']))).toThrow('no column of orders');
	});
});

describe.skipIf(!w)('The official Swagger models', () => {
	test('have no objection to anything asked or answered above', () => {
		const judged = hearings.flatMap((hearing) => hearing.judged);
		expect(judged).toEqual(expect.arrayContaining(['createReport', 'getReport', 'getReportDocument']));
		const hearing = { platform: 'Amazon', against: 'Swagger models, feedback on stores', judged: judged.length } as const;
		expect(settle({ ...hearing, side: 'adapter', disagreements: hearings.flatMap((one) => one.asked) })).toEqual(AGREED);
		expect(settle({ ...hearing, side: 'simulator', disagreements: hearings.flatMap((one) => one.answered) })).toEqual(AGREED);
	});
});
