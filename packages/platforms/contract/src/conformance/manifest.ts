import { currencyExponent, isPlatformId, localDay } from '@pangea/domain';
import { describe, expect, it } from 'vitest';
import type { PlatformAdapter } from '../capabilities.ts';

/** What is data must be sound by itself. */
export function describeManifest(adapter: PlatformAdapter): void {
	const { manifest } = adapter;
	describe('the manifest', () => {
		it('names a platform of ours', () => {
			expect(isPlatformId(manifest.id)).toBe(true);
			expect(adapter.id).toBe(manifest.id);
			expect(manifest.name).not.toBe('');
		});

		it('has sites with a real currency, zone, country and language, each once, served by a known host', () => {
			expect(manifest.sites.length).toBeGreaterThan(0);
			expect(new Set(manifest.sites.map((site) => site.id)).size).toBe(manifest.sites.length);
			for (const site of manifest.sites) {
				expect(currencyExponent(site.currency)).toBeGreaterThanOrEqual(0);
				expect(localDay('2026-11-22T12:00:00.000Z', site.zone)).toMatch(/^2026-11-2[23]$/);
				expect(site.country).toMatch(/^[A-Z]{2}$/);
				expect(Intl.getCanonicalLocales(site.language)).toEqual([site.language]);
				expect(Object.keys(manifest.hosts)).toContain(site.host);
			}
		});

		it('has hosts over https without a trailing slash', () => {
			for (const base of Object.values(manifest.hosts)) {
				expect(new URL(base).protocol).toBe('https:');
				expect(base.endsWith('/')).toBe(false);
			}
		});

		it('has fields whose examples match their patterns, each key once', () => {
			for (const fields of [manifest.appFields, ...manifest.authorization.map((way) => way.fields)]) {
				expect(new Set(fields.map((field) => field.key)).size).toBe(fields.length);
				for (const field of fields) expect([field.key, new RegExp(field.pattern).test(field.example)]).toEqual([field.key, true]);
			}
		});

		it('has at least one way to consent, and a link where the way is a redirect', () => {
			expect(manifest.authorization.length).toBeGreaterThan(0);
			const redirects = manifest.authorization.some((way) => way.kind === 'redirect');
			expect(adapter.authorization.authorizeUrl !== undefined).toBe(redirects);
		});

		it('has a positive budget for each operation, each once, with its source', () => {
			expect(new Set(manifest.budgets.map((budget) => budget.operation)).size).toBe(manifest.budgets.length);
			for (const budget of manifest.budgets) {
				expect(budget.rate).toBeGreaterThan(0);
				expect(budget.burst).toBeGreaterThanOrEqual(1);
				expect(budget.source).not.toBe('');
			}
		});

		it('has pull rules that leave room to work', () => {
			const { pull } = manifest;
			for (const value of [pull.maxWindowDays, pull.historyDays, pull.pollSeconds, pull.pageSize]) expect(value).toBeGreaterThan(0);
			expect(pull.marginSeconds).toBeGreaterThanOrEqual(0);
			expect(pull.overlapSeconds).toBeGreaterThanOrEqual(0);
			expect(pull.maxWindowDays * 86_400).toBeGreaterThan(pull.overlapSeconds);
		});

		it('has clocks with an id of their own, a source, and sites that exist', () => {
			const { replyClocks, messagePolicy } = manifest;
			expect(new Set(replyClocks.map(({ id }) => id)).size).toBe(replyClocks.length);
			for (const rule of replyClocks) {
				expect([rule.id, rule.id.startsWith(`${manifest.id}.`), rule.source !== '']).toEqual([rule.id, true, true]);
				for (const site of rule.sites ?? []) expect(manifest.sites.map(({ id }) => id)).toContain(site);
			}
			for (const rule of messagePolicy.rules) {
				expect([rule.id, rule.id.startsWith(`${manifest.id}.`), rule.source !== '']).toEqual([rule.id, true, true]);
			}
		});

		it('says where each limitation is written', () => {
			for (const limitation of manifest.limitations) expect(new URL(limitation.link).protocol).toBe('https:');
		});

		it('declares the intake that it has', () => {
			expect(adapter.webhooks !== undefined).toBe(manifest.intake === 'webhook');
			expect(adapter.queue !== undefined).toBe(manifest.intake === 'queue');
		});
	});
}
