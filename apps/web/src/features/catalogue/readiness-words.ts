import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { CustomsFact, DraftField, PaperReading, ReadinessGap, ReadinessStep, StepReading, StepReason } from '@pangea/domain';
import { languageName } from '../copies/words.ts';
import { PAPER_WORDS, STANDING_WORDS } from '../openings/words.ts';

export const STEP_WORDS: Record<ReadinessStep, MessageDescriptor> = {
	language: msg`Text`,
	attributes: msg`Category and attributes`,
	identifier: msg`Barcode`,
	compliance: msg`Papers`,
	customs: msg`Customs`,
	price: msg`Price and cost`,
	stock: msg`Stock`,
};

const FACT_WORDS: Record<CustomsFact, MessageDescriptor> = {
	weight: msg`weight`,
	hsCode: msg`HS code`,
	origin: msg`country of origin`,
};

const FIELD_WORDS: Partial<Record<DraftField, MessageDescriptor>> = {
	product: msg`whether it is the same product`,
	images: msg`pictures`,
	sellerSku: msg`seller code`,
};

interface Said {
	/** Of the store's buyers, by its name. */
	language: string;
	attributes: string;
	papers: string;
	facts: string;
	words: string;
}

const REASONS: Record<StepReason, (said: Said) => MessageDescriptor> = {
	noText: ({ language }) => msg`No text in ${language}`,
	machineText: () => msg`A machine's text waits for a person to confirm it`,
	textGaps: () => msg`Title or description does not fit yet`,
	noCategory: () => msg`No category chosen: what it asks for is not known yet`,
	rulesNotRead: () => msg`What its category asks for has not been read yet`,
	attributeGaps: ({ attributes }) => msg`The category still wants: ${attributes}`,
	platformSays: ({ words }) => msg`The platform says: ${words}`,
	noGtin: () => msg`No valid barcode, and the category asks for one`,
	gtinPerhaps: () => msg`No barcode; whether one is needed is not known yet`,
	noCompany: () => msg`Nobody has said which company the store belongs to`,
	papersLack: ({ papers }) => msg`Not in the dossier: ${papers}`,
	wayNotTold: ({ papers }) => msg`Perhaps needed: ${papers}`,
	noFacts: ({ facts }) => msg`For customs: ${facts}`,
	noCost: () => msg`What a unit costs is not known`,
	noPrice: () => msg`No price yet`,
	belowFloor: () => msg`The price is below what a unit costs, landed`,
	noRate: () => msg`No exchange rate to compare the price with the cost`,
	noStock: () => msg`No piece left in any store`,
	stockNotTold: () => msg`No store tells how many pieces are left`,
};

/** Why a step is not done, in a sentence. @param tag of the store's buyers' language */
export function stepSentence(i18n: I18n, shown: string, tag: string, step: StepReading): string | null {
	if (step.reason === null) return null;
	const list = new Intl.ListFormat(shown, { type: 'conjunction' });
	const said: Said = {
		language: languageName(shown, tag),
		attributes: list.format(step.gaps.map((gap) => gapName(i18n, gap))),
		papers: list.format(step.papers.map((paper) => paperName(i18n, paper))),
		facts: list.format(step.facts.map((fact) => i18n._(FACT_WORDS[fact]))),
		words: step.words.join(' · '),
	};
	return i18n._(REASONS[step.reason](said));
}

function gapName(i18n: I18n, { field, name }: ReadinessGap): string {
	const word = FIELD_WORDS[field];
	return name ?? (word ? i18n._(word) : field);
}

function paperName(i18n: I18n, { kind, standing }: PaperReading): string {
	const name = i18n._(PAPER_WORDS[kind]);
	return standing === null ? name : `${name} (${i18n._(STANDING_WORDS[standing])})`;
}
