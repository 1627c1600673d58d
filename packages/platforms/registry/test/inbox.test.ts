import {
	checkMessage,
	chooseClock,
	DETECTORS,
	dueAt,
	type Instant,
	LANGUAGES,
	type ReplyKind,
	type PlatformId,
	POLICY_RULE_IDS,
	type PolicyRule,
} from '@pangea/domain';
import type { PlatformManifest } from '@pangea/platform-contract';
import { describe, expect, test } from 'vitest';
import { registry } from '../src/index.ts';

function manifestOf(platform: PlatformId): PlatformManifest {
	const adapter = registry.get(platform);
	if (!adapter) throw new Error(`${platform} is not registered`);
	return adapter.manifest;
}

const every: readonly (readonly [id: string, manifest: PlatformManifest, rule: PolicyRule])[] = [...registry.values()].flatMap(
	({ manifest }) => manifest.messagePolicy.rules.map((rule) => [rule.id, manifest, rule] as const),
);

describe('what may be written', () => {
	test('has a sentence to come for each rule, and no id without a rule', () => {
		expect(every.map(([id]) => id).sort()).toEqual([...POLICY_RULE_IDS].sort());
	});

	test.each(every)('%s finds and lets pass what its examples say, in each language', (id, { messagePolicy }, rule) => {
		if (rule.check !== 'text') return;
		const found = (text: string): boolean => checkMessage(messagePolicy, { text, kind: 'message' }).some((finding) => finding.rule === id);
		for (const language of LANGUAGES) {
			const { finds, passes } = DETECTORS[rule.detector].examples[language];
			for (const text of finds) expect([text, found(text)]).toEqual([text, true]);
			for (const text of passes) expect([text, found(text)]).toEqual([text, false]);
		}
	});

	test('lets an ordinary answer pass on every platform that takes answers, in each language', () => {
		const answers = [
			'Hello, your order 111-2223334-4445556 left today with tracking number 1Z999AA10123456784. It costs nothing extra.',
			'Hola, su pedido 2000003508897546 sale mañana, la guía es 794612345678. ¡Gracias por su compra!',
			'Olá, o pedido 2000003508897546 já foi enviado, rastreio BR123456789BR. Qualquer dúvida, estamos aqui.',
		];
		for (const platform of ['amazon', 'mercado-libre', 'tiktok-shop'] as const) {
			for (const text of answers) expect(checkMessage(manifestOf(platform).messagePolicy, { text, kind: 'message' })).toEqual([]);
		}
		const chinese = '您好，订单576461413038785752已发货，运单号773012345678901，预计3天送达，感谢您的购买。';
		for (const platform of ['amazon', 'tiktok-shop'] as const) {
			expect(checkMessage(manifestOf(platform).messagePolicy, { text: chinese, kind: 'message' })).toEqual([]);
		}
	});

	test('lets a platform’s own links pass', () => {
		const own: readonly (readonly [PlatformId, string])[] = [
			['amazon', 'https://www.amazon.com.mx/gp/help and x9@marketplace.amazon.com.mx'],
			['mercado-libre', 'https://articulo.mercadolibre.com.mx/MLM-2560656535 y produto.mercadolivre.com.br/MLB-1'],
			['tiktok-shop', 'https://shop.tiktok.com/view/product/1729384756102938475'],
		];
		for (const [platform, text] of own) expect(checkMessage(manifestOf(platform).messagePolicy, { text, kind: 'message' })).toEqual([]);
	});

	test('knows Mercado Libre’s 350 characters and letters, which hold for messages only', () => {
		const { messagePolicy } = manifestOf('mercado-libre');
		const found = (text: string, kind: ReplyKind): string[] => checkMessage(messagePolicy, { text, kind }).map(({ rule }) => rule);
		expect(found('ñ'.repeat(350), 'message')).toEqual([]);
		expect(found('ñ'.repeat(351), 'message')).toEqual(['mercado-libre.length']);
		expect(found('包裹', 'message')).toEqual(['mercado-libre.charset']);
		expect(found('ñ'.repeat(351), 'question')).toEqual([]);
		expect(found('ñ'.repeat(2001), 'question')).toEqual(['mercado-libre.question-length']);
	});

	test('lets nothing be written to Temu, nor into a blocked thread', () => {
		expect(checkMessage(manifestOf('temu').messagePolicy, { text: 'Hi', kind: 'claim' })).toMatchObject([{ severity: 'blocks' }]);
		const blocked = { text: 'Hi', kind: 'message', states: ['blocked_by_time'] } as const;
		expect(checkMessage(manifestOf('mercado-libre').messagePolicy, blocked)).toMatchObject([{ rule: 'mercado-libre.state' }]);
	});
});

describe('the clocks', () => {
	interface Case {
		platform: PlatformId;
		site: string;
		kind?: ReplyKind;
		at: Instant;
		due: Instant;
		rule: string;
		standing: 'confirmed' | 'unconfirmed' | 'ours';
	}
	// All counted by hand on a calendar.
	const cases: readonly Case[] = [
		{
			platform: 'amazon',
			site: 'ATVPDKIKX0DER',
			at: '2026-11-28T10:00:00.000Z',
			due: '2026-11-29T10:00:00.000Z',
			rule: 'amazon.message',
			standing: 'unconfirmed',
		},
		{
			platform: 'tiktok-shop',
			site: 'GB',
			at: '2026-03-28T12:00:00.000Z',
			due: '2026-03-29T12:00:00.000Z',
			rule: 'tiktok-shop.24h',
			standing: 'confirmed',
		},
		{
			platform: 'tiktok-shop',
			site: 'TH',
			at: '2025-08-14T16:59:59.000Z',
			due: '2025-08-15T16:59:59.000Z',
			rule: 'tiktok-shop.sea.24h',
			standing: 'confirmed',
		},
		{
			platform: 'tiktok-shop',
			site: 'TH',
			at: '2025-08-14T17:00:00.000Z',
			due: '2025-08-15T05:00:00.000Z',
			rule: 'tiktok-shop.sea.12h',
			standing: 'confirmed',
		},
		{
			platform: 'tiktok-shop',
			site: 'MY',
			at: '2026-01-01T00:00:00.000Z',
			due: '2026-01-01T12:00:00.000Z',
			rule: 'tiktok-shop.sea-other.12h',
			standing: 'unconfirmed',
		},
		{
			platform: 'tiktok-shop',
			site: 'US',
			at: '2026-11-28T08:00:00.000Z',
			due: '2026-11-30T20:00:00.000Z',
			rule: 'tiktok-shop.us.24h',
			standing: 'unconfirmed',
		},
		{
			platform: 'mercado-libre',
			site: 'MLA',
			at: '2026-06-10T23:00:00.000Z',
			due: '2026-06-11T18:00:00.000Z',
			rule: 'mercado-libre.first-contact',
			standing: 'confirmed',
		},
		{
			platform: 'mercado-libre',
			site: 'MLC',
			at: '2026-09-06T00:00:00.000Z',
			due: '2026-09-06T18:00:00.000Z',
			rule: 'mercado-libre.first-contact',
			standing: 'confirmed',
		},
		{
			platform: 'mercado-libre',
			site: 'MLM',
			at: '2026-06-10T12:00:00.000Z',
			due: '2026-06-11T12:00:00.000Z',
			rule: 'mercado-libre.message.ours',
			standing: 'ours',
		},
		{
			platform: 'mercado-libre',
			site: 'MLB',
			kind: 'question',
			at: '2026-06-10T12:00:00.000Z',
			due: '2026-06-11T12:00:00.000Z',
			rule: 'mercado-libre.question.ours',
			standing: 'ours',
		},
		// Friday before a Monday off; Friday 20 November is off in Brazil too.
		{
			platform: 'mercado-libre',
			site: 'MLM',
			kind: 'claim',
			at: '2026-11-13T18:00:00.000Z',
			due: '2026-11-19T06:00:00.000Z',
			rule: 'mercado-libre.claim.mx',
			standing: 'unconfirmed',
		},
		{
			platform: 'mercado-libre',
			site: 'MLB',
			kind: 'claim',
			at: '2026-11-18T15:00:00.000Z',
			due: '2026-11-24T03:00:00.000Z',
			rule: 'mercado-libre.claim.br',
			standing: 'unconfirmed',
		},
		{
			platform: 'mercado-libre',
			site: 'MCO',
			kind: 'claim',
			at: '2026-11-18T15:00:00.000Z',
			due: '2026-11-21T05:00:00.000Z',
			rule: 'mercado-libre.claim',
			standing: 'unconfirmed',
		},
		{
			platform: 'temu',
			site: '100',
			kind: 'claim',
			at: '2026-11-28T10:00:00.000Z',
			due: '2026-11-29T10:00:00.000Z',
			rule: 'temu.claim.ours',
			standing: 'ours',
		},
	];
	test.each(cases)('$rule: asked at $at in $site, due at $due', ({ platform, site, kind = 'message', at, due, rule, standing }) => {
		const { replyClocks, sites } = manifestOf(platform);
		const zone = sites.find(({ id }) => id === site)?.zone ?? '';
		const chosen = chooseClock(replyClocks, { site, kind, at, zone });
		expect([chosen?.rule.id, chosen?.standing]).toEqual([rule, standing]);
		if (chosen) expect(dueAt({ rule: chosen.rule, startedAt: at, zone, automation: true })).toBe(due);
	});

	test('of every platform have a case here', () => {
		const told = [...registry.values()].flatMap(({ manifest }) => manifest.replyClocks.map(({ id }) => id));
		expect([...new Set(cases.map(({ rule }) => rule))].sort()).toEqual(told.sort());
	});
});
