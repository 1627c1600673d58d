import type {
	MeasureId,
	PlatformId,
	ProfitGap,
	ProfitMeasureId,
	RateSource,
	SettlementKind,
	StatementFault,
	StatementMapping,
} from '@pangea/domain';
import type { FileTold } from '../file-import.ts';
import type { MoneyView } from '../shapes.ts';

/** Goods are priced in three ways that are never added: they stand in the basis. */
export type FigureId = Exclude<MeasureId, 'goods'>;

/**
 * Every measure of the catalogue that is one figure: money as minor units of the base currency, counts and shares as decimal text. Null where there is nothing to
 * divide by.
 */
export type FiguresView = Record<FigureId, string | null>;

/** A change in minor units of the base currency; see `splitChange`. */
export interface ChangeView {
	changeMinor: string;
	tradeMinor: string;
	exchangeMinor: string;
}

export interface NumbersGroupView {
	/** Platform, `platform/site`, store id, company, group, id of who answers for the store, or currency; empty for stores without. */
	key: string;
	figures: FiguresView;
	compared: FiguresView | null;
}

export interface NumbersDayView {
	day: string;
	figures: FiguresView;
	/** The day of the comparison period that it is compared with. */
	comparedDay: string | null;
	compared: FiguresView | null;
}

/** What the figures stand on; nothing of it may be left out where they are shown. */
export interface BasisView {
	currency: string;
	from: string;
	until: string;
	comparedFrom: string | null;
	comparedUntil: string | null;
	/** Whose days: a zone, or null for each store's own. */
	zone: string | null;
	/** Rates as they were known at this instant. */
	asOf: string;
	rates: {
		sources: RateSource[];
		/** Oldest and newest day of a rate that was used; null when all was in the base currency. */
		oldest: string | null;
		newest: string | null;
		/** Days of a currency that took the rate of an earlier day, such as a holiday. */
		carried: number;
	};
	/** Goods by how they are priced, in the base currency: never added. */
	goods: { gross: string; net: string; unknown: string };
	/** Gross sales of bills that tell no tax. */
	taxUntoldMinor: string;
	/** Orders whose bill is not told; they count as orders and not as money. */
	untoldOrders: string;
	/** Orders whose fees are told. */
	feeOrders: string;
	/** What could not be converted, and is in no money figure. */
	apart: { currency: string; grossMinor: string; orders: string }[];
	/** Until when each store is complete. */
	stores: { storeId: string; platform: PlatformId; freshTo: string | null; late: boolean; historyFrom: string | null }[];
}

export interface NumbersView {
	basis: BasisView;
	total: FiguresView;
	compared: FiguresView | null;
	/** Of gross and net sales; null without a comparison, or where a rate is missing for it. */
	split: Partial<Record<'gross' | 'net', ChangeView>> | null;
	days: NumbersDayView[];
	groups: NumbersGroupView[];
	seq: string;
}

/**
 * What is left, in minor units of the base currency or decimal text. Null where there is nothing to say: no order with an estimate, no unit with a
 * cost. `gross` is that of the orders with an estimate; `costOfGoods` that of every unit with a cost.
 */
export type ProfitFiguresView = Record<'orders' | 'units' | ProfitCount, string> &
	Record<'gross' | Exclude<ProfitMeasureId, ProfitCount>, string | null>;
type ProfitCount = 'settledOrders' | 'profitOrders' | 'unitsWithoutCost';

export interface ProfitView {
	currency: string;
	total: ProfitFiguresView;
	/** By the same keys as the sales. */
	groups: { key: string; figures: ProfitFiguresView }[];
	/** Of how many orders `difference` is told. */
	compared: number;
	/** Orders without a profit, each under the first reason that holds. */
	gaps: Record<ProfitGap, number>;
	/** Costs that could not be converted, and are in no sum. */
	apart: { currency: string; costMinor: string }[];
}

/** What is left, SKU by SKU. The money of the rows and the rest adds up to that of the whole, to the minor unit. */
export interface SkuProfitView extends Pick<ProfitView, 'currency' | 'total' | 'compared' | 'gaps' | 'apart'> {
	/** Most left first, those of which nothing can be said last. Null: lines without a SKU, and orders of which no line is told. */
	rows: { sellerSku: string | null; title: string; figures: ProfitFiguresView }[];
	/** Of the SKUs that are not named, where there are some. Orders of several SKUs are in it several times. */
	rest: { skus: number; figures: ProfitFiguresView } | null;
}

/** The SKUs of which most pieces were sold, and where. Pieces as decimal text. */
export interface SkusView {
	/** Most pieces first. */
	rows: {
		sellerSku: string;
		title: string;
		units: string;
		/** By `platform/site`. */
		sites: Record<string, string>;
	}[];
	/** Keys of the sites on which one of these was sold, most pieces of them first. */
	sites: string[];
	/** SKUs that were sold in all, and their pieces; pieces of lines without a SKU. */
	skus: number;
	units: string;
	unnamed: string;
}

/** One statement as the platform made it, beside the lines that are held of it. */
export interface StatementView {
	storeId: string;
	externalId: string;
	/** When it was cut. */
	closedAt: string;
	/** The platform's word for where the payout stands, and its number once there is one. */
	rawStatus: string;
	payoutId: string | null;
	/** What is paid out. */
	total: MoneyView;
	/** What its lines come to by kind; what goes out is below zero. */
	parts: { kind: SettlementKind; amount: MoneyView }[];
	/** What the statement says beyond its lines. */
	remainder: MoneyView;
	/** Lines in another currency, which are in no sum. */
	foreignLines: number;
}

export interface StatementsView {
	/** Newest first. */
	rows: StatementView[];
	more: boolean;
	/** Of each store whose platform tells statements: how far they are read, and what is announced and held back. */
	stores: {
		storeId: string;
		state: 'waiting' | 'read' | 'scopeMissing' | 'given';
		readFrom: string | null;
		readUntil: string | null;
		unreadable: number;
		held: { amount: MoneyView; settlements: number }[];
	}[];
	/** Platforms whose statements are not read: theirs come as files. */
	byFile: PlatformId[];
}

export interface RateView {
	currency: string;
	against: string;
	day: string;
	source: RateSource;
	rate: string;
	recordedAt: string;
}

/** What a file of bookings holds, and what became of it. */
export interface StatementImportView extends FileTold<StatementMapping, StatementFault> {
	/** Bookings that are new, say something else than what is stored, and say the same. */
	fresh: number;
	changed: number;
	same: number;
	/** The platform's words with how many rows have each, and what they are taken for. */
	words: { word: string; lines: number; kind: SettlementKind }[];
	/** Of the good rows. */
	sums: MoneyView[];
	/** How many bookings were written; null: nothing was to be written, or nothing was because of faults. */
	written: number | null;
}
