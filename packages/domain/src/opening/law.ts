import { inEuropeanUnion, type PaperKind, type PaperNeed, type PaperPlace } from './paper.ts';
import { SOURCES } from './sources.ts';
import type { FactSource, FeeId, OpeningFact, OpeningStep, OpeningWay, StepId } from './track.ts';

export const need = (kind: PaperKind, place: PaperPlace): PaperNeed => ({ kind, place, optional: false });
export const perhaps = (kind: PaperKind, place: PaperPlace): PaperNeed => ({ kind, place, optional: true });

/** A step that a document asks for. */
export function said(id: StepId, source: FactSource, needs: readonly PaperNeed[] = [], link: string | null = source.link): OpeningStep {
	return { id, source, unconfirmed: false, link, needs };
}

/** A step of which only the place to look at is known. */
export function unsaid(id: StepId, source: FactSource, needs: readonly PaperNeed[] = [], link: string | null = source.link): OpeningStep {
	return { id, source, unconfirmed: true, link, needs };
}

/** What the law of the site's country asks of goods and of who sells them, whatever the platform. */
export function legalSteps(country: string, way: OpeningWay): OpeningStep[] {
	const abroad = way === 'crossBorder';
	if (inEuropeanUnion(country))
		return [
			said('responsiblePersonEu', SOURCES.safetyEu, [need('responsiblePerson', 'union')]),
			abroad
				? said('importVatEu', SOURCES.supplierEu, [perhaps('ioss', 'union')])
				: said('vatLocalStock', SOURCES.vatEu, [need('vat', 'site')]),
			country === 'DE'
				? said('eprGermany', SOURCES.packagingDe, [need('epr', 'site')])
				: unsaid('eprElsewhere', SOURCES.packagingEu, [perhaps('epr', 'site')]),
		];
	if (country === 'GB')
		return [
			unsaid('responsiblePersonUk', SOURCES.none, [perhaps('responsiblePerson', 'site')]),
			abroad ? said('importVatUk', SOURCES.vatUk, [perhaps('vat', 'site')]) : unsaid('taxHome', SOURCES.none, [perhaps('vat', 'site')]),
		];
	if (country === 'US') return [said('inform', SOURCES.inform, [need('bank', 'anywhere')])];
	if (country === 'XX') return [];
	return [unsaid('taxHome', SOURCES.none, [perhaps('vat', 'site')])];
}

/** What crossing the border costs there, whatever the platform. */
export function legalFees(country: string, way: OpeningWay): OpeningFact<FeeId>[] {
	if (way === 'local') return [];
	if (inEuropeanUnion(country)) return [{ id: 'dutyEu', source: SOURCES.dutyEu, unconfirmed: false, link: null }];
	if (country === 'US') return [{ id: 'dutyUs', source: SOURCES.dutyUs, unconfirmed: true, link: null }];
	return [];
}
