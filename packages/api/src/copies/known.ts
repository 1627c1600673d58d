import { copiesOfSku, type CopyTarget, copyTargets, listingsOfSku, type Scope, skuFaces } from '@pangea/db';
import { siteLanguage } from '../adapter.ts';
import { problem } from '../problem.ts';
import type { Member } from '../trpc.ts';
import type { TextSourceView } from './shapes.ts';
import { sourcesOf } from './texts.ts';

/** The SKU with its listings inside the member's stores, best seller first. @throws notFound */
export async function skuOf(scope: Scope, member: Member, skuId: string) {
	const [face] = await skuFaces(scope, [skuId]);
	const listings = (await listingsOfSku(scope, member.storeScope, skuId)).filter(({ gone }) => !gone);
	if (!face || listings.length === 0) throw problem('notFound');
	return { face, listings };
}

/** Languages of the member's stores, by their site. */
export function languagesOf(member: Member, targets: readonly CopyTarget[]): Map<string, string> {
	return new Map(
		targets.flatMap((target) => {
			const language = siteLanguage(member, target);
			return language === undefined ? [] : [[target.storeId, language] as const];
		}),
	);
}

/** Texts of a SKU from which those for a store can be made. @throws notFound */
export async function sourcesFor(
	scope: Scope,
	member: Member,
	{ skuId, storeId }: { skuId: string; storeId: string },
): Promise<TextSourceView[]> {
	const { listings } = await skuOf(scope, member, skuId);
	const targets = await copyTargets(scope, member.storeScope, skuId);
	if (!targets.some((one) => one.storeId === storeId)) throw problem('notFound');
	const copies = await copiesOfSku(scope, member.storeScope, skuId);
	const others = copies.filter((copy) => copy.storeId !== storeId);
	return sourcesOf(listings, others, languagesOf(member, targets));
}
