import {
	type BlockedFacts,
	blockedFacts,
	type DraftFacts,
	draftFacts,
	landedCosts,
	papersOf,
	type PaperFacts,
	readStores,
	type Scope,
	skuFacts,
	type SkuFacts,
	type StoreFacts,
	type StoreScope,
} from '@pangea/db';
import {
	allows,
	bestPaper,
	CUSTOMS_FACTS,
	type CustomsFact,
	draftAmount,
	foldGtin,
	goodsPapers,
	isPaperKind,
	isPlatformId,
	type OperatingMode,
	type PaperReading,
	type PlacedReadiness,
	type PriceStanding,
	primaryLanguage,
	readinessGap,
	type SkuReadiness,
	type StoreReadiness,
} from '@pangea/domain';
import { siteLanguage } from '../adapter.ts';
import type { Member } from '../trpc.ts';
import { todayOf } from '../workspace/today.ts';
import { floorsOf } from './floors.ts';
import type { ReadinessView } from './shapes.ts';

/**
 * What is known of some SKUs and of the member's stores. How ready a SKU is for a store follows from it by `readinessOf`, for as many cells as anybody looks
 * at: the questions to the database are the same few however many SKUs and stores there are.
 */
export async function readinessFacts(member: Member, stores: StoreScope, skuIds: readonly string[]): Promise<ReadinessView> {
	return await member.scoped(async (scope) => {
		const all = await readStores(scope, member.storeScope);
		const places = stores === null ? all : all.filter(({ storeId }) => stores.includes(storeId));
		const skus = await skuFacts(scope, member.storeScope, skuIds);
		const today = await todayOf(scope, member);
		const papers = await papersSeen(scope, member, places);
		const costs = member.sees('cost') ? await landedCosts(scope, skuIds, today) : null;
		const languages = new Map(all.map((one) => [one.storeId, siteLanguage(member, one) ?? one.language]));
		return {
			skus: skus.map((sku) => toSku(sku, languages, costs === null ? 'hidden' : costs.has(sku.skuId) ? 'known' : 'notKnown')),
			stores: places.map((place) => toStore(place, languages.get(place.storeId) ?? place.language, papers, today)),
			placed: await placedFacts(scope, member, { stores, skuIds, languages }),
		};
	});
}

/** Null for who does not see dossiers. */
async function papersSeen(scope: Scope, member: Member, places: readonly StoreFacts[]): Promise<PaperFacts[] | null> {
	if (!allows(member.powers, 'stores.manage')) return null;
	return await papersOf(scope, [...new Set(places.flatMap(({ entity }) => entity ?? []))]);
}

function toSku(sku: SkuFacts, languages: ReadonlyMap<string, string>, cost: SkuReadiness['cost']): SkuReadiness {
	const told: Record<CustomsFact, unknown> = { weight: sku.weightGrams, hsCode: sku.hsCode, origin: sku.originCountry };
	const spoken = sku.titledIn.flatMap((storeId) => languages.get(storeId) ?? []).map(primaryLanguage);
	return {
		skuId: sku.skuId,
		languages: [...new Set(spoken)],
		gtin: sku.gtins.some((gtin) => foldGtin(gtin) !== null),
		stock: (sku.stock ?? 0) > 0 ? 'some' : sku.stockNotTold ? 'notTold' : 'none',
		cost,
		lacks: CUSTOMS_FACTS.filter((fact) => told[fact] === null || told[fact] === ''),
	};
}

function toStore(place: StoreFacts, language: string, papers: readonly PaperFacts[] | null, today: string): StoreReadiness {
	const { storeId, platform, siteId, country, entity } = place;
	const mode = place.mode as OperatingMode;
	const needed = isPlatformId(platform) ? goodsPapers(platform, { id: siteId, country }, mode) : [];
	const own = (papers ?? []).flatMap((paper) =>
		paper.entity === entity && isPaperKind(paper.kind) ? [{ ...paper, kind: paper.kind }] : [],
	);
	const readings = needed.map(
		({ need, certain }): PaperReading => ({ kind: need.kind, standing: bestPaper(own, need, country, today)?.standing ?? null, certain }),
	);
	const isOpen = needed.length > 0 && entity === null;
	return {
		storeId,
		language,
		papers: papers === null ? 'hidden' : isOpen ? 'noCompany' : readings,
		crossesBorder: mode === 'crossBorder',
	};
}

async function placedFacts(
	scope: Scope,
	member: Member,
	of: { stores: StoreScope; skuIds: readonly string[]; languages: ReadonlyMap<string, string> },
): Promise<PlacedReadiness[]> {
	const drafts = await draftFacts(scope, of.stores, of.skuIds);
	const blocked = await blockedFacts(scope, of.stores, of.skuIds);
	const priced = [
		...drafts.flatMap(({ skuId, price }) => (price ? [{ skuId, currency: price.currency }] : [])),
		...blocked.flatMap(({ skuId, currency }) => (currency === null ? [] : [{ skuId, currency }])),
	];
	const floor = await floorsOf(scope, member, priced);
	const standing = (skuId: string, price: { amountMinor: bigint; currency: string } | null): PriceStanding => {
		if (!member.sees('revenue') || !member.sees('cost')) return 'hidden';
		if (price === null) return 'missing';
		const least = floor(skuId, price.currency);
		if (least === null) return 'noRate';
		return price.amountMinor < least.amountMinor ? 'below' : 'kept';
	};
	const isListed = new Set(blocked.map(({ skuId, storeId }) => `${skuId} ${storeId}`));
	return [
		...blocked.map((one) => toBlocked(one, standing(one.skuId, moneyOf(one)))),
		...drafts
			.filter(({ skuId, storeId }) => !isListed.has(`${skuId} ${storeId}`))
			.map((one) => toDraft(one, of.languages.get(one.storeId) ?? '', standing(one.skuId, priceOf(one)))),
	];
}

function moneyOf({ priceMinor, currency }: BlockedFacts): { amountMinor: bigint; currency: string } | null {
	return priceMinor === null || currency === null ? null : { amountMinor: BigInt(priceMinor), currency };
}

/** Null where none is told, or none that the store would take. */
function priceOf({ price, gaps }: DraftFacts): { amountMinor: bigint; currency: string } | null {
	const amountMinor = price === null || gaps?.some(({ field }) => field === 'price') === true ? null : draftAmount(price);
	return price === null || amountMinor === null ? null : { amountMinor, currency: price.currency };
}

function toBlocked(one: BlockedFacts, price: PriceStanding): PlacedReadiness {
	return {
		skuId: one.skuId,
		storeId: one.storeId,
		kind: 'blocked',
		text: one.title.trim() === '' ? 'missing' : 'told',
		gaps: null,
		hasCategory: true,
		gtin: one.gtins.some((gtin) => foldGtin(gtin) !== null),
		stock: (one.stock ?? 0) > 0,
		price,
		issues: one.issues.length > 0 ? one.issues : [one.rawStatus],
	};
}

function toDraft(one: DraftFacts, language: string, price: PriceStanding): PlacedReadiness {
	const machine = one.texts.some(
		({ title, marks }) => title.trim() !== '' && Object.values(marks ?? {}).some(({ kind }) => kind === 'machine'),
	);
	const told = one.texts.some((text) => primaryLanguage(text.language) === primaryLanguage(language) && text.title.trim() !== '');
	return {
		skuId: one.skuId,
		storeId: one.storeId,
		kind: 'draft',
		text: machine ? 'machine' : told ? 'told' : 'missing',
		gaps: one.gaps?.map(readinessGap) ?? null,
		hasCategory: one.categoryId !== null,
		gtin: foldGtin(one.gtin ?? '') !== null,
		stock: (one.stock ?? 0) > 0,
		price,
		issues: [],
	};
}
