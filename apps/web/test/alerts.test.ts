import type { ConversationRowView } from '@pangea/api';
import { describe, expect, test } from 'vitest';
import { alertsOf, dueAlerts, isNews } from '../src/features/alerts/alert.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const row = (change: Partial<ConversationRowView>): ConversationRowView => ({
	conversationId: 'c1',
	storeId: 's1',
	platform: 'tiktok-shop',
	kind: 'chat',
	externalId: 'x',
	buyerName: 'Ana',
	preview: 'Hello',
	previewKind: 'text',
	lastAt: '2026-11-29T11:59:00.000Z',
	lastSender: 'buyer',
	waitingSince: '2026-11-29T11:59:00.000Z',
	due: null,
	unread: 1,
	done: false,
	assigneeId: 'me',
	snoozedUntil: null,
	tagIds: [],
	canSend: true,
	closedBy: null,
	subject: null,
	externalListingId: null,
	externalOrderId: null,
	...change,
});
const kinds = (change: Partial<ConversationRowView>, held: ReadonlySet<string> | null = new Set(['c1'])): string[] =>
	alertsOf([row(change)], 'me', held).map(({ kind }) => kind);

describe('what somebody is told beside the page', () => {
	test('is what a buyer says to them, and nothing that is others’, done, read or their own', () => {
		expect(kinds({})).toEqual(['words']);
		expect(kinds({ lastSender: 'assistant' })).toEqual(['words']);
		for (const change of [{ assigneeId: 'other' }, { assigneeId: null }, { done: true }, { unread: 0 }, { lastSender: 'seller' as const }])
			expect(kinds(change)).toEqual([]);
	});

	test('is what they are given, but not all that is theirs when they come', () => {
		expect(kinds({ lastSender: 'seller', unread: 0 }, new Set())).toEqual(['given']);
		expect(kinds({ lastSender: 'seller', unread: 0 }, null)).toEqual([]);
	});

	test('is an answer of theirs whose time runs out, before it is over', () => {
		const due = (minutes: number) => ({
			due: { at: new Date(NOW + minutes * 60_000).toISOString(), standing: 'confirmed' as const, source: '' },
		});
		const told = (minutes: number, change: Partial<ConversationRowView> = {}): number =>
			dueAlerts([row({ ...due(minutes), ...change })], 'me', NOW).length;
		expect([told(31), told(30), told(1), told(0), told(-5)]).toEqual([0, 1, 1, 0, 0]);
		expect([told(5, { assigneeId: null }), told(5, { done: true })]).toEqual([0, 0]);
	});

	test('is told once, over all tabs, and again after a day', () => {
		const kept = new Map<string, string>();
		const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text) };
		expect([isNews('a', NOW, storage), isNews('a', NOW + 1000, storage), isNews('b', NOW, storage)]).toEqual([true, false, true]);
		expect(isNews('a', NOW + 90_000_000, storage)).toBe(true);
		kept.set('pangea.told', '{"broken');
		expect(isNews('c', NOW, storage)).toBe(true);
	});
});
