import type { Listing } from '@pangea/domain';
import type { HttpRequest, OfferChange, StoreContext } from '@pangea/platform-contract';
import { fieldsRead } from '@pangea/platform-contract/testing';
import { AGREED, settle } from '@pangea/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { amazon } from '../src/index.ts';
import * as wire from '../src/wire-publish.ts';
import { createReferee } from './referee.ts';
import { hearings, startWorld, stopWorlds, storeOf, w, type World } from './world.ts';

afterEach(stopWorlds);

const offers = amazon.offers!;

async function germany(): Promise<{ world: World; store: StoreContext; one: Listing }> {
	const world = await startWorld(50);
	const { grant } = await world.connect('eu');
	const store = await storeOf(grant, 'A1PA6795UKMFR9');
	for await (const { items } of amazon.listings!.pull(store, null))
		for (const item of items) if (item.ok && item.value.state === 'live' && item.value.stock) return { world, store, one: item.value };
	throw new Error('nothing is on sale');
}

async function mirrored(store: StoreContext, { externalListingId, externalVariantId }: Listing) {
	const { items } = await amazon.listings!.fetch(store, [externalListingId]);
	return items.flatMap((item) => (item.ok ? [item.value] : [])).find((value) => value.externalVariantId === externalVariantId);
}
const priceOf = ({ externalVariantId, sellerSku }: Listing, amountMinor: bigint): OfferChange => ({
	externalVariantId,
	sellerSku,
	field: 'price',
	price: { amountMinor, currency: 'EUR' },
});
const stockOf = ({ externalVariantId, sellerSku }: Listing, stock: number): OfferChange => ({
	externalVariantId,
	sellerSku,
	field: 'stock',
	stock,
});

const titleOf = ({ externalVariantId, sellerSku }: Listing, title: string): OfferChange => ({
	externalVariantId,
	sellerSku,
	field: 'title',
	title,
});

/** The store with what else an item says, noting what is patched. */
function saying(store: StoreContext, attributes: Record<string, unknown>) {
	const patched: { isPreview: boolean; writes: unknown; patches: { path: string; value: unknown }[] }[] = [];
	const send = async (request: HttpRequest) => {
		if (request.operation === 'patchListingsItem') {
			patched.push({
				isPreview: request.url.includes('VALIDATION_PREVIEW'),
				writes: request.writes,
				...(JSON.parse(request.body ?? '{}') as { patches: [] }),
			});
			return {
				status: 200,
				headers: {},
				body: Buffer.from(JSON.stringify({ sku: 'x', submissionId: 's', status: patched.length % 2 ? 'VALID' : 'ACCEPTED' })),
			};
		}
		const reply = await store.http.send(request);
		if (request.operation !== 'getListingsItem') return reply;
		return { ...reply, body: Buffer.from(JSON.stringify({ ...(JSON.parse(reply.body.toString()) as object), attributes })) };
	};
	return { patched, context: { ...store, http: { ...store.http, send } } };
}

describe('An offer on Amazon', () => {
	test('gets another price and another stock after Amazon’s own check of each, and is read back with both', async () => {
		const { store, one } = await germany();
		const sent: unknown[] = [];
		const send = async (request: HttpRequest) => {
			if (request.operation === 'patchListingsItem') sent.push([request.url.includes('VALIDATION_PREVIEW'), request.writes]);
			return await store.http.send(request);
		};
		const context = { ...store, http: { ...store.http, send } };
		expect(await offers.change(context, one.externalListingId, [priceOf(one, 2_749n), stockOf(one, 21)], 'k')).toEqual([
			{ state: 'accepted' },
			{ state: 'accepted' },
		]);
		expect(sent).toEqual([
			[true, undefined],
			[false, true],
			[true, undefined],
			[false, true],
		]);
		expect(await mirrored(store, one)).toMatchObject({ price: { amountMinor: 2_749n, currency: 'EUR' }, stock: 21 });
		expect(offers.terms(store.store, one)).toEqual({
			title: null,
			price: null,
			stock: null,
			pricing: 'paid',
			titles: { least: 1, most: 200, of: 'variant', reviewed: false },
		});
	}, 60_000);

	test('gets another title in the language of its marketplace, and says why where Amazon’s check refuses one', async () => {
		const { store, one } = await germany();
		expect(await offers.change(store, one.externalListingId, [titleOf(one, 'Lampe, warmweiß'), stockOf(one, 20)], 'k')).toEqual([
			{ state: 'accepted' },
			{ state: 'accepted' },
		]);
		expect(await mirrored(store, one)).toMatchObject({ title: 'Lampe, warmweiß', stock: 20, price: one.price });
		expect(await offers.change(store, one.externalListingId, [titleOf(one, 'L'.repeat(201))], 'k')).toMatchObject([
			{ state: 'refused', code: 'offerRefused', reasons: [{ field: 'title', words: expect.stringContaining('more than 200 characters') }] },
		]);
		expect(await mirrored(store, one)).toMatchObject({ title: 'Lampe, warmweiß' });
		const { patched, context } = saying(store, {
			item_name: [
				{ marketplace_id: 'A1PA6795UKMFR9', language_tag: 'en_GB', value: 'Lamp' },
				{ marketplace_id: 'A1PA6795UKMFR9', language_tag: 'de_DE', value: 'Leuchte' },
			],
		});
		await offers.change(context, one.externalListingId, [titleOf(one, 'Lampe')], 'k');
		expect(patched[1]?.patches).toEqual([
			{
				op: 'replace',
				path: '/attributes/item_name',
				value: [
					{ marketplace_id: 'A1PA6795UKMFR9', language_tag: 'en_GB', value: 'Lamp' },
					{ marketplace_id: 'A1PA6795UKMFR9', language_tag: 'de_DE', value: 'Lampe' },
				],
			},
		]);
	}, 60_000);

	test('on a product that others describe has no title of its own', async () => {
		const { store, one } = await germany();
		const { patched, context } = saying(store, { purchasable_offer: [] });
		expect(await offers.change(context, one.externalListingId, [titleOf(one, 'Lampe')], 'k')).toEqual([
			{ state: 'refused', code: 'offerTitleNotOurs', reasons: [] },
		]);
		expect(patched).toEqual([]);
	}, 60_000);

	test('that Amazon’s check refuses is not sent, and says why', async () => {
		const { store, one } = await germany();
		expect(await offers.change(store, one.externalListingId, [priceOf(one, 0n), stockOf(one, 22)], 'k')).toMatchObject([
			{
				state: 'refused',
				code: 'offerRefused',
				reasons: [{ field: 'price', code: '90000901', words: expect.stringContaining('purchasable_offer') }],
			},
			{ state: 'accepted' },
		]);
		expect(await mirrored(store, one)).toMatchObject({ price: one.price, stock: 22 });
	}, 60_000);

	test('is accepted some time before it is shown', async () => {
		const { world, store, one } = await germany();
		world.simulator.control.configure('amazon', { patchSeconds: 120 });
		await offers.change(store, one.externalListingId, [stockOf(one, 23)], 'k');
		expect((await mirrored(store, one))?.stock).toBe(one.stock);
		world.simulator.control.setClock({ advance: 121_000 });
		expect((await mirrored(store, one))?.stock).toBe(23);
	}, 60_000);

	test('keeps everything that is not changed: offers to businesses, a sale, the time to ship', async () => {
		const { store, one } = await germany();
		const sale = [{ schedule: [{ value_with_tax: 9.5, start_at: '2026-11-20', end_at: '2026-11-30' }] }];
		const [all, business] = ['ALL', 'B2B'].map((audience) => ({
			marketplace_id: 'A1PA6795UKMFR9',
			currency: 'EUR',
			audience,
			our_price: [{ schedule: [{ value_with_tax: 12 }] }],
			discounted_price: sale,
		}));
		const own = { fulfillment_channel_code: 'DEFAULT', quantity: 4, lead_time_to_ship_max_days: 2 };
		const { patched, context } = saying(store, { purchasable_offer: [all, business], fulfillment_availability: [own] });
		await offers.change(context, one.externalListingId, [priceOf(one, 1_990n), stockOf(one, 5)], 'k');
		expect(patched.filter(({ isPreview }) => !isPreview).flatMap(({ patches }) => patches)).toEqual([
			{
				op: 'replace',
				path: '/attributes/purchasable_offer',
				value: [{ ...all, our_price: [{ schedule: [{ value_with_tax: 19.9 }] }] }, business],
			},
			{ op: 'replace', path: '/attributes/fulfillment_availability', value: [{ ...own, quantity: 5 }] },
		]);
	}, 60_000);

	test('whose goods lie with Amazon keeps its stock', async () => {
		const { store, one } = await germany();
		const { patched, context } = saying(store, { fulfillment_availability: [{ fulfillment_channel_code: 'AMAZON_EU' }] });
		expect(await offers.change(context, one.externalListingId, [stockOf(one, 5)], 'k')).toEqual([
			{ state: 'refused', code: 'offerNotOurs', reasons: [] },
		]);
		expect(patched).toEqual([]);
		expect(offers.terms(store.store, { ...one, stock: null }).stock).toBe('platformStock');
	}, 60_000);
});

describe.skipIf(!w)('The official Swagger models', () => {
	test('have no objection to anything asked or answered above', () => {
		const judged = hearings.flatMap((hearing) => hearing.judged);
		expect(judged).toEqual(expect.arrayContaining(['patchListingsItem', 'getListingsItem']));
		const hearing = { platform: 'Amazon', against: 'Swagger models, changing listings', judged: judged.length } as const;
		expect(settle({ ...hearing, side: 'adapter', disagreements: hearings.flatMap((one) => one.asked) })).toEqual(AGREED);
		expect(settle({ ...hearing, side: 'simulator', disagreements: hearings.flatMap((one) => one.answered) })).toEqual(AGREED);
	});

	test('have every field of an item that is read before it is changed, and published pairs of a patch', () => {
		const referee = createReferee(w!);
		const known = referee.fields('listingsItems_2021-08-01', 'Item');
		const read = fieldsRead(wire.wireOwnOffer).filter((path) => path.startsWith('summaries'));
		expect(read.filter((path) => !known.has(path))).toEqual([]);
		const pairs = referee
			.pairs('listingsItems_2021-08-01')
			.filter(({ operationId, status }) => operationId === 'patchListingsItem' && status === 200)
			.map(({ response }) => wire.wireSubmission.parse(response));
		expect(pairs.map(({ status }) => status)).toEqual(['ACCEPTED', 'VALID', 'INVALID']);
	});
});
