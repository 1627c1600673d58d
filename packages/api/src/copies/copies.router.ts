import {
	copiesOfSku,
	type CopyRow,
	draftRulesKept,
	glossaryTerms,
	keepDraftRules,
	listMembers,
	copyTargets,
	type CopyTarget,
	type PairedListing,
	queueCopy,
	ratesFor,
	saveCopy,
	type Scope,
	translatorOf,
	writeAudit,
} from '@pangea/db';
import {
	draftGaps,
	type DraftRules,
	emptyDraft,
	foldGtin,
	LISTING_STATES,
	type ListingDraft,
	type Money,
	type PlatformId,
	RateBook,
	roundExact,
	TEXT_FIELDS,
} from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { floorsOf } from '../catalogue/floors.ts';
import { problem, problemOf } from '../problem.ts';
import type { MoneyView } from '../shapes.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';
import { todayOf } from '../workspace/today.ts';
import {
	COPY_STATES,
	type CopyDraftView,
	type CopyOutcomeView,
	type CopyRulesView,
	type CopyTargetsView,
	type CopyTargetView,
	type CopyView,
	type PriceProposalView,
	type TargetState,
} from './shapes.ts';
import { adapterOf } from '../adapter.ts';
import { languagesOf, skuOf } from './known.ts';
import { textProcedures } from './text.procedures.ts';
import { confirmersOf, markTexts, newMarks, remember, sourcesOf, tellMarks, withRemembered } from './texts.ts';

const MOST_TARGETS = 30;
const line = (most: number) => z.string().max(most);
const words = { language: line(35), title: line(500), description: line(60_000) };
const draftInput = z.object({
	categoryId: line(255).nullable(),
	texts: z
		.array(
			z.object({
				...words,
				from: z.object(words).optional(),
				// Who confirmed it and when is for us to say.
				marks: z.partialRecord(z.enum(TEXT_FIELDS), z.object({ kind: z.enum(['machine', 'confirmed']) })).optional(),
			}),
		)
		.max(5),
	images: z.array(line(2000)).max(30),
	price: z.object({ amount: line(30), currency: line(3) }).nullable(),
	stock: z.int().min(0).max(10_000_000).nullable(),
	sellerSku: line(255),
	gtin: line(40).nullable(),
	sameProduct: line(255).nullable().optional(),
	attributes: z.array(z.object({ id: line(255), valueId: line(255).nullable(), value: line(5000) })).max(300),
});
const ofTarget = { skuId: z.uuid(), storeId: z.uuid() };

function copyView({ state, code, reasons, externalListingId, publishedAt }: CopyRow): CopyView {
	return {
		state: COPY_STATES.find((one) => one === state) ?? 'draft',
		code,
		reasons: reasons.map(({ field, words }) => ({ field, words })),
		externalListingId,
		publishedAt,
	};
}

function targetState(member: Member, target: CopyTarget): TargetState {
	if (target.listing !== null) return 'listed';
	const publish = adapterOf(member, target.platform)?.publish;
	if (!publish || publish.serves?.(target) === false) return 'notServed';
	if (target.connectionState !== 'active') return 'reconnect';
	if (!target.isRead) return 'notRead';
	return target.writesStopped ? 'writesStopped' : 'open';
}

function targetView(member: Member, target: CopyTarget, copy: CopyRow | undefined): CopyTargetView {
	const { listing } = target;
	return {
		storeId: target.storeId,
		platform: target.platform as PlatformId,
		state: targetState(member, target),
		copy: copy ? copyView(copy) : null,
		listing: listing && {
			state: LISTING_STATES.find((state) => state === listing.state) ?? 'unknown',
			rawStatus: listing.rawStatus,
			issues: listing.issues,
		},
	};
}

async function targetOf(scope: Scope, member: Member, skuId: string, storeId: string): Promise<CopyTarget> {
	const target = (await copyTargets(scope, member.storeScope, skuId)).find((one) => one.storeId === storeId);
	if (!target) throw problem('notFound');
	return target;
}

/** A draft out of what is known of the SKU: of its best seller what is said in words, of all of them the rest. */
function proposed(
	{ face, listings }: Awaited<ReturnType<typeof skuOf>>,
	languages: ReadonlyMap<string, string>,
	wanted: readonly string[],
): ListingDraft {
	const spoken = (tag: string) => listings.find(({ storeId }) => languages.get(storeId)?.slice(0, 2) === tag.slice(0, 2));
	const [best] = listings;
	const images = [...new Set([face.imageUrl, ...listings.map(({ imageUrl }) => imageUrl)])].filter((url) => url?.startsWith('https://'));
	return {
		...emptyDraft(face.code),
		texts: [...new Set(wanted)].flatMap((language) => {
			const titled = spoken(language);
			return titled ? [{ language, title: titled.title, description: '' }] : [];
		}),
		images: images.flatMap((url) => (url ? [url] : [])).slice(0, 1),
		stock: best?.stock ?? null,
		gtin:
			[...face.gtins, ...listings.flatMap(({ gtins }) => gtins)].find((gtin) => foldGtin(gtin) !== null)?.replace(/^0(?=\d{13}$)/, '') ??
			null,
	};
}

function moneyView({ amountMinor, currency }: Money): MoneyView {
	return { amountMinor: String(amountMinor), currency };
}

/** At the last rate up to today; null where there is none. */
async function converted(
	scope: Scope,
	member: Member,
	money: Money,
	currency: string,
): Promise<{ money: Money; rateDay: string | null } | null> {
	const today = await todayOf(scope, member);
	const rates = await ratesFor(scope, { currencies: [money.currency, currency], from: today, until: today, asOf: null });
	const conversion = new RateBook(rates).convert(money.currency, currency, today);
	return conversion && { money: { amountMinor: roundExact(money.amountMinor * conversion.factor), currency }, rateDay: conversion.rateDay };
}

async function floorOf(scope: Scope, member: Member, skuId: string, currency: string): Promise<Money | null> {
	return (await floorsOf(scope, member, [{ skuId, currency }]))(skuId, currency);
}

async function proposalOf(
	scope: Scope,
	member: Member,
	listings: readonly PairedListing[],
	currency: string,
): Promise<PriceProposalView | null> {
	const best = listings.find(({ priceMinor, currency: told }) => priceMinor !== null && told !== null);
	if (!member.sees('revenue') || !best || best.priceMinor === null || best.currency === null) return null;
	const from = { amountMinor: BigInt(best.priceMinor), currency: best.currency };
	const found = await converted(scope, member, from, currency);
	return found && { from: moneyView(from), amount: moneyView(found.money), rateDay: found.rateDay };
}

/** A draft is a price among other things. */
function requireSight(member: Member): void {
	if (!member.sees('revenue')) throw problem('notAllowed', { permission: 'fields.revenue' });
}

/** Puts a SKU on sale in stores that do not list it. */
export const copiesRouter = router({
	...textProcedures,

	/** Where a SKU is listed, could be, and cannot be, with why. */
	targets: memberProcedure('catalogue.read')
		.input(z.object({ skuId: z.uuid() }))
		.query(
			async ({ ctx: { member }, input: { skuId } }): Promise<CopyTargetsView> =>
				member.scoped(async (scope) => {
					const { face } = await skuOf(scope, member, skuId);
					const copies = await copiesOfSku(scope, member.storeScope, skuId);
					const targets = await copyTargets(scope, member.storeScope, skuId);
					return {
						sku: face,
						targets: targets.map((target) =>
							targetView(
								member,
								target,
								copies.find(({ storeId }) => storeId === target.storeId),
							),
						),
					};
				}),
		),

	/** The saved draft for a store, or one out of what other stores list. */
	draft: memberProcedure('catalogue.publish')
		.input(z.object(ofTarget))
		.query(async ({ ctx: { member }, input: { skuId, storeId } }): Promise<CopyDraftView> => {
			requireSight(member);
			return await member.scoped(async (scope) => {
				const known = await skuOf(scope, member, skuId);
				const targets = await copyTargets(scope, member.storeScope, skuId);
				const target = targets.find((one) => one.storeId === storeId);
				if (!target) throw problem('notFound');
				const languages = languagesOf(member, targets);
				const language = languages.get(storeId) ?? 'en';
				const copies = await copiesOfSku(scope, member.storeScope, skuId);
				const saved = copies.find((copy) => copy.storeId === storeId && copy.state !== 'published');
				const searchLanguage = adapterOf(member, target.platform)?.publish?.searchLanguage(target) ?? language;
				const worded = known.listings.find((one) => languages.get(one.storeId)?.slice(0, 2) === searchLanguage.slice(0, 2));
				const wanted = [language, searchLanguage];
				const sources = sourcesOf(
					known.listings,
					copies.filter((copy) => copy.storeId !== storeId),
					languages,
				);
				const draft = saved?.draft ?? (await withRemembered(scope, proposed(known, languages, wanted), wanted, sources));
				return {
					draft,
					isSaved: saved !== undefined,
					words: (worded ?? known.listings[0])?.title ?? known.face.title,
					searchLanguage,
					copiesOwn: adapterOf(member, target.platform)?.publish?.copiesOwn === true,
					sources,
					glossary: await glossaryTerms(scope),
					translates: (await translatorOf(scope)) !== null,
					confirmers: confirmersOf(draft, await listMembers(scope)),
				};
			});
		}),

	/** Categories in which the platform would put some words, or what stands below a group of them. */
	categories: memberProcedure('catalogue.publish')
		.input(
			z.union([
				z.strictObject({ ...ofTarget, words: z.string().trim().min(1).max(500) }),
				z.strictObject({ ...ofTarget, groupId: z.string().min(1).max(255) }),
			]),
		)
		.query(async ({ ctx: { member }, input: { skuId, storeId, ...sought } }) => {
			member.requireStore(storeId);
			return await member.services.operations.suggestCategories(member.workspaceId, { storeId, skuId }, sought);
		}),

	/** What a store asks of a listing in a category, with what a price could be. */
	rules: memberProcedure('catalogue.publish')
		.input(z.object({ ...ofTarget, categoryId: z.string().min(1).max(255) }))
		.query(async ({ ctx: { member }, input: { skuId, storeId, categoryId } }): Promise<CopyRulesView> => {
			requireSight(member);
			member.requireStore(storeId);
			const rules = await member.services.operations.draftRules(member.workspaceId, { storeId, skuId }, categoryId);
			return await member.scoped(async (scope) => {
				const { listings } = await skuOf(scope, member, skuId);
				await keepRules(scope, member, { skuId, storeId, rules });
				const floor = await floorOf(scope, member, skuId, rules.currency);
				return { rules, proposal: await proposalOf(scope, member, listings, rules.currency), floor: floor && moneyView(floor) };
			});
		}),

	/** Keeps the draft of a SKU for a store, and in the memory what of its texts a person has written or confirmed. */
	save: memberProcedure('catalogue.publish')
		.input(z.object({ ...ofTarget, draft: draftInput }))
		.mutation(async ({ ctx: { member }, input: { skuId, storeId, draft: said } }) => {
			requireSight(member);
			await member.scoped(async (scope) => {
				const { face, listings } = await skuOf(scope, member, skuId);
				const targets = await copyTargets(scope, member.storeScope, skuId);
				if (!targets.some((one) => one.storeId === storeId)) throw problem('notFound');
				const copies = await copiesOfSku(scope, member.storeScope, skuId);
				const before = copies.find((copy) => copy.storeId === storeId)?.draft.texts ?? [];
				const who = { by: member.user.id, at: member.services.now().toISOString() };
				const draft: ListingDraft = { ...said, texts: markTexts(said.texts, before, who) };
				const rules = await draftRulesKept(scope, { skuId, storeId }, draft.categoryId);
				const gaps = rules && draftGaps(draft, rules);
				const saved = await saveCopy(scope, { copyId: uuidv7(), skuId, storeId, draft, gaps, ...who });
				if (saved === null) throw problem('copyUnderWay');
				await remember(scope, draft.texts, sourcesOf(listings, [], languagesOf(member, targets)), who);
				const marked = { userId: who.by, subject: saved, subjectName: face.code, storeId };
				await tellMarks(scope, newMarks(draft.texts, before), marked);
				await recordEvent(scope, { kind: 'listings.changed', storeId, ids: [] });
			});
			return { saved: 1 };
		}),

	/** Sends saved drafts to their stores; each is checked against its store's rules of now and stands for itself. */
	publish: memberProcedure('catalogue.publish')
		.input(z.object({ skuId: z.uuid(), storeIds: z.array(z.uuid()).min(1).max(MOST_TARGETS) }))
		.mutation(async ({ ctx: { member }, input: { skuId, storeIds } }): Promise<CopyOutcomeView[]> => {
			requireSight(member);
			const outcomes: CopyOutcomeView[] = [];
			for (const storeId of new Set(storeIds)) outcomes.push(await publishOne(member, skuId, storeId));
			return outcomes;
		}),
});

async function keepRules(scope: Scope, member: Member, of: { skuId: string; storeId: string; rules: DraftRules }): Promise<void> {
	await keepDraftRules(scope, { ...of, at: member.services.now().toISOString() }, (draft, rules) => draftGaps(draft, rules));
}

async function publishOne(member: Member, skuId: string, storeId: string): Promise<CopyOutcomeView> {
	const told = (outcome: CopyOutcomeView['outcome'], more: Partial<CopyOutcomeView> = {}): CopyOutcomeView => ({
		storeId,
		outcome,
		gaps: [],
		code: null,
		...more,
	});
	const { copy, isOpen } = await member.scoped(async (scope) => ({
		copy: (await copiesOfSku(scope, member.storeScope, skuId)).find((one) => one.storeId === storeId),
		isOpen: targetState(member, await targetOf(scope, member, skuId, storeId)) === 'open',
	}));
	if (!copy || copy.state === 'published') return told('missing');
	if (!isOpen) return told('notOpen');
	let rules: DraftRules | null = null;
	if (copy.draft.categoryId !== null) {
		try {
			rules = await member.services.operations.draftRules(member.workspaceId, { storeId, skuId }, copy.draft.categoryId);
		} catch (error) {
			// One store that does not answer keeps the others from nothing.
			const { code } = problemOf(error);
			if (code === 'internal') throw error;
			return told('failed', { code });
		}
	}
	return await member.scoped(async (scope) => {
		const { face } = await skuOf(scope, member, skuId);
		if (rules) await keepRules(scope, member, { skuId, storeId, rules });
		const gaps = draftGaps(copy.draft, rules, rules && (await floorOf(scope, member, skuId, rules.currency)));
		if (gaps.length > 0) return told('gaps', { gaps });
		if (!(await queueCopy(scope, copy.copyId, member.user.id))) return told('underWay');
		await member.services.operations.publishCopy(scope, { copyId: copy.copyId, storeId });
		await writeAudit(scope, {
			userId: member.user.id,
			action: 'catalogue.publish',
			subject: copy.copyId,
			subjectName: face.code,
			storeId,
			after: { name: copy.draft.sellerSku, ...(copy.draft.price && { currency: copy.draft.price.currency }) },
		});
		await recordEvent(scope, { kind: 'listings.changed', storeId, ids: [] });
		return told('queued');
	});
}
