import { type conversationRows, orderDetail, orderOfConversation, type Scope, sealedBuyer } from '@pangea/db';
import { type BuyerData, type Known, partsOfName } from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import { openFace } from './inbox.view.ts';
import type { BuyerLanguageView } from './shapes.ts';

type ConversationRow = Awaited<ReturnType<typeof conversationRows>>[number];

/**
 * Who and what the texts of a conversation may name, as our records have it: it is masked before a text goes anywhere. What stands in them is shown
 * to nobody here.
 */
export async function knownIn(scope: Scope, row: ConversationRow, box: SealedBox): Promise<Known> {
	const { buyerName } = openFace(row, box);
	const orderId = await orderOfConversation(scope, row);
	const found = orderId === null ? null : await orderDetail(scope, null, orderId);
	const sealed = orderId === null ? undefined : await sealedBuyer(scope, orderId);
	// Written by ourselves; what a platform did not tell is null or absent.
	const buyer = sealed && (JSON.parse(box.open(sealed.sealed, `buyer ${orderId}`).toString('utf8')) as Partial<BuyerData>);
	const names = [buyerName, buyer?.name].flatMap((name) => (name ? partsOfName(name) : []));
	const lines = (buyer?.addressLines ?? []).flatMap((address) => [address, ...address.split(/[,;，]/)]);
	const reached = [buyer?.phone, buyer?.email, buyer?.taxId, buyer?.postalCode, buyer?.city, ...lines];
	const codes = [
		row.external_order_id,
		row.external_listing_id,
		row.external_id,
		...(found?.parcels ?? []).map((parcel) => parcel.tracking_number),
		...(found?.lines ?? []).map((one) => one.seller_sku),
	];
	return { people: [...names, ...known(reached)], codes: known(codes) };
}

/** Shorter ones are words of every language. */
const known = (values: readonly (string | null | undefined)[]): string[] =>
	values.flatMap((value) => (value && value.trim().length >= 3 ? [value] : []));

/**
 * The language in which a buyer is to be answered: of what they wrote last, where that tells it, else of the store's country.
 * @param languages of the buyer's messages, newest first; no more of them are asked for than it takes
 */
export function buyerLanguage(languages: Iterable<string | null>, storeLanguage: string): BuyerLanguageView {
	for (const told of languages) {
		if (told === null) continue;
		return { language: told === storeLanguage.split('-')[0] ? storeLanguage : told, told: true };
	}
	return { language: storeLanguage, told: false };
}
