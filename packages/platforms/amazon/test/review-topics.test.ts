import type { StoreContext } from '@pangea/platform-contract';
import { fieldsRead } from '@pangea/platform-contract/testing';
import { AGREED, settle } from '@pangea/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { amazon } from '../src/index.ts';
import { toTopics } from '../src/review-topics.ts';
import { wireTopics } from '../src/wire-feedback.ts';
import { createReferee } from './referee.ts';
import { hearings, startWorld, stopWorlds, storeOf, w } from './world.ts';

afterEach(stopWorlds);

const reader = amazon.reviewTopics!;

async function asinsOf(store: StoreContext): Promise<string[]> {
	const asins: string[] = [];
	for await (const { items } of amazon.listings!.pull(store, null))
		asins.push(...items.flatMap((item) => (item.ok ? [item.value.externalListingId] : [])));
	return [...new Set(asins)];
}

describe('Topics of reviews', () => {
	test('are told of a product with praise first, and none where there are too few reviews', async () => {
		const world = await startWorld(50);
		const { grant } = await world.connect('na');
		const store = await storeOf(grant, 'ATVPDKIKX0DER');
		const told = [];
		for (const asin of (await asinsOf(store)).slice(0, 24)) told.push(await reader.ofProduct(store, asin));
		const found = told.flatMap((one) => one ?? []);
		expect([found.length > 5, found.length < told.length]).toEqual([true, true]);
		for (const { from, until, topics } of found) {
			expect(Date.parse(until) - Date.parse(from)).toBeGreaterThan(150 * 86_400_000);
			const split = topics.findIndex(({ praised }) => !praised);
			const [praise, blame] = split < 0 ? [topics, []] : [topics.slice(0, split), topics.slice(split)];
			expect(praise.length).toBeGreaterThan(0);
			expect(praise.every(({ praised, impact, mentions }) => praised && impact! > 0 && mentions! > 0)).toBe(true);
			expect(blame.every(({ praised, impact, snippets }) => !praised && impact! < 0 && snippets.length > 0)).toBe(true);
		}
		expect(await reader.ofProduct(store, 'B000000000')).toBeNull();
	}, 60_000);

	test('are told of seven marketplaces', async () => {
		const world = await startWorld(50);
		const { grant } = await world.connect('na');
		const stores = await amazon.stores.list(grant);
		const served = (id: string) => reader.serves(stores.find(({ siteId }) => siteId === id)!);
		expect([served('ATVPDKIKX0DER'), served('A2EUQ1WTGCTBG2')]).toEqual([true, false]);
		expect(amazon.manifest.sites.filter(({ id }) => reader.serves({ siteId: id })).map(({ country }) => country)).toEqual([
			'US',
			'GB',
			'DE',
			'FR',
			'IT',
			'ES',
			'JP',
		]);
	});

	test('need a role, which the refusal says', async () => {
		const world = await startWorld(50, false);
		const { grant } = await world.connect('na');
		const store = await storeOf(grant, 'ATVPDKIKX0DER');
		world.simulator.control.arm({
			kind: 'refuse',
			platform: 'amazon',
			operation: 'getItemReviewTopics',
			count: 3,
			options: { cause: 'scopeMissing' },
		});
		await expect(reader.ofProduct(store, 'B000000000')).rejects.toMatchObject({ kind: 'forbidden', userMessage: { code: 'scopeMissing' } });
	});
});

describe.skipIf(!w)('The official Swagger model', () => {
	test('has no objection to anything asked or answered above', () => {
		const judged = hearings.flatMap((hearing) => hearing.judged);
		expect(judged).toContain('getItemReviewTopics');
		const hearing = { platform: 'Amazon', against: 'Swagger models, review topics', judged: judged.length } as const;
		expect(settle({ ...hearing, side: 'adapter', disagreements: hearings.flatMap((one) => one.asked) })).toEqual(AGREED);
		expect(settle({ ...hearing, side: 'simulator', disagreements: hearings.flatMap((one) => one.answered) })).toEqual(AGREED);
	});

	test('has every field that the adapter reads, and a published pair that is read as it is meant', () => {
		const known = createReferee(w!).fields('customerFeedback_2024-06-01', 'ItemReviewTopicsResponse');
		const read = fieldsRead(wireTopics);
		const hearing = {
			platform: 'Amazon',
			side: 'adapter',
			against: 'customerFeedback ItemReviewTopicsResponse',
			judged: read.length,
		} as const;
		expect(settle({ ...hearing, disagreements: read.filter((path) => !known.has(path)) })).toEqual(AGREED);
		const [pair] = createReferee(w!)
			.pairs('customerFeedback_2024-06-01')
			.filter(({ operationId, status }) => operationId === 'getItemReviewTopics' && status === 200);
		const { topics } = toTopics(wireTopics.parse(pair?.response));
		expect(topics.length).toBeGreaterThan(1);
		expect(topics[0]).toMatchObject({
			praised: true,
			topic: expect.any(String),
			snippets: [expect.any(String), expect.anything(), expect.anything()],
		});
	});
});
