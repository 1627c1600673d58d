import type { WorkspaceEvent } from '@pangea/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventFeed, type FeedEffect } from '../src/realtime.ts';

const event = (seq: number | bigint): WorkspaceEvent => ({
	seq: seq.toString(),
	kind: 'orders.changed',
	storeId: null,
	ids: [`o${seq}`],
	at: '2026-11-22T00:00:00.000Z',
});

/** Everything a feed handed on, and the questions it asked. */
class Listener {
	readonly seen: string[] = [];
	readonly asked: string[] = [];
	resyncs = 0;

	take(effects: FeedEffect[]): void {
		for (const effect of effects) {
			if (effect.kind === 'deliver') this.seen.push(...effect.events.map((e) => e.seq));
			else if (effect.kind === 'ask') this.asked.push(effect.after);
			else this.resyncs += 1;
		}
	}
}

function started(at: string): { feed: EventFeed; heard: Listener } {
	const feed = new EventFeed();
	const heard = new Listener();
	heard.take(feed.startAt(at));
	heard.take(feed.connect());
	heard.take(feed.answer({ events: [], resync: false, last: at }));
	return { feed, heard };
}

describe('the event feed', () => {
	test('asks for everything after the number at which the screen was read', () => {
		const feed = new EventFeed();
		const heard = new Listener();
		heard.take(feed.connect());
		expect(heard.asked).toEqual([]);
		heard.take(feed.startAt('41'));
		expect(heard.asked).toEqual(['41']);
		expect(feed.caughtUp).toBe(false);
		heard.take(feed.answer({ events: [event(42)], resync: false, last: '42' }));
		expect(heard.seen).toEqual(['42']);
		expect(feed.caughtUp).toBe(true);
	});

	test('keeps the lowest starting number until an event is handed on', () => {
		const feed = new EventFeed();
		feed.startAt('50');
		feed.startAt('48');
		feed.startAt('60');
		expect(feed.last).toBe('48');
		feed.connect();
		feed.answer({ events: [event(49)], resync: false, last: '49' });
		feed.startAt('10');
		expect(feed.last).toBe('49');
	});

	test('holds back what follows a hole, asks once and hands on in order', () => {
		const { feed, heard } = started('0');
		heard.asked.length = 0;
		heard.take(feed.event(event(1)));
		heard.take(feed.event(event(3)));
		heard.take(feed.event(event(4)));
		expect(heard.seen).toEqual(['1']);
		expect(heard.asked).toEqual(['1']);
		heard.take(feed.answer({ events: [event(2), event(3)], resync: false, last: '4' }));
		expect(heard.seen).toEqual(['1', '2', '3', '4']);
	});

	test('after a resync goes on behind the newest number without repeating older events', () => {
		const { feed, heard } = started('5');
		heard.take(feed.disconnect());
		heard.take(feed.connect());
		heard.take(feed.event(event(900)));
		heard.take(feed.event(event(902)));
		heard.take(feed.answer({ events: [], resync: true, last: '901' }));
		expect(heard.resyncs).toBe(1);
		expect(heard.seen).toEqual(['902']);
		heard.take(feed.event(event(901)));
		expect(heard.seen).toEqual(['902']);
	});

	test('asks again when a question stays unanswered, but not while disconnected', () => {
		const { feed, heard } = started('7');
		heard.asked.length = 0;
		heard.take(feed.unanswered());
		expect(heard.asked).toEqual(['7']);
		feed.disconnect();
		heard.take(feed.unanswered());
		expect(heard.asked).toEqual(['7']);
	});

	test('numbers beyond what a double holds are told apart', () => {
		const { feed, heard } = started('9007199254740992');
		heard.take(feed.event(event(9007199254740993n)));
		heard.take(feed.event(event(9007199254740994n)));
		expect(heard.seen).toEqual(['9007199254740993', '9007199254740994']);
	});

	type Step =
		| { kind: 'push'; lost: boolean; twice: boolean }
		| { kind: 'repeat'; back: number }
		| { kind: 'cut' }
		| { kind: 'answer'; lost: boolean };
	const step: fc.Arbitrary<Step> = fc.oneof(
		{ weight: 6, arbitrary: fc.record({ kind: fc.constant('push' as const), lost: fc.boolean(), twice: fc.boolean() }) },
		{ weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat' as const), back: fc.nat(20) }) },
		{ weight: 1, arbitrary: fc.constant({ kind: 'cut' as const }) },
		{ weight: 3, arbitrary: fc.record({ kind: fc.constant('answer' as const), lost: fc.boolean() }) },
	);

	test('any loss, repetition, reordering and cut ends with every event once and in order', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 120 }), fc.nat(1000), fc.integer({ min: 1, max: 7 }), (steps, start, most) => {
				const feed = new EventFeed();
				const heard = new Listener();
				let newest = start;
				let open: string[] = [];
				const take = (effects: FeedEffect[]) => {
					heard.take(effects);
					for (const effect of effects) if (effect.kind === 'ask') open.push(effect.after);
				};
				// The server gives at most so many events an answer.
				const answer = () => {
					const after = open.shift();
					if (after === undefined) return;
					const events = [];
					for (let seq = Number(after) + 1; seq <= newest && events.length < most; seq += 1) events.push(event(seq));
					take(feed.answer({ events, resync: false, last: String(newest) }));
				};
				take(feed.startAt(String(start)));
				take(feed.connect());
				for (const s of steps) {
					if (s.kind === 'push') {
						newest += 1;
						if (!s.lost) take(feed.event(event(newest)));
						if (!s.lost && s.twice) take(feed.event(event(newest)));
					} else if (s.kind === 'repeat') {
						const seq = Math.max(start, newest - s.back);
						if (seq > start) take(feed.event(event(seq)));
					} else if (s.kind === 'cut') {
						take(feed.disconnect());
						open = [];
						take(feed.connect());
					} else if (s.lost && open.length > 0) {
						open.shift();
						take(feed.unanswered());
					} else answer();
				}
				// The line comes back for good.
				take(feed.disconnect());
				open = [];
				take(feed.connect());
				for (let i = 0; open.length > 0 && i < 2000; i += 1) answer();

				const all = Array.from({ length: newest - start }, (_, i) => String(start + i + 1));
				expect(heard.seen).toEqual(all);
				expect(feed.caughtUp).toBe(true);
			}),
			{ numRuns: 400 },
		);
	});
});
