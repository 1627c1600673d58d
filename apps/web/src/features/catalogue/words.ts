import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { CellState } from '@pangea/api';
import type { PairingReason } from '@pangea/domain';
import type { CatalogueView } from './filter.ts';

export const VIEW_WORDS: Record<CatalogueView, MessageDescriptor> = {
	gaps: msg`Sells here, missing there`,
	problems: msg`Kept from sale`,
	all: msg`All SKUs`,
	offers: msg`Titles, prices and stock`,
	queue: msg`To pair`,
};

export const CELL_WORDS: Record<CellState | 'gone', MessageDescriptor> = {
	live: msg`On sale`,
	soldOut: msg`Sold out`,
	blocked: msg`Blocked`,
	inactive: msg`Switched off`,
	draft: msg`Draft`,
	unknown: msg`Unknown state`,
	gone: msg`No longer listed`,
};

export const REASON_WORDS: Record<PairingReason, MessageDescriptor> = {
	gtinSame: msg`Same barcode`,
	gtinDiffers: msg`Other barcode`,
	codeSame: msg`Same seller code`,
	codeAlike: msg`Seller code with another beginning or end`,
	codeDiffers: msg`Other seller code`,
	codeOfSister: msg`Seller code of another variant`,
	originSame: msg`Copied from the same product on the platform`,
	sistersPaired: msg`Other variants of it are paired here`,
	titleSame: msg`Same title`,
	titleAlike: msg`Similar title`,
	titleUnlike: msg`Title has nothing in common`,
	variantSame: msg`Same variant`,
	variantUnstated: msg`Variant not stated on one side`,
	modelSame: msg`Same model number`,
	packDiffers: msg`Other pack size`,
	packUnstated: msg`Pack size stated on one side only`,
	colourDiffers: msg`Other colour`,
	sizeDiffers: msg`Other size`,
	measureDiffers: msg`Other measure`,
	modelDiffers: msg`Other model number`,
	severalFit: msg`Several SKUs fit`,
};

const AGAINST: ReadonlySet<PairingReason> = new Set([
	'gtinDiffers',
	'codeDiffers',
	'codeOfSister',
	'titleUnlike',
	'variantUnstated',
	'packDiffers',
	'packUnstated',
	'colourDiffers',
	'sizeDiffers',
	'measureDiffers',
	'modelDiffers',
	'severalFit',
]);

/** Whether a reason speaks against a pairing. */
export function speaksAgainst(reason: PairingReason): boolean {
	return AGAINST.has(reason);
}
