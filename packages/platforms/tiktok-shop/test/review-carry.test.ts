import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { CarriedReview } from '@pangea/platform-contract';
import { AGREED, closedSchema, settle, witness } from '@pangea/testing';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tiktokShop } from '../src/index.ts';

/* TikTok's own OpenAPI document, as its command line tool ships it, is the judge of what we make. */
const toolkit = dirname(createRequire(import.meta.url).resolve('@tts-open-toolkit/cli/package.json'));
const { paths } = JSON.parse(readFileSync(join(toolkit, 'skills/tts-openapi-guide/references/oas/paths/review_rating.json'), 'utf8')) as {
	paths: Record<string, { post: { requestBody: { content: Record<string, { schema: object }> } } }>;
};
const schema = paths['/review_rating/202508/product_reviews']?.post.requestBody.content['application/json']?.schema ?? { not: {} };
// All its fields are optional and it knows no enum, so unknown fields are refused: a name that TikTok does not know is a mistake of ours.
const validate = new Ajv({ strict: false, validateFormats: false }).compile(closedSchema(schema) as object);

const published = witness('tiktok-shop');
const carry = tiktokShop.reviewCarry!;

interface Body {
	product_review: {
		product: { name: string; identifiers: { tiktok_product_id: string } };
		review_records: {
			external_review_id: string;
			rating: number;
			title?: string;
			content: string;
			create_time_millis: number;
			source: string;
		}[];
	};
}

const PRODUCT = { externalListingId: '1729500000000000201', title: 'Sunset Projection Lamp' };
const REVIEW: CarriedReview = {
	identity: 'one',
	source: 'Mercado Libre',
	rating: 2,
	title: 'Cable corto',
	text: 'Funciona, pero el cable mide un metro.',
	writtenAt: '2026-06-16T09:33:11.000Z',
};
const bodies = (reviews: CarriedReview[]) => carry.bodies(PRODUCT, reviews) as Body[];

const review: fc.Arbitrary<CarriedReview> = fc.record({
	identity: fc.uuid(),
	source: fc.constantFrom('Mercado Libre', 'Amazon', 'Temu', 'TikTok Shop'),
	rating: fc.integer({ min: 1, max: 5 }),
	title: fc.option(fc.string({ maxLength: 120, unit: 'grapheme' })),
	text: fc.option(fc.oneof(fc.string({ maxLength: 300, unit: 'grapheme' }), fc.constantFrom('x'.repeat(4990), 'x'.repeat(5001)))),
	writtenAt: fc.date({ min: new Date('2020-01-01'), max: new Date('2026-12-01'), noInvalidDate: true }).map((date) => date.toISOString()),
});

describe('reviews in the form that TikTok Shop takes from elsewhere', () => {
	test('say the same as the buyer did, and nothing of the buyer', () => {
		const [body, ...more] = bodies([REVIEW]);
		expect(more).toEqual([]);
		expect(body).toEqual({
			product_review: {
				product: { name: 'Sunset Projection Lamp', identifiers: { tiktok_product_id: '1729500000000000201' } },
				review_records: [
					{
						external_review_id: expect.stringMatching(/^[1-9]\d{18}$/) as string,
						rating: 2,
						title: 'Cable corto',
						content: 'Funciona, pero el cable mide un metro.',
						create_time_millis: Date.parse('2026-06-16T09:33:11Z'),
						source: 'Mercado Libre',
					},
				],
			},
		});
	});

	test('are what the official document takes, within its limits, whatever buyers write', () => {
		let judged = 0;
		const disagreements: string[] = [];
		fc.assert(
			fc.property(fc.uniqueArray(review, { minLength: 1, maxLength: 120, selector: ({ identity }) => identity }), (reviews) => {
				const free = reviews.filter((one) => carry.barOf(one) === null);
				const made = bodies(free);
				const records = made.flatMap(({ product_review }) => product_review.review_records);
				for (const body of made) {
					judged++;
					if (!validate(body)) disagreements.push(...(validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`));
					expect(body.product_review.review_records.length).toBeLessThanOrEqual(50);
				}
				expect(records.length).toBe(free.length);
				for (const [n, record] of records.entries()) {
					expect(record.external_review_id).toMatch(/^\d{1,19}$/);
					expect(BigInt(record.external_review_id)).toBeLessThan(2n ** 63n);
					expect(record.content.length).toBeGreaterThan(0);
					expect(record.content.length).toBeLessThanOrEqual(5000);
					expect(record.title?.length ?? 0).toBeLessThanOrEqual(50);
					expect(record.source.length).toBeLessThanOrEqual(32);
					expect(record.rating).toBe(free[n]?.rating);
					// No word is lost on the way.
					const said = [free[n]?.title, free[n]?.text].flatMap((part) => part?.trim() || []);
					for (const part of said) expect(`${record.title ?? ''}\n${record.content}`).toContain(part);
				}
				expect(new Set(records.map((record) => record.external_review_id)).size).toBe(records.length);
			}),
			{ numRuns: 100 },
		);
		expect(judged).toBeGreaterThan(60);
		const hearing = { platform: 'tiktok-shop', side: 'adapter', against: 'OpenAPI bundle, review import', judged, disagreements } as const;
		expect(settle(hearing)).toEqual(AGREED);
	});

	test.each([
		[{ title: null, text: null }, 'wordless'],
		[{ title: ' ', text: '' }, 'wordless'],
		[{ title: null, text: 'x'.repeat(5001) }, 'tooLong'],
		[{ title: 'y'.repeat(51), text: 'x'.repeat(4950) }, 'tooLong'],
		[{ title: 'y'.repeat(50), text: 'x'.repeat(5000) }, null],
		[{ title: 'Only a title', text: null }, null],
	])('%o: %s', (words, bar) => {
		expect(carry.barOf({ ...REVIEW, ...words })).toBe(bar);
	});

	test('are known by the same number each time, and by another one elsewhere', () => {
		const numbers = bodies([REVIEW, { ...REVIEW, text: 'Edited' }, { ...REVIEW, identity: 'two' }]).flatMap(({ product_review }) =>
			product_review.review_records.map((record) => record.external_review_id),
		);
		expect(numbers[0]).toBe(numbers[1]);
		expect(numbers[2]).not.toBe(numbers[0]);
	});

	test('come fifty to a body', () => {
		const many = Array.from({ length: 101 }, (_, n) => ({ ...REVIEW, identity: String(n) }));
		expect(bodies(many).map(({ product_review }) => product_review.review_records.length)).toEqual([50, 50, 1]);
	});
});

describe.skipIf(published === null)('the published example of an import', () => {
	test('has the fields that ours has', () => {
		const example = published?.json('samples/review-import-202508.request.json') as Body;
		expect(validate(example)).toBe(true);
		const names = (record: object | undefined) => Object.keys(record ?? {});
		const [record] = bodies([REVIEW])[0]!.product_review.review_records;
		expect(names(example.product_review.review_records[0])).toEqual(expect.arrayContaining(names(record)));
		expect(names(example.product_review.product)).toEqual(expect.arrayContaining(names(bodies([REVIEW])[0]!.product_review.product)));
	});
});
