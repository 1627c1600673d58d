import type { PaperKind, PaperStanding } from '@pangea/domain';

/** A file of a paper; its bytes are downloaded apart. */
export interface PaperFileView {
	fileId: string;
	/** As it was called where it came from. */
	name: string;
	type: string;
	/** Bytes. */
	size: number;
	addedAt: string;
}

/** One paper of a company. */
export interface PaperView {
	paperId: string;
	/** The company. */
	entity: string;
	kind: PaperKind;
	/** ISO 3166-1 alpha-2, or `EU`. */
	country: string;
	/** Of a bank account its last four characters only; {@link PaperView.masked} says so. */
	number: string;
	masked: boolean;
	/** In whose name: a person responsible, a holder, a brand. */
	holder: string;
	note: string;
	/** ISO days, both included; null: open. */
	validFrom: string | null;
	validUntil: string | null;
	standing: PaperStanding;
	savedAt: string;
	files: PaperFileView[];
}

export interface DossierView {
	/** Companies that stores belong to or that have papers, of those the member sees. */
	entities: string[];
	papers: PaperView[];
}
