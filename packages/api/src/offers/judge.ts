import { type OfferRow, type Scope } from '@pangea/db';
import {
	changeablePrice,
	isPlatformId,
	judgePrice,
	judgeStock,
	type Money,
	NO_OFFERS,
	type OfferFacts,
	type OfferField,
	type OfferRefusal,
	type OfferTerms,
	type OperatingMode,
} from '@pangea/domain';
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
	};
}

/** What can be changed of listings, and what must not be undercut. */
export async function offeredOf(scope: Scope, member: Member, rows: readonly OfferRow[]): Promise<Offered[]> {
	const known = rows.map((row) => {
		const offers = isPlatformId(row.platform) ? member.services.registry.get(row.platform)?.offers : undefined;
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

/** What would become of each field that is asked for; a listing that is not there, or not to be seen, is not found. */
export function verdictsOf(offered: readonly Offered[], asked: readonly AskedOffer[]): OfferVerdictView[] {
	const byId = new Map(offered.map((one) => [one.row.listingId, one]));
	return asked.flatMap(({ listingId, price, stock }): OfferVerdictView[] => {
		const one = byId.get(listingId);
		const fields: OfferField[] = [...(price ? (['price'] as const) : []), ...(stock === undefined ? [] : (['stock'] as const))];
		if (!one) return fields.map((field) => missing(listingId, field));
		return fields.map((field) => {
			const bar = barOf(one, field);
			const wasStock = one.row.stock;
			const verdict =
				field === 'price' && price
					? judgePrice(price, { was: one.price, floor: one.floor, obstacle: one.terms.price })
					: judgeStock(stock ?? 0, { was: wasStock, obstacle: one.terms.stock });
			const was = field === 'price' ? one.price?.amountMinor : wasStock;
			return {
				listingId,
				field,
				currency: field === 'price' ? (one.price?.currency ?? null) : null,
				was: was == null ? null : String(was),
				shall: verdict.shall === null ? null : String(verdict.shall),
				refusal: bar ?? verdict.refusal,
				bound: bar === null ? verdict.bound : null,
				warnings: bar === null ? verdict.warnings : [],
			};
		});
	});
}

export function missing(listingId: string, field: OfferField): OfferVerdictView {
	return { listingId, field, currency: null, was: null, shall: null, refusal: 'notFound', bound: null, warnings: [] };
}
