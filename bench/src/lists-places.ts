import { packCursor } from '@pangea/db';
import type pg from 'pg';
import { type ListCase, plainWhere } from './lists-cases.ts';
import type { ListWorld } from './lists-world.ts';

export const PAGE = 50;
const DEEP = 10_000;

/** A place in a case's list: where the page starts and which orders plain SQL finds there. */
export interface Place {
	depth: 'first' | 'deep' | 'last';
	after: string | null;
	orderIds: string[];
}

/** The first page, page 10,000 where there is one, and the last full one. */
export async function placesOf(client: pg.Client, world: ListWorld, one: ListCase): Promise<Place[]> {
	const key = one.request.sort === 'shipBy' ? 'ship_by' : 'placed_at';
	const [down, up, beyond] = one.request.sort === 'shipBy' ? (['asc', 'desc', '>'] as const) : (['desc', 'asc', '<'] as const);
	const where = plainWhere(world, one.request);
	const keyAt = async (direction: 'asc' | 'desc', offset: number): Promise<Key | undefined> =>
		(
			await client.query<Key>(
				`select to_char(${key}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, order_id from orders where ${where} order by ${key} ${direction}, order_id ${direction} offset ${offset} limit 1`,
			)
		).rows[0];
	const place = async (depth: Place['depth'], start: Key | null): Promise<Place> => {
		const from = start ? `and (${key}, order_id) ${beyond} ('${start.at}', '${start.order_id}')` : '';
		const { rows } = await client.query<{ order_id: string }>(
			`select order_id from orders where ${where} ${from} order by ${key} ${down}, order_id ${down} limit ${PAGE}`,
		);
		return { depth, after: start && packCursor([start.at, start.order_id]), orderIds: rows.map((r) => r.order_id) };
	};
	const places = [await place('first', null)];
	const deep = world.orders < DEEP * PAGE ? undefined : await keyAt(down, (DEEP - 1) * PAGE - 1);
	if (deep) places.push(await place('deep', deep));
	const last = await keyAt(up, PAGE);
	if (last) places.push(await place('last', last));
	return places;
}

interface Key {
	at: string;
	order_id: string;
}
