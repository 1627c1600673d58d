import { setTimeout as sleep } from 'node:timers/promises';
import type { Offer } from '@pangea/simulator';
import { residentMegabytes } from '../rig/processes.ts';
import type { Rig } from '../rig/rig.ts';
import { untilWithin } from '../rig/until.ts';

/** The shop whose listings are many. */
export const MIRRORED = { platform: 'tiktok-shop', store: 'tiktok-gb', site: 'GB' };
/** Its platform names products by the page and tells each of them by a call of its own. */
const DETAIL = 'products.detail';

interface MirrorOptions {
	/** Beside the catalogue. */
	listings: number;
	/** In each walk. */
	kills: number;
	step: (text: string) => void;
}

interface WalkReport {
	seconds: number;
	/** Calls that the walk cost the platform's budgets, and those that these refused. */
	asked: number;
	refused: number;
	kills: number;
}

export interface MirrorReport {
	listings: number;
	/** The first walk, and one over the same once more. */
	first: WalkReport;
	again: WalkReport;
	/** Listings that the second walk wrote though nothing had changed. */
	rewritten: number;
	/** The most that the worker took. */
	megabytes: number;
	/** What is not as the platform has it, in sentences. */
	wrong: string[];
}

const LOOK_MILLIS = 250;
const until = untilWithin(120_000);

/** Reads a large store from nothing and then once more, kills the worker on the way, and compares what is held with what is listed. */
export async function mirror(rig: Rig, { listings, kills, step }: MirrorOptions): Promise<MirrorReport> {
	const storeId = await until('the store', async () => {
		const [row] = await rig.query<{ store_id: string }>('select store_id from store where platform = $1 and site_id = $2', [
			MIRRORED.platform,
			MIRRORED.site,
		]);
		return row?.store_id;
	});
	const truth = (await rig.door.get(`/truth/offers?store=${MIRRORED.store}`)) as Offer[];
	const products = new Set(truth.map((offer) => offer.sku.goodNumber)).size;
	const walker = new Walker(rig, storeId, products);
	const first = await walker.walk(kills);
	step(`${listings} listings are read after ${first.seconds} s`);
	const wrong = await compare(rig, storeId, truth);
	const [before] = await rig.query<{ now: string }>('select clock_timestamp()::text as now');
	await rig.query(`update listing_read set whole_at = '2026-01-01', tried_at = '2026-01-01' where store_id = $1`, [storeId]);
	const again = await walker.walk(kills);
	step(`and once more after ${again.seconds} s`);
	wrong.push(...(await compare(rig, storeId, truth)));
	const [rewritten] = await rig.query<{ n: number }>('select count(*)::int as n from listing where store_id = $1 and changed_at > $2', [
		storeId,
		before?.now,
	]);
	if (rewritten && rewritten.n > 0) wrong.push(`${rewritten.n} listings were written again though nothing had changed`);
	for (const { refused } of [first, again]) if (refused > 0) wrong.push(`${refused} calls were beyond the platform's limits`);
	return { listings: truth.length, first, again, rewritten: rewritten?.n ?? 0, megabytes: Math.round(walker.megabytes), wrong };
}

class Walker {
	readonly #rig: Rig;
	readonly #storeId: string;
	readonly #products: number;
	megabytes = 0;

	constructor(rig: Rig, storeId: string, products: number) {
		this.#rig = rig;
		this.#storeId = storeId;
		this.#products = products;
	}

	/** Until the store is read whole; the worker is killed whenever another part of its products was asked for. */
	async walk(kills: number): Promise<WalkReport> {
		const began = Date.now();
		const before = await this.#budgets();
		for (let kill = 1; kill <= kills; kill++) {
			const from = (await this.#budgets()).detailed;
			const part = Math.floor((this.#products * kill) / (kills + 1));
			while ((await this.#budgets()).detailed < from + part && !(await this.#isWhole())) await this.#look();
			await this.#rig.kill('worker');
			await this.#rig.revive('worker');
		}
		while (!(await this.#isWhole())) await this.#look();
		const after = await this.#budgets();
		return {
			seconds: Math.round((Date.now() - began) / 1000),
			asked: after.asked - before.asked,
			refused: after.refused - before.refused,
			kills,
		};
	}

	async #look(): Promise<void> {
		const { worker1 } = this.#rig.pids;
		if (worker1 !== undefined) this.megabytes = Math.max(this.megabytes, residentMegabytes(worker1) ?? 0);
		await sleep(LOOK_MILLIS);
	}

	async #isWhole(): Promise<boolean> {
		const [row] = await this.#rig.query<{ whole: boolean }>(
			`select coalesce(whole_at > '2026-01-01', false) as whole from listing_read where store_id = $1`,
			[this.#storeId],
		);
		return row?.whole === true;
	}

	/** Of the store's listings alone. */
	async #budgets(): Promise<{ asked: number; refused: number; detailed: number }> {
		const tally = (await this.#rig.door.get('/budgets')) as Record<string, { asked: number; refused: number }>;
		const found = { asked: 0, refused: 0, detailed: 0 };
		for (const [name, { asked, refused }] of Object.entries(tally)) {
			if (!name.includes('products.')) continue;
			found.asked += asked;
			found.refused += refused;
			if (name.includes(DETAIL)) found.detailed += asked;
		}
		return found;
	}
}

/** What of a store's listings is not as the platform lists it. */
async function compare(rig: Rig, storeId: string, truth: readonly Offer[]): Promise<string[]> {
	const held = await rig.query<{ code: string | null; title: string; price: string | null; stock: number | null; state: string }>(
		'select seller_sku as code, title, price_minor as price, stock, state from listing where store_id = $1 and gone_at is null',
		[storeId],
	);
	if (held.length !== truth.length) return [`${held.length} listings are held, ${truth.length} are listed`];
	const byCode = new Map(held.map((row) => [row.code, row]));
	return truth
		.filter(({ code }) => code?.startsWith('SHELF-'))
		.flatMap(({ code, title, price, stock, state }) => {
			const row = byCode.get(code);
			const told = JSON.stringify({ title, price: String(price), stock, state });
			const kept = row && JSON.stringify({ title: row.title, price: row.price, stock: row.stock, state: row.state });
			return told === kept ? [] : [`${code} is ${told}, and held is ${kept ?? 'nothing'}`];
		});
}
