import { PlatformError } from '@pangea/platform-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, decodeCursor, type Direction, encodeCursor, type Position } from '../src/walk.ts';

interface Record_ {
	id: string;
	changedAt: number;
}

const PAGE = 4;
const byText = (a: string, b: string): number => a.localeCompare(b);

/** A platform that pages by offset, as the published token does; `touch` changes a record between two pages. */
function walk(records: Record_[], window: { ge: number; lt: number }, direction: Direction, touch?: (nth: number) => void): string[] {
	const sign = direction === 'oldest' ? 1 : -1;
	const shown: string[] = [];
	let at: Position | null = { ...window, token: null, seen: [] };
	for (let nth = 0; at !== null; nth++) {
		if (nth > 500) throw new Error('The walk does not end');
		const { ge, lt, token, seen }: Position = at;
		const inside = records
			.filter((r) => r.changedAt >= ge && r.changedAt < lt)
			.sort((a, b) => sign * (a.changedAt - b.changedAt) || a.id.localeCompare(b.id));
		const offset = Number(token ?? 0);
		const page = inside.slice(offset, offset + PAGE);
		shown.push(...page.map((r) => r.id).filter((id) => !seen.includes(id)));
		at = advance(at, page, offset + PAGE < inside.length ? String(offset + PAGE) : null, direction);
		touch?.(nth);
	}
	return shown;
}

const worlds = fc
	.array(fc.integer({ min: 1000, max: 1030 }), { maxLength: 60 })
	.map((times) => times.map((changedAt, i) => ({ id: `o${i}`, changedAt })));
const directions = fc.constantFrom<Direction>('newest', 'oldest');

describe('a walk through a window', () => {
	it('shows every record of the half-open window exactly once, whatever shares a second', () => {
		fc.assert(
			fc.property(
				worlds,
				directions,
				fc.integer({ min: 995, max: 1015 }),
				fc.integer({ min: 1015, max: 1035 }),
				(records, direction, ge, lt) => {
					const expected = records.filter((r) => r.changedAt >= ge && r.changedAt < lt).map((r) => r.id);
					expect(walk([...records], { ge, lt }, direction).toSorted(byText)).toEqual(expected.toSorted(byText));
				},
			),
			{ numRuns: 500 },
		);
	});

	it('misses no record although others change and leave the window between the pages', () => {
		fc.assert(
			fc.property(worlds, directions, fc.array(fc.nat(), { maxLength: 20 }), (records, direction, touched) => {
				// One record a second: only there do page tokens never serve.
				const own = records.map((r, i) => ({ ...r, changedAt: 1000 + i }));
				const left = new Set<string>();
				const shown = walk(own, { ge: 1000, lt: 1100 }, direction, (nth) => {
					const record = own[(touched[nth] ?? -1) % Math.max(own.length, 1)];
					if (record) {
						record.changedAt = 2000;
						left.add(record.id);
					}
				});
				const stayed = own.map((r) => r.id).filter((id) => !left.has(id));
				expect(shown.filter((id) => !left.has(id)).toSorted(byText)).toEqual(stayed.toSorted(byText));
			}),
			{ numRuns: 500 },
		);
	});

	it('follows page tokens when the platform does not sort', () => {
		const at = { ge: 0, lt: 100, token: null, seen: [] };
		const page = [3, 1, 2].map((changedAt) => ({ id: String(changedAt), changedAt }));
		expect(advance(at, page, 'next', 'oldest')).toEqual({ ...at, token: 'next' });
	});

	it('is not led astray by records that lie outside the window or have no time', () => {
		const at = { ge: 10, lt: 20, token: null, seen: [] };
		const page = [
			{ id: 'a', changedAt: 10 },
			{ id: 'b', changedAt: 999 },
			{ id: 'c', changedAt: null },
			{ id: 'd', changedAt: 12 },
		];
		expect(advance(at, page, 'next', 'oldest')).toEqual({ ge: 12, lt: 20, token: null, seen: ['c', 'd'] });
		expect(advance(at, page.reverse(), 'next', 'newest')).toEqual({ ge: 10, lt: 11, token: null, seen: ['c', 'a'] });
	});
});

describe('cursors', () => {
	it('come back as they went', () => {
		fc.assert(
			fc.property(fc.nat(), fc.nat(), fc.option(fc.string()), fc.array(fc.string()), fc.option(fc.nat()), (ge, lt, token, seen, total) => {
				const cursor = { stage: 'orders' as const, ge, lt, token, seen, total };
				expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
			}),
		);
	});

	it('of others are refused', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				expect(() => decodeCursor(text)).toThrow(PlatformError);
			}),
		);
		expect(() => decodeCursor(Buffer.from('{"stage":"orders"}').toString('base64url'))).toThrow('The cursor is not one of this adapter');
	});
});
