import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AGREED, settle, witness } from '@pangea/testing';
import { type Simulator, startSimulator } from '../src/index.ts';
import { signRequest, signWebhook } from '../src/tiktok-shop/sign.ts';
import { differences } from './skeleton.ts';
import { tiktok } from './tiktok-client.ts';

const AT = Date.parse('2026-11-22T12:00:00Z');
const DAY = 86_400;
const SEARCH = '/order/202309/orders/search';
const published = witness('tiktok-shop');
let simulator: Simulator;

beforeEach(async () => {
	simulator = await startSimulator({ size: 6_000, seed: 5, clock: { at: AT, frozen: true } });
});
afterEach(() => simulator.stop());

const ODD: Record<string, Record<string, string>> = {
	'returns-search': { '~data.return_orders[].is_combined_return': 'the published sample holds a text, its own schema says boolean' },
};

describe.skipIf(published === null)('the published documents', () => {
	interface Vector {
		name: string;
		app_secret: string;
		app_key: string;
		path: string;
		query: Record<string, string>;
		body: string;
		content_type: string;
		sign: string;
		raw_body: string;
		authorization_header: string;
	}

	it('give the signatures that this simulator expects', () => {
		for (const v of published!.json('samples/signing-vectors.json') as Vector[]) {
			const sign = signRequest({
				secret: v.app_secret,
				path: v.path,
				query: new URLSearchParams(v.query),
				body: Buffer.from(v.body),
				contentType: v.content_type ?? '',
			});
			expect([v.name, sign]).toEqual([v.name, v.sign]);
		}
		for (const v of published!.json('samples/webhook-vectors.json') as Vector[])
			expect([v.name, signWebhook(v.app_key, v.app_secret, v.raw_body)]).toEqual([v.name, v.authorization_header]);
	});

	it('have every field that this simulator writes, with the same type', async () => {
		const from = { update_time_ge: AT / 1000 - 100 * DAY };
		const ids = async (status: string): Promise<string> => {
			const answer = await tiktok(simulator, 'POST', SEARCH, {
				store: 'tiktok-us',
				query: { page_size: '20' },
				body: { order_status: status },
			});
			return (answer.data['orders'] as { id: string }[]).map((o) => o.id).join(',');
		};
		const answers: [string, Promise<unknown>][] = [
			['authorized-shops', tiktok(simulator, 'GET', '/authorization/202309/shops')],
			['active-shops', tiktok(simulator, 'GET', '/seller/202309/shops')],
			['seller-permissions', tiktok(simulator, 'GET', '/seller/202309/permissions')],
			['orders-search', tiktok(simulator, 'POST', SEARCH, { store: 'tiktok-us', query: { page_size: '100' }, body: from })],
			['orders-search', tiktok(simulator, 'POST', SEARCH, { store: 'tiktok-br', query: { page_size: '100' }, body: from })],
			['orders-detail', tiktok(simulator, 'GET', '/order/202507/orders', { store: 'tiktok-us', query: { ids: await ids('COMPLETED') } })],
			[
				'returns-search',
				tiktok(simulator, 'POST', '/return_refund/202309/returns/search', { store: 'tiktok-us', query: { page_size: '50' }, body: {} }),
			],
			[
				'cancellations-search',
				tiktok(simulator, 'POST', '/return_refund/202309/cancellations/search', {
					store: 'tiktok-us',
					query: { page_size: '50' },
					body: {},
				}),
			],
			['webhooks-list', tiktok(simulator, 'GET', '/event/202309/webhooks', { store: 'tiktok-us' })],
		];
		const order = (await ids('COMPLETED')).split(',')[0]!;
		answers.push(['order-price-detail', tiktok(simulator, 'GET', `/order/202407/orders/${order}/price_detail`, { store: 'tiktok-us' })]);
		for (const [name, answer] of answers) {
			const { status: _status, ...body } = (await answer) as Record<string, unknown>;
			// Every field is optional there: what is not sent is no disagreement.
			const disagreements = differences(published!.json(`samples/${name}.published.json`), body).filter((d) => !d.startsWith('-'));
			const hearing = { platform: 'TikTok Shop', side: 'simulator', against: `sample ${name}`, judged: 1 } as const;
			expect([name, settle({ ...hearing, disagreements, reasons: ODD[name] ?? {} })]).toEqual([name, AGREED]);
		}
	});
});
