import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { MasterCause, MasterField, MasterUse } from '@pangea/domain';

export const MASTER_WORDS: Record<MasterField, MessageDescriptor> = {
	code: msg`SKU code`,
	title: msg`Product name`,
	variant: msg`Variant`,
	image: msg`Picture`,
	gtins: msg`Barcodes (GTIN)`,
	brand: msg`Brand`,
	materials: msg`Materials`,
	hsCode: msg`HS code`,
	origin: msg`Country of origin`,
	weight: msg`Packed weight`,
	length: msg`Packed length`,
	width: msg`Packed width`,
	height: msg`Packed height`,
	pieces: msg`Pieces per pack`,
};

export const MASTER_CAUSE_WORDS: Record<MasterCause, MessageDescriptor> = {
	missing: msg`Every SKU needs this.`,
	tooLong: msg`This is longer than is kept.`,
	imageWrong: msg`No web address: it begins with https:// or http://`,
	gtinWrong: msg`One of these is no GTIN: its length or its check digit is wrong, or shops hand it out for their own use.`,
	hsCodeWrong: msg`An HS code has 6 to 12 digits; points and spaces may stand between them.`,
	countryUnknown: msg`No country has this code.`,
	noWholeNumber: msg`A whole number above zero, without a unit.`,
	tooLarge: msg`That is more than can be: look at the unit.`,
};

export const MASTER_USE_WORDS: Record<MasterUse, MessageDescriptor> = {
	customs: msg`Customs`,
	feeds: msg`Shopping feeds`,
	parcel: msg`Parcel`,
};
