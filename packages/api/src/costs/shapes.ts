import type { CostFault, CostMapping } from '@pangea/domain';
import type { FileTold } from '../file-import.ts';
import type { MoneyView } from '../shapes.ts';

export interface CostView {
	sellerSku: string;
	/** Since when, or from when on where none holds yet. */
	validFrom: string;
	amount: MoneyView;
	inbound: MoneyView | null;
	/** On how many days another cost begins. */
	days: number;
}

export interface CostWordView {
	validFrom: string;
	/** Null: what was stated for the day was taken back. */
	amount: MoneyView | null;
	inbound: MoneyView | null;
	recordedAt: string;
	recordedBy: string | null;
	/** False once a later word about the same day was recorded. */
	counts: boolean;
}

export interface MissingCostView {
	sellerSku: string;
	title: string;
	/** Sold in the last days. */
	units: number;
}

/** What a file of costs holds, and what became of it. */
export interface CostImportView extends FileTold<CostMapping, CostFault> {
	/** SKUs' days that had no cost, another one, and the same one. */
	fresh: number;
	changed: number;
	same: number;
	/** How many costs were written; null: nothing was to be written, or nothing was because of faults. */
	written: number | null;
}
