import { setTimeout as pause } from 'node:timers/promises';
import { PLATFORM_IDS } from '@pangea/domain';
import type { Api } from './account.ts';

/** Asks again and again until there is an answer. @throws Error naming what was waited for when the time is over. */
export async function until<T>(
	what: string,
	milliseconds: number,
	ask: () => Promise<T | null | undefined | false>,
	every = 100,
): Promise<T> {
	const end = Date.now() + milliseconds;
	for (;;) {
		const answer = await ask();
		if (answer !== null && answer !== undefined && answer !== false) return answer;
		if (Date.now() > end) throw new Error(`Waited ${milliseconds} ms in vain for ${what}`);
		await pause(every);
	}
}

/** Waits until there is an order of every platform. The history takes longer: the platforms' budgets are kept. */
export async function firstOrders(api: Api): Promise<void> {
	for (const platform of PLATFORM_IDS)
		await until(
			`the first order of ${platform}`,
			120_000,
			async () => (await api.orders.list.query({ platforms: [platform], limit: 1 })).rows[0],
			500,
		);
}
