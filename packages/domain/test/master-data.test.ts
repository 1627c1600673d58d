import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	checkDigit,
	COUNTRIES,
	MASTER_FIELDS,
	type MasterData,
	masterDiffers,
	type MasterField,
	masterLacks,
	type MasterTyped,
	readMasterData,
	typedMaster,
} from '../src/index.ts';

const EMPTY = Object.fromEntries(MASTER_FIELDS.map((field) => [field, ''])) as MasterTyped;
const LAMP: MasterTyped = { ...EMPTY, code: 'LMP-WH', title: 'Sunset lamp' };

const read = (change: Partial<MasterTyped>): MasterData => {
	const found = readMasterData({ ...LAMP, ...change });
	if ('good' in found) return found.good;
	throw new Error(found.faults.map(({ field, cause }) => `${field} ${cause}`).join(', '));
};
const faults = (change: Partial<MasterTyped>): [MasterField, string][] => {
	const found = readMasterData({ ...LAMP, ...change });
	return 'faults' in found ? found.faults.map(({ field, cause }) => [field, cause]) : [];
};

const gtin = fc
	.stringMatching(/^[1-9]\d{12}$/)
	.filter((digits) => !/^.(02|04|2)/.test(digits))
	.map((digits) => `${digits}${checkDigit(digits)}`);
const words = (most: number) => fc.stringMatching(/^\S(.{0,40}\S)?$/u).filter((text) => text.trim() === text && text.length <= most);
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
const data: fc.Arbitrary<MasterData> = fc.record({
	code: words(255),
	title: words(500),
	variant: maybe(words(200)),
	image: maybe(fc.webUrl({ validSchemes: ['https', 'http'] })),
	gtins: fc.uniqueArray(gtin, { maxLength: 5 }),
	brand: maybe(words(100)),
	materials: maybe(words(500)),
	hsCode: maybe(fc.stringMatching(/^[1-6]\d{5,11}$/)),
	origin: maybe(fc.constantFrom(...COUNTRIES)),
	weight: maybe(fc.integer({ min: 1, max: 1_000_000 })),
	length: maybe(fc.integer({ min: 1, max: 20_000 })),
	width: maybe(fc.integer({ min: 1, max: 20_000 })),
	height: maybe(fc.integer({ min: 1, max: 20_000 })),
	pieces: maybe(fc.integer({ min: 1, max: 10_000 })),
});

describe('master data', () => {
	test('are the same after they were written into a form and read again', () => {
		fc.assert(
			fc.property(data, (one) => {
				expect(readMasterData(typedMaster(one))).toEqual({ good: one });
				expect(masterDiffers(one, one)).toEqual([]);
			}),
		);
	});

	test('differ where one field says something else, and there alone', () => {
		fc.assert(
			fc.property(data, data, (one, other) => {
				const fields = masterDiffers(one, other);
				for (const field of MASTER_FIELDS) expect(fields.includes(field)).toBe(JSON.stringify(one[field]) !== JSON.stringify(other[field]));
			}),
		);
	});

	test.each([
		[{ hsCode: '9405.21' }, { hsCode: '940521' }],
		[{ hsCode: '9405 21 0010' }, { hsCode: '9405210010' }],
		[{ origin: ' cn ' }, { origin: 'CN' }],
		[{ gtins: '036000291452' }, { gtins: ['00036000291452'] }],
		[{ gtins: '0 36000 29145 2' }, { gtins: ['00036000291452'] }],
		[{ gtins: '036000291452, 4006381333931；036000291452' }, { gtins: ['00036000291452', '04006381333931'] }],
		[
			{ weight: ' 450 ', pieces: '' },
			{ weight: 450, pieces: null },
		],
	] as const)('%o is read as %o', (typed, told) => {
		expect(read(typed)).toMatchObject(told);
	});

	test.each([
		[{ code: ' ' }, 'code', 'missing'],
		[{ title: '' }, 'title', 'missing'],
		[{ code: 'x'.repeat(256) }, 'code', 'tooLong'],
		[{ hsCode: '94052' }, 'hsCode', 'hsCodeWrong'],
		[{ hsCode: '1234567890123' }, 'hsCode', 'hsCodeWrong'],
		[{ hsCode: '9405,21' }, 'hsCode', 'hsCodeWrong'],
		[{ hsCode: '000000' }, 'hsCode', 'hsCodeWrong'],
		[{ hsCode: '770000' }, 'hsCode', 'hsCodeWrong'],
		[{ origin: 'China' }, 'origin', 'countryUnknown'],
		[{ origin: 'UK' }, 'origin', 'countryUnknown'],
		[{ gtins: '036000291453' }, 'gtins', 'gtinWrong'],
		[{ gtins: '036000291452 12' }, 'gtins', 'gtinWrong'],
		[{ image: 'ftp://img.example/1.jpg' }, 'image', 'imageWrong'],
		[{ weight: '0' }, 'weight', 'noWholeNumber'],
		[{ weight: '-5' }, 'weight', 'noWholeNumber'],
		[{ weight: '1.5' }, 'weight', 'noWholeNumber'],
		[{ weight: '450 g' }, 'weight', 'noWholeNumber'],
		[{ weight: '1000001' }, 'weight', 'tooLarge'],
		[{ height: '99999999999999999999' }, 'height', 'tooLarge'],
		[{ pieces: '10001' }, 'pieces', 'tooLarge'],
	] as const)('%o is wrong in %s: %s', (typed, field, cause) => {
		expect(faults(typed)).toEqual([[field, cause]]);
	});

	test('tell everything that is wrong at once', () => {
		expect(faults({ code: '', hsCode: '1', origin: 'XX', weight: 'heavy' }).map(([field]) => field)).toEqual([
			'code',
			'hsCode',
			'origin',
			'weight',
		]);
	});

	test('lack what nobody has said', () => {
		expect(masterLacks(read({}))).toEqual(MASTER_FIELDS.filter((field) => field !== 'code' && field !== 'title'));
		expect(masterLacks(read({ gtins: '036000291452', brand: 'Lumora' }))).not.toContain('gtins');
	});
});
