import { type OfferRow, type Scope } from '@pangea/db';
import {
	changeablePrice,
	judgePrice,
	judgeStock,
	judgeTitle,
	type Money,
	NO_OFFERS,
	OFFER_FIELDS,
	type OfferFacts,
	type OfferField,
	type OfferRefusal,
	type OfferTerms,
	type OfferVerdict,
	type OperatingMode,
	plainTitle,
} from '@pangea/domain';
import { adapterOf } from '../adapter.ts';
import { floorsOf } from '../catalogue/floors.ts';
import { stateOf } from '../catalogue/states.ts';
import type { Member } from '../trpc.ts';
import type { OfferVerdictView } from './shapes.ts';

/** A listing as it stands, with what its platform takes of it. */
export interface Offered {
	row: OfferRow;
	terms: OfferTerms;
	/** The price that is changed. */
	price: Money | null;
	floor: Money | null;
}

/** One row of what is asked for. */
export interface AskedOffer {
	listingId: string;
	title?: string | undefined;
	price?: { amount: string; currency: string } | undefined;
	stock?: number | undefined;
}

function money(minor: string | null, currency: string | null): Money | null {
	return minor === null || currency === null ? null : { amountMinor: BigInt(minor), currency };
}

function factsOf(row: OfferRow): OfferFacts {
	return {
		externalVariantId: row.externalVariantId,
		state: stateOf(row.state),
		rawStatus: row.rawStatus,
		price: money(row.priceMinor, row.currency),
		received: money(row.receivedMinor, row.receivedCurrency),
		stock: row.stock,
		sold: row.sold,
	};
}

/** What can be changed of listings, and what must not be undercut. */
export async function offeredOf(scope: Scope, member: Member, rows: readonly OfferRow[]): Promise<Offered[]> {
	const known = rows.map((row) => {
		const offers = adapterOf(member, row.platform)?.offers;
		const facts = factsOf(row);
		// The mode is one of ours: it was written from a store's description.
		const terms = offers?.terms({ siteId: row.siteId, mode: row.mode as OperatingMode, attributes: row.attributes }, facts) ?? NO_OFFERS;
		return { row, terms, price: changeablePrice(facts, terms) };
	});
	const floorOf = await floorsOf(
		scope,
		member,
		known.flatMap(({ row, price }) => (row.skuId !== null && price ? [{ skuId: row.skuId, currency: price.currency }] : [])),
	);
	return known.map((one) => ({
		...one,
		floor: one.row.skuId !== null && one.price ? floorOf(one.row.skuId, one.price.currency) : null,
	}));
}

/** Why a field of a listing is not changed now; null: it can be. */
export function barOf({ row, terms }: Offered, field: OfferField): OfferRefusal | null {
	if (terms[field] !== null) return terms[field];
	if (row.connectionState !== 'active') return 'reconnect';
	if (row.writesStopped) return 'writesStopped';
	return row.underWay.includes(field) ? 'underWay' : null;
}

/** What a listing shows of a field, as a change holds it; null where it is not told. */
export function valueOf({ row, price }: Offered, field: OfferField): string | null {
	if (field === 'title') return plainTitle(row.title);
	const value = field === 'price' ? price?.amountMinor : row.stock;
	return value == null ? null : String(value);
}

/** What would become of each field that is asked for; a listing that is not there, or not to be seen, is not found. */
export function verdictsOf(offered: readonly Offered[], asked: readonly AskedOffer[]): OfferVerdictView[] {
	const byId = new Map(offered.map((one) => [one.row.listingId, one]));
	const titles = titlesByProduct(byId, asked);
	return asked.flatMap((wanted): OfferVerdictView[] => {
		const { listingId } = wanted;
		const one = byId.get(listingId);
		return OFFER_FIELDS.filter((field) => wanted[field] !== undefined).map((field) => {
			if (!one) return missing(listingId, field);
			const bar = barOf(one, field);
			const verdict = judge(one, wanted, field, titles);
			return {
				listingId,
				field,
				currency: field === 'price' ? (one.price?.currency ?? null) : null,
				was: valueOf(one, field),
				shall: verdict.shall,
				refusal: bar ?? verdict.refusal,
				bound: bar === null ? verdict.bound : null,
				warnings: bar === null ? verdict.warnings : [],
			};
		});
	});
}

function judge(one: Offered, wanted: AskedOffer, field: OfferField, titles: ReadonlyMap<string, ReadonlySet<string>>): OfferVerdict {
	const { row, terms, price, floor } = one;
	if (field === 'price') return judgePrice(wanted.price ?? { amount: '', currency: '' }, { was: price, floor, obstacle: terms.price });
	if (field === 'stock') return judgeStock(wanted.stock ?? -1, { was: row.stock, obstacle: terms.stock });
	const isOneOfSeveral = row.variant !== null;
	const verdict = judgeTitle(wanted.title ?? '', { was: row.title, obstacle: terms.title, titles: terms.titles, isOneOfSeveral });
	const isAtOdds = (titles.get(productOf(one))?.size ?? 0) > 1;
	return verdict.refusal === null && isAtOdds ? { ...verdict, refusal: 'severalTitles', warnings: [] } : verdict;
}

/** Titles that are asked for together, where a product has but one. */
function titlesByProduct(byId: ReadonlyMap<string, Offered>, asked: readonly AskedOffer[]): Map<string, Set<string>> {
	const titles = new Map<string, Set<string>>();
	for (const { listingId, title } of asked) {
		const one = byId.get(listingId);
		if (!one || title === undefined || one.terms.titles.of !== 'product') continue;
		titles.set(productOf(one), (titles.get(productOf(one)) ?? new Set()).add(plainTitle(title)));
	}
	return titles;
}

function productOf({ row }: Offered): string {
	return `${row.storeId} ${row.externalListingId}`;
}

export function missing(listingId: string, field: OfferField): OfferVerdictView {
	return { listingId, field, currency: null, was: null, shall: null, refusal: 'notFound', bound: null, warnings: [] };
}
