import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { Phrase, RenderingFault } from '@pangea/domain';

/** Subjects of the phrase book, as the reader puts them. */
export const PHRASE_WORDS: Record<Phrase, MessageDescriptor> = {
	whereIsParcel: msg`Where the parcel is`,
	notArrived: msg`Something that has not arrived`,
	deliveryTime: msg`When it ships or arrives`,
	refund: msg`A refund`,
	giveBack: msg`Sending it back`,
	exchange: msg`An exchange`,
	wrongSize: msg`The size`,
	wrongItem: msg`A wrong item`,
	missingPart: msg`Something missing`,
	broken: msg`Something broken or faulty`,
	notWorking: msg`It does not work`,
	invoice: msg`An invoice`,
	cancel: msg`Cancelling`,
	address: msg`The delivery address`,
	price: msg`Price or discount`,
	inStock: msg`Whether it is in stock`,
	warranty: msg`The warranty`,
	howToUse: msg`How to use it`,
	complaint: msg`A complaint`,
	thanks: msg`Thanks`,
	greeting: msg`A greeting`,
};

/** Why a translation is not shown. */
export const FAULT_WORDS: Record<RenderingFault, MessageDescriptor> = {
	lost: msg`Not shown: a figure, code, link or name got lost in the translation.`,
	added: msg`Not shown: the translation had a figure or link that the message has not.`,
	empty: msg`Not shown: the translation came back without words.`,
	long: msg`Not shown: the translation was far longer than the message.`,
	missing: msg`Not shown: the translator left this message out.`,
};

/** Fields of an order that a draft can come from. */
export const FACT_WORDS: Record<string, MessageDescriptor> = {
	state: msg`State of the order`,
	externalId: msg`Order number`,
	placedAt: msg`Placed on`,
	shippedAt: msg`Shipped on`,
	deliverBy: msg`Promised for`,
	deliveredAt: msg`Delivered on`,
	cancelledAt: msg`Cancelled on`,
	'line.title': msg`Item`,
	'parcel.state': msg`State of the parcel`,
	'parcel.carrier': msg`Carrier`,
	'parcel.trackingNumber': msg`Tracking number`,
	'return.kind': msg`Kind of the return`,
	'return.state': msg`State of the return`,
	'return.requestedAt': msg`Return asked for on`,
	'return.refund': msg`Refunded`,
};
