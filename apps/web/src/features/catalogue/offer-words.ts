import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { OfferChangeState, OfferField, OfferRefusal, OfferWarning } from '@pangea/domain';

export const FIELD_WORDS: Record<OfferField, MessageDescriptor> = { title: msg`Title`, price: msg`Price`, stock: msg`Stock` };

/** In the cell, in few words. */
export const BAR_WORDS: Record<OfferRefusal, MessageDescriptor> = {
	notServed: msg`Not from here`,
	titleAfterSales: msg`Kept after sales`,
	platformTitle: msg`Made by the platform`,
	platformPrice: msg`Set by the platform`,
	platformStock: msg`Platform's stock`,
	sharedStock: msg`Shared stock`,
	severalWarehouses: msg`Several warehouses`,
	onePriceForAll: msg`One price for all variants`,
	notOnSale: msg`Not on sale`,
	untold: msg`Not told`,
	same: msg`No change`,
	wrongCurrency: msg`Other currency`,
	noAmount: msg`No amount`,
	noWholeNumber: msg`No whole number`,
	noTitle: msg`No title`,
	titleTooShort: msg`Too short`,
	titleTooLong: msg`Too long`,
	severalTitles: msg`Several titles`,
	belowFloor: msg`Below cost`,
	underWay: msg`On its way`,
	reconnect: msg`Not connected`,
	writesStopped: msg`Changes stopped`,
	changedSince: msg`Changed since`,
	notFound: msg`Not there`,
};

/** Says why, and who can do what about it. */
export const REFUSAL_SENTENCES: Record<OfferRefusal, MessageDescriptor> = {
	notServed: msg`The platform does not let this be changed from here. Change it in its seller centre.`,
	titleAfterSales: msg`The platform keeps the title of what has been sold. List it anew under another one, if it must change.`,
	platformTitle: msg`The platform makes this title itself, from the product and its attributes. Change those at the platform.`,
	platformPrice: msg`The platform alone sets what buyers pay. What you want to be left with is proposed in its seller centre.`,
	platformStock: msg`The platform tells no stock of yours here: its own warehouse ships, or nobody has set one. Change it at the platform.`,
	sharedStock: msg`This stock counts on all sites of the account. Change it at the platform, for all of them.`,
	severalWarehouses: msg`The stock lies in several warehouses, and a sum does not say where. Change it at the platform.`,
	onePriceForAll: msg`All variants of this item have one price. Change it at the platform.`,
	notOnSale: msg`The platform takes changes only of what is on sale. Put it on sale there first.`,
	untold: msg`The platform does not tell what it is now, so it is not overwritten.`,
	same: msg`It is so already.`,
	wrongCurrency: msg`This listing is priced in {bound}.`,
	noAmount: msg`This is no amount in the listing's currency.`,
	noWholeNumber: msg`A stock is a whole number from 0 to 999,999.`,
	noTitle: msg`A listing needs a title.`,
	titleTooShort: msg`A title has at least {bound} characters here.`,
	titleTooLong: msg`A title has at most {bound} characters here.`,
	severalTitles: msg`All variants of this product have one title, and several were asked for. Leave one of them.`,
	belowFloor: msg`This is below what a piece costs you, landed: {bound}. Raise it, or correct the cost.`,
	underWay: msg`A change of it is on its way to the platform. Wait for its answer.`,
	reconnect: msg`The store is not connected. Reconnect it, then try again.`,
	writesStopped: msg`Changes are stopped for this store. Whoever stopped them can allow them again on the Sync page of the stores.`,
	changedSince: msg`Somebody has changed it since. It is left as it is.`,
	notFound: msg`It is not there any more, or lies outside your stores.`,
};

export const WARNING_SENTENCES: Record<OfferWarning, MessageDescriptor> = {
	bigChange: msg`It moves by more than 30 %. Look twice.`,
	soldOut: msg`Buyers cannot order it any more.`,
	allVariants: msg`All variants of this product have one title, and get this one.`,
	reviewed: msg`The platform looks at it first; until then buyers see the old title.`,
};

export const CHANGE_WORDS: Record<OfferChangeState, MessageDescriptor> = {
	queued: msg`Waiting`,
	sending: msg`Being sent`,
	accepted: msg`Taken, not shown yet`,
	applied: msg`Applied`,
	refused: msg`Refused`,
	failed: msg`Failed`,
	undone: msg`Put back`,
};
