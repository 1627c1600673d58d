import { PlatformError } from '@pangea/platform-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ItemKey, nextPosition, type Position, readCursor, secondsOf, startOf, writeCursor } from '../src/cursor.ts';

interface Entry {
	sn: string;
	updateTime: number;
}

const SECONDS = { start: 1000, end: 1060 };

/** What the platform would answer: the window's entries, newest first, by page number. */
function answer(entries: readonly Entry[], at: Position, pageSize: number, newestFirst: boolean): { items: ItemKey[]; total: number } {
	const inWindow = entries
		.filter((entry) => entry.updateTime >= SECONDS.start && entry.updateTime <= at.end)
		.sort((a, b) => (newestFirst ? b.updateTime - a.updateTime : a.updateTime - b.updateTime) || (a.sn < b.sn ? -1 : 1));
	return { items: inWindow.slice((at.page - 1) * pageSize, at.page * pageSize), total: inWindow.length };
}

/** Walks a window; between pages the given entries change and leave it. Every position goes through its text, as across processes. */
function walk(
	entries: Entry[],
	pageSize: number,
	leaving: readonly number[],
	options: { newestFirst?: boolean; tellsTotal?: boolean } = {},
): string[] {
	const got: string[] = [];
	const leavers = [...leaving];
	for (let at: Position | null = startOf(SECONDS), steps = 0; at !== null; steps++) {
		if (steps > 10_000) throw new Error('the walk does not end');
		const { items, total } = answer(entries, at, pageSize, options.newestFirst ?? true);
		const seen = new Set(at.seen);
		got.push(...items.flatMap((item) => (item.sn !== null && !seen.has(item.sn) ? [item.sn] : [])));
		const next: Position | null = nextPosition(at, items, options.tellsTotal === false ? null : total, pageSize, SECONDS.start);
		at = next && readCursor(writeCursor(next), SECONDS);
		const leaver = leavers.shift();
		const victim = leaver === undefined || entries.length === 0 ? undefined : entries[leaver % entries.length];
		if (victim) victim.updateTime = SECONDS.end + 100;
	}
	return got;
}

const times = fc.array(fc.integer({ min: 1000, max: 1060 }), { maxLength: 60 });
const entriesOf = (list: number[]): Entry[] => list.map((updateTime, index) => ({ sn: `PO-${index}`, updateTime }));

describe('a walk through a window', () => {
	it('hands out every order once when nothing changes', () => {
		fc.assert(
			fc.property(times, fc.integer({ min: 2, max: 12 }), fc.boolean(), (list, pageSize, tellsTotal) => {
				const got = walk(entriesOf(list), pageSize, [], { tellsTotal });
				expect(got.toSorted()).toEqual(
					entriesOf(list)
						.map((entry) => entry.sn)
						.toSorted(),
				);
			}),
		);
	});

	it('misses no order that stayed while others left the window', () => {
		fc.assert(
			fc.property(times, fc.integer({ min: 2, max: 12 }), fc.array(fc.nat(), { maxLength: 30 }), (list, pageSize, leaving) => {
				const entries = entriesOf(list);
				const perSecond = Math.max(0, ...Object.values(Object.groupBy(list, String)).map((same) => same?.length ?? 0));
				// Inside one second page numbers are all there is; a second that fits a page has no such inside.
				fc.pre(perSecond < pageSize);
				const got = new Set(walk(entries, pageSize, leaving));
				const stayed = entries.filter((entry) => entry.updateTime <= SECONDS.end).map((entry) => entry.sn);
				expect(stayed.filter((sn) => !got.has(sn))).toEqual([]);
			}),
			{ numRuns: 300 },
		);
	});

	it('hands out every order of a list that is not sorted as asked', () => {
		fc.assert(
			fc.property(times, fc.integer({ min: 3, max: 12 }), (list, pageSize) => {
				fc.pre(new Set(list).size === list.length);
				expect(new Set(walk(entriesOf(list), pageSize, [], { newestFirst: false })).size).toBe(list.length);
			}),
		);
	});

	it('ends when the platform counts more than it gives', () => {
		const at = startOf(SECONDS);
		expect(nextPosition(at, [], 500, 100, SECONDS.start)).toBeNull();
	});

	it('keeps the first total for all pages', () => {
		const page = (...items: [string, number][]) => items.map(([sn, updateTime]) => ({ sn, updateTime }));
		const first = nextPosition(startOf(SECONDS), page(['a', 1050], ['b', 1040]), 5, 2, SECONDS.start) ?? startOf(SECONDS);
		expect(first).toMatchObject({ end: 1040, total: 5, seen: ['b'] });
		expect(nextPosition(first, page(['b', 1040], ['c', 1030]), 4, 2, SECONDS.start)?.total).toBe(5);
	});

	it('is not led past the others by a time outside the window', () => {
		const items = [
			{ sn: 'a', updateTime: 1050 },
			{ sn: 'b', updateTime: 3 },
		];
		expect(nextPosition(startOf(SECONDS), items, 9, 2, SECONDS.start)).toMatchObject({ end: 1050, page: 1, seen: ['a', 'b'] });
	});

	it('goes on by page numbers when no time on a page can be read', () => {
		const items = [
			{ sn: 'a', updateTime: null },
			{ sn: null, updateTime: null },
		];
		expect(nextPosition(startOf(SECONDS), items, 9, 2, SECONDS.start)).toMatchObject({ page: 2, end: 1060, plain: true });
	});
});

describe('the seconds of a half-open window', () => {
	it('meet without gap or overlap at any instant', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000 }), (a, b) => {
				const base = Date.UTC(2025, 9, 9);
				const at = (millis: number) => new Date(base + millis).toISOString();
				const first = secondsOf({ from: at(0), until: at(a) });
				const second = secondsOf({ from: at(a), until: at(a + b) });
				const whole = secondsOf({ from: at(0), until: at(a + b) });
				expect(first?.start).toBe(whole?.start);
				// A remainder without a whole second of its own adds nothing.
				expect(second?.start ?? (whole?.end ?? 0) + 1).toBe((first?.end ?? 0) + 1);
				expect(second?.end ?? first?.end).toBe(whole?.end);
			}),
		);
	});
	it('are none when the window lies inside a second', () => {
		expect(secondsOf({ from: '2025-10-09T10:00:00.100Z', until: '2025-10-09T10:00:00.900Z' })).toBeNull();
	});
});

describe('a cursor', () => {
	it('that is not ours, or of another window, is refused', () => {
		const good = writeCursor({ ...startOf(SECONDS), page: 2, before: 100, seen: ['PO-1'] });
		expect(readCursor(good, SECONDS)).toMatchObject({ page: 2, seen: ['PO-1'] });
		const wrong = ['', '{}', '[]', 'null', '[1,1060,1,0,null,false]', '[2,1060,1,0,null,false,[]]', '[1,1060,0,0,null,false,[]]'];
		const foreign = ['[1,1061,1,0,null,false,[]]', '[1,999,1,0,null,false,[]]', '[1,1060,1,0,"x",false,[]]', '[1,1060,1,0,null,false,[1]]'];
		const isRefused = (text: string) => {
			try {
				readCursor(text, SECONDS);
				return false;
			} catch (error) {
				return error instanceof PlatformError && error.message.includes('cursor');
			}
		};
		expect([...wrong, ...foreign].filter((text) => !isRefused(text))).toEqual([]);
	});
});
