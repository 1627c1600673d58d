import { isCountry } from '../country.ts';
import { foldGtin } from './gtin.ts';

/** What people say of a SKU, in the order in which it is asked. */
export const MASTER_FIELDS = [
	'code',
	'title',
	'variant',
	'image',
	'gtins',
	'brand',
	'materials',
	'hsCode',
	'origin',
	'weight',
	'length',
	'width',
	'height',
	'pieces',
] as const;
export type MasterField = (typeof MASTER_FIELDS)[number];

/** What is known of the goods themselves, whatever platforms say of them. */
export interface MasterData {
	/** Our own, unlike that of any other SKU. */
	code: string;
	title: string;
	variant: string | null;
	/** A web address. */
	image: string | null;
	/** As {@link foldGtin} writes them. */
	gtins: string[];
	brand: string | null;
	materials: string | null;
	/** Digits alone: six of the Harmonized System, and those that a country adds. */
	hsCode: string | null;
	/** ISO 3166-1, two letters. */
	origin: string | null;
	/** Of one packed unit, in grams and millimetres. */
	weight: number | null;
	length: number | null;
	width: number | null;
	height: number | null;
	/** Single items in one unit that is sold. */
	pieces: number | null;
}

/** As a person types it or a file holds it; empty is not known. */
export type MasterTyped = Record<MasterField, string>;

export const MASTER_CAUSES = [
	'missing',
	'tooLong',
	'imageWrong',
	'gtinWrong',
	'hsCodeWrong',
	'countryUnknown',
	'noWholeNumber',
	'tooLarge',
] as const;
export type MasterCause = (typeof MASTER_CAUSES)[number];

export interface MasterFault {
	field: MasterField;
	cause: MasterCause;
}

const LONGEST: Readonly<Partial<Record<MasterField, number>>> = {
	code: 255,
	title: 500,
	variant: 200,
	image: 2000,
	brand: 100,
	materials: 500,
};
/** A ton, twenty metres, ten thousand pieces: beyond stands a slip of the finger. */
export const MOST_OF: Readonly<Partial<Record<MasterField, number>>> = {
	weight: 1_000_000,
	length: 20_000,
	width: 20_000,
	height: 20_000,
	pieces: 10_000,
};
const MOST_GTINS = 20;

/** What it is good for: papers at the border, what machines that compare offers ask for, and the price of a parcel. */
export const MASTER_USES = ['customs', 'feeds', 'parcel'] as const;
export type MasterUse = (typeof MASTER_USES)[number];
export const MASTER_USED: Readonly<Record<MasterUse, readonly MasterField[]>> = {
	customs: ['hsCode', 'origin', 'materials', 'weight'],
	feeds: ['gtins', 'brand', 'image', 'weight'],
	parcel: ['weight', 'length', 'width', 'height'],
};

/** What of it nobody has said. */
export function masterLacks(data: MasterData): MasterField[] {
	return MASTER_FIELDS.filter((field) => data[field] === null || (field === 'gtins' && data.gtins.length === 0));
}

/** As it stands in a form or a file, so that {@link readMasterData} gives the same again. */
export function typedMaster(data: MasterData): MasterTyped {
	return Object.fromEntries(
		MASTER_FIELDS.map((field) => [field, field === 'gtins' ? data.gtins.join(' ') : String(data[field] ?? '')]),
	) as MasterTyped;
}

/**
 * Reads what a person typed. Pure.
 * @returns the data, or everything that is wrong with it in the order of the fields
 */
export function readMasterData(typed: MasterTyped): { good: MasterData } | { faults: MasterFault[] } {
	const faults: MasterFault[] = [];
	const fault = (field: MasterField, cause: MasterCause): null => {
		faults.push({ field, cause });
		return null;
	};
	const text = (field: 'code' | 'title' | 'variant' | 'image' | 'brand' | 'materials'): string | null => {
		const found = typed[field].trim();
		if (found.length > (LONGEST[field] ?? 0)) return fault(field, 'tooLong');
		return found === '' ? null : found;
	};
	const whole = (field: 'weight' | 'length' | 'width' | 'height' | 'pieces'): number | null => {
		const found = typed[field].trim();
		if (found === '') return null;
		if (!/^\d+$/.test(found) || /^0+$/.test(found)) return fault(field, 'noWholeNumber');
		return found.length > 9 || Number(found) > (MOST_OF[field] ?? 0) ? fault(field, 'tooLarge') : Number(found);
	};
	const must = (field: 'code' | 'title'): string => {
		if (typed[field].trim() === '') fault(field, 'missing');
		return text(field) ?? '';
	};
	const good: MasterData = {
		code: must('code'),
		title: must('title'),
		variant: text('variant'),
		image: imageOf(text('image'), fault),
		gtins: gtinsOf(typed.gtins, fault),
		brand: text('brand'),
		materials: text('materials'),
		hsCode: hsCodeOf(typed.hsCode, fault),
		origin: originOf(typed.origin, fault),
		weight: whole('weight'),
		length: whole('length'),
		width: whole('width'),
		height: whole('height'),
		pieces: whole('pieces'),
	};
	return faults.length > 0 ? { faults } : { good };
}

type Fault = (field: MasterField, cause: MasterCause) => null;

function imageOf(address: string | null, fault: Fault): string | null {
	if (address === null) return null;
	return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol) ? address : fault('image', 'imageWrong');
}

/** Parted by anything that is no part of a number; a space may stand inside of one only where it is the only one. */
function gtinsOf(typed: string, fault: Fault): string[] {
	const alone = foldGtin(typed.trim());
	const parts = typed.split(/[\s,;，；、]+/).filter((part) => part !== '');
	const found = alone === null ? parts.map(foldGtin) : [alone];
	if (found.length > MOST_GTINS) fault('gtins', 'tooLong');
	if (found.includes(null)) fault('gtins', 'gtinWrong');
	return [...new Set(found.flatMap((gtin) => gtin ?? []))];
}

/**
 * Six digits are the same in all countries; up to six more are a country's own. No chapter has the number 00, and 77 is kept free.
 * Source: World Customs Organization, Harmonized System.
 */
function hsCodeOf(typed: string, fault: Fault): string | null {
	const digits = typed.replaceAll(/[\s.]/g, '');
	if (digits === '') return null;
	const isCode = /^\d{6,12}$/.test(digits) && !digits.startsWith('00') && !digits.startsWith('77');
	return isCode ? digits : fault('hsCode', 'hsCodeWrong');
}

function originOf(typed: string, fault: Fault): string | null {
	const code = typed.trim().toUpperCase();
	if (code === '') return null;
	return isCountry(code) ? code : fault('origin', 'countryUnknown');
}

/** Which fields two words about a SKU do not agree on. */
export function masterDiffers(one: MasterData, other: MasterData): MasterField[] {
	const [a, b] = [typedMaster(one), typedMaster(other)];
	return MASTER_FIELDS.filter((field) => a[field] !== b[field]);
}
