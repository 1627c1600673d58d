import type {
	ListingState,
	MachineField,
	MachineFieldState,
	MachineOwn,
	MasterData,
	PairingReason,
	PlacedReadiness,
	PlatformId,
	SkuReadiness,
	StoreReadiness,
} from '@pangea/domain';
import type { RatingView } from '../reviews/shapes.ts';
import type { MoneyView } from '../shapes.ts';

/** `soldOut`: live, and no piece is left. */
export type CellState = ListingState | 'soldOut';

/** What one store lists of a SKU; of several listings the one that can be bought. Where a store has none there is no cell. */
export interface CoverageCellView {
	storeId: string;
	state: CellState;
	/** How many listings the store has of it. */
	listings: number;
	stock: number | null;
	price: MoneyView | null;
	/** Pieces sold in thirty days. */
	sold: number;
	/** Why the platform keeps it from sale, in its own words. */
	issues: string[];
}

export interface CoverageRowView {
	skuId: string;
	code: string;
	title: string;
	variant: string | null;
	imageUrl: string | null;
	sold: number;
	/** Pieces sold in thirty days while it cannot be bought in some store whose listings are read; 0 where it can everywhere. */
	atStake: number;
	cells: CoverageCellView[];
}

export interface CoveragePageView {
	rows: CoverageRowView[];
	next: string | null;
}

/** `none`: the platform's listings are not read here yet. `elsewhere`: it tells those of this store with another grant only. */
export interface ListingStoreView {
	storeId: string;
	platform: PlatformId;
	state: 'none' | 'elsewhere' | 'waiting' | 'read' | 'scopeMissing';
	readUntil: string | null;
	/** Products of the last walk that could not be understood. */
	unreadable: number;
}

export interface SkuFaceView {
	skuId: string;
	code: string;
	title: string;
	variant: string | null;
	gtins: string[];
	imageUrl: string | null;
}

/** What is known of a SKU itself, whatever platforms say of it. */
export interface SkuMasterView {
	skuId: string;
	data: MasterData;
	/** To be given back with a change, which is refused where somebody else changed it meanwhile. */
	version: number;
	changedAt: string | null;
	/** Null where nobody changed what its first listing told, or they have left. */
	changedBy: string | null;
}

export interface ProposalView {
	sku: SkuFaceView;
	/** From 0 to 1. */
	confidence: number;
	reasons: PairingReason[];
}

export interface WaitingListingView {
	listingId: string;
	storeId: string;
	title: string;
	variant: string | null;
	sellerSku: string | null;
	gtins: string[];
	imageUrl: string | null;
	state: ListingState;
	sold: number;
	/** Best first; empty where a person took the listing out of a SKU or refused all. */
	proposals: ProposalView[];
}

export interface PairingQueueView {
	rows: WaitingListingView[];
	next: string | null;
	waiting: number;
}

export interface ProblemGroupView {
	platform: PlatformId;
	/** In the platform's own words. */
	cause: string;
	listings: number;
	stores: number;
	/** Pieces that the SKUs behind it sold in thirty days, all stores together. */
	atStake: number;
}

export interface ListingProblemView {
	listingId: string;
	storeId: string;
	/** Null for one that is not paired. */
	skuId: string | null;
	title: string;
	variant: string | null;
	sellerSku: string | null;
	imageUrl: string | null;
	url: string | null;
	state: ListingState;
	/** The platform's own word. */
	rawStatus: string;
	atStake: number;
}

/** How well machines can read a listing's offer, and the offer as schema.org has it. */
export interface MachineReadingView {
	listingId: string;
	fields: Record<MachineField, MachineFieldState>;
	told: number;
	/** Of how many that can be told. */
	of: number;
	/** What of the JSON-LD the master data say and no listing tells. */
	ours: MachineOwn[];
	/** JSON-LD of a schema.org Product, safe inside a script element. */
	jsonLd: string;
}

export interface SkuView {
	sku: SkuFaceView;
	/** Over all listings of the member's stores: pieces of thirty days, and the stars of those platforms that count them. */
	whole: { sold: number; stores: number; rating: RatingView };
	/** Whether one of these stores takes reviews from elsewhere. */
	takesReviews: boolean;
	listings: {
		listingId: string;
		storeId: string;
		externalListingId: string;
		title: string;
		variant: string | null;
		sellerSku: string | null;
		imageUrl: string | null;
		state: CellState | 'gone';
		/** The platform's own word. */
		rawStatus: string;
		issues: string[];
		stock: number | null;
		price: MoneyView | null;
		sold: number;
		/** As the platform tells them, unchecked. */
		gtins: string[];
		/** Of its page at the platform. */
		url: string | null;
		/** Of its product, as the platform counts. */
		rating: RatingView;
		pairedAt: string;
		/** The member who decided; null: by itself. */
		pairedBy: string | null;
		reasons: PairingReason[];
	}[];
}

/** What is known of some SKUs and of the stores whose listings are read; `readinessOf` makes the score of any of their pairs. */
export interface ReadinessView {
	skus: SkuReadiness[];
	stores: StoreReadiness[];
	/** Only pairs with a draft or with a listing that is kept from sale. */
	placed: PlacedReadiness[];
}
