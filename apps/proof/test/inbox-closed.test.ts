import { describe, expect, test } from 'vitest';
import { inboxStage } from './inbox-stage.ts';

const inbox = inboxStage({
	platform: 'tiktok-shop',
	store: 'tiktok-br',
	port: 5440,
	patience: 20_000,
	// Its app has the seller's grant, and waits for the platform to approve what customer service may do.
	prepare: async ({ control }) => {
		for (const operation of ['conversations.*', 'messages.*'])
			control.arm({ kind: 'refuse', platform: 'tiktok-shop', operation, options: { cause: 'scopeMissing' } });
	},
});
const { now, until, list, written } = inbox;

interface StoreView {
	state: string;
	readUntil: string | null;
}
const stores = (): Promise<StoreView[]> => now.stage.owner.query('inbox.stores');

describe('the inbox of a shop whose chats the platform has not opened to the app', () => {
	test('says so, keeps the store in order, and hears its buyers as soon as they are opened', async () => {
		await until('the word that they are closed', async () => (await stores()).find(({ state }) => state === 'scopeMissing'));
		expect((await stores()).map(({ state, readUntil }) => [state, readUntil])).toEqual((await stores()).map(() => ['scopeMissing', null]));
		now.stage.control.buyerWrites('tiktok-br', 'Is anybody there?');
		const orders = async (): Promise<number> =>
			(await now.stage.owner.query<{ rows: unknown[] }>('orders.list', { limit: 10 })).rows.length;
		await until('its orders', async () => ((await orders()) > 0 ? true : undefined));
		expect(await list()).toEqual([]);
		now.desk.mend();
		expect(await written('Hello?')).toMatchObject({ lastSender: 'buyer', done: false });
	}, 60_000);
});
