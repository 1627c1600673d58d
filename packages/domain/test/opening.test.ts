import { describe, expect, test } from 'vitest';
import { bestPaper, type PaperKind, type PaperNeed, paperFits, paperStanding } from '../src/index.ts';

const term = (validFrom: string | null, validUntil: string | null) => ({ validFrom, validUntil });
const need = (kind: PaperKind, place: PaperNeed['place']): PaperNeed => ({ kind, place, optional: false });

describe('a paper', () => {
	test.each([
		[term(null, null), 'held'],
		[term('2026-11-29', '2027-06-01'), 'held'],
		[term('2026-11-30', null), 'notYet'],
		[term(null, '2026-12-29'), 'ending'],
		[term(null, '2026-12-30'), 'held'],
		[term(null, '2026-11-29'), 'ending'],
		[term(null, '2026-11-28'), 'ended'],
		[term('2027-01-01', '2026-01-01'), 'ended'],
	] as const)('%j stands on a day', (paper, standing) => {
		expect(paperStanding(paper, '2026-11-29')).toBe(standing);
	});

	test.each([
		['vat', 'DE', need('vat', 'site'), 'DE', true],
		['vat', 'FR', need('vat', 'site'), 'DE', false],
		// A number for value added tax is a country's; a trade mark or a responsible person may be the union's.
		['vat', 'EU', need('vat', 'site'), 'DE', false],
		['trademark', 'EU', need('trademark', 'site'), 'DE', true],
		['trademark', 'EU', need('trademark', 'site'), 'GB', false],
		['responsiblePerson', 'IE', need('responsiblePerson', 'union'), 'DE', true],
		['responsiblePerson', 'GB', need('responsiblePerson', 'union'), 'DE', false],
		['licence', 'HK', need('licence', 'china'), 'US', true],
		['licence', 'US', need('licence', 'china'), 'US', false],
		['bank', 'CN', need('bank', 'anywhere'), 'US', true],
		['bank', 'CN', need('licence', 'anywhere'), 'US', false],
	] as const)('of kind %s for %s answers %j in %s: %s', (kind, country, asked, site, fits) => {
		expect(paperFits({ kind, country }, asked, site)).toBe(fits);
	});

	test('that holds goes before one that ends soon, and that before one that has ended', () => {
		const paper = (validUntil: string | null) => ({ kind: 'vat' as const, country: 'DE', ...term(null, validUntil) });
		const [ended, ending, late, held] = [paper('2026-01-01'), paper('2026-12-01'), paper('2026-12-20'), paper(null)];
		const best = (...papers: (typeof ended)[]) => bestPaper(papers, need('vat', 'site'), 'DE', '2026-11-29');
		expect(best(ended, ending, held, late)).toEqual({ paper: held, standing: 'held' });
		expect(best(ended, ending, late)).toEqual({ paper: late, standing: 'ending' });
		expect(best(ended)).toEqual({ paper: ended, standing: 'ended' });
		expect(best()).toBeNull();
	});
});
