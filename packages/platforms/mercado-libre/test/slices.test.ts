import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanced, boundsOf, MAX_ROWS, narrowed, type Position, readCursor, sliceAt, startOf, writeCursor } from '../src/slices.ts';

const PAGE = 50;

interface Row {
	id: number;
	at: number;
}

/** Walks a search over rows in memory; `before` may change the rows between two requests, as the world does. */
function walk(order: 'newest' | 'oldest', from: number, until: number, rows: Row[], before: (request: number) => void = () => {}) {
	const bounds = boundsOf({ from: new Date(from).toISOString(), until: new Date(until).toISOString(), order });
	const seen: number[] = [];
	const slices = new Map<number, { from: number; until: number }>();
	let at: Position | null = startOf(bounds);
	let requests = 0;
	while (at) {
		before(requests++);
		if (requests > 5000) throw new Error('the walk does not end');
		const slice = sliceAt(bounds, at);
		const held = rows.filter((r) => r.at >= slice.from && r.at < slice.until);
		held.sort((a, b) => (order === 'newest' ? b.at - a.at : a.at - b.at) || a.id - b.id);
		const narrower = narrowed(bounds, at, held.length);
		if (narrower) {
			at = narrower;
			continue;
		}
		slices.set(at.edge, slice);
		const page = held.slice(at.offset, at.offset + PAGE);
		seen.push(...page.map((r) => r.id));
		const next = advanced(bounds, at, { rows: page.length, total: held.length, pageSize: PAGE });
		// Every step survives a restart in another process.
		at = next && readCursor(bounds, writeCursor(next));
		if (next && !at) throw new Error('the cursor does not come back');
	}
	return { seen, slices: [...slices.values()], requests };
}

const START = Date.UTC(2026, 8, 1);
const DAY = 86_400_000;

const world = fc.record({
	order: fc.constantFrom('newest' as const, 'oldest' as const),
	span: fc.integer({ min: 1, max: 30 * DAY }),
	bursts: fc.array(fc.record({ at: fc.nat(30 * DAY), count: fc.integer({ min: 1, max: 900 }), spread: fc.integer({ min: 1, max: DAY }) }), {
		maxLength: 6,
	}),
});

function rowsOf(bursts: { at: number; count: number; spread: number }[]): Row[] {
	let id = 0;
	return bursts.flatMap(({ at, count, spread }) =>
		Array.from({ length: count }, (_, i) => ({ id: id++, at: START + at + Math.floor((i * spread) / count) })),
	);
}

describe('walking a window in slices', () => {
	it('sees every row of the window once and none outside, in few requests', () => {
		fc.assert(
			fc.property(world, ({ order, span, bursts }) => {
				const rows = rowsOf(bursts);
				const inside = rows.filter((r) => r.at < START + span).map((r) => r.id);
				const { seen, requests } = walk(order, START, START + span, rows);
				expect(seen.toSorted((a, b) => a - b)).toEqual(inside);
				expect(requests).toBeLessThan(200 + inside.length / 5);
			}),
			{ numRuns: 150 },
		);
	});

	it('cuts slices that touch without gap or overlap and cover the window', () => {
		fc.assert(
			fc.property(world, ({ order, span, bursts }) => {
				const { slices } = walk(order, START, START + span, rowsOf(bursts));
				const ascending = slices.toSorted((a, b) => a.from - b.from);
				expect(ascending[0]?.from).toBe(START);
				expect(ascending.at(-1)?.until).toBe(START + span);
				expect(ascending.slice(1).map((s) => s.from)).toEqual(ascending.slice(0, -1).map((s) => s.until));
			}),
			{ numRuns: 100 },
		);
	});

	it('loses no row that stays when others change and leave the window while it walks', () => {
		fc.assert(
			fc.property(
				fc.constantFrom('newest' as const, 'oldest' as const),
				fc.integer({ min: 60, max: 1500 }),
				fc.array(fc.tuple(fc.nat(40), fc.nat(1499)), { maxLength: 60 }),
				(order, count, changes) => {
					const rows = Array.from({ length: count }, (_, id) => ({ id, at: START + id * 1000 }));
					const moved = new Set<number>();
					const { seen } = walk(order, START, START + DAY, rows, (request) => {
						for (const [when, id] of changes) {
							const row = rows[id];
							if (when !== request || !row) continue;
							row.at = START + 2 * DAY;
							moved.add(id);
						}
					});
					const missed = rows.filter((r) => !moved.has(r.id) && !seen.includes(r.id)).map((r) => r.id);
					expect(missed).toEqual([]);
				},
			),
			{ numRuns: 100 },
		);
	});

	it('holds no slice beyond the reach of offsets unless a single millisecond does', () => {
		const rows = Array.from({ length: 5000 }, (_, id) => ({ id, at: START + Math.floor(id / 3) }));
		const { slices } = walk('newest', START, START + DAY, rows);
		for (const slice of slices) {
			expect(rows.filter((r) => r.at >= slice.from && r.at < slice.until).length).toBeLessThanOrEqual(MAX_ROWS);
		}
	});

	it('refuses a cursor of another window or of no window', () => {
		const bounds = boundsOf({ from: '2026-09-01T00:00:00.000Z', until: '2026-09-02T00:00:00.000Z', order: 'newest' });
		const other = boundsOf({ from: '2026-10-01T00:00:00.000Z', until: '2026-10-02T00:00:00.000Z', order: 'newest' });
		expect(readCursor(bounds, writeCursor(startOf(other)))).toBeNull();
		for (const text of ['', '{}', 'null', '{"edge":"x"}', '{"search":0,"edge":1,"width":0,"offset":0,"total":null}']) {
			expect(readCursor(bounds, text)).toBeNull();
		}
	});
});
