import { skus } from '../core/catalogue.ts';
import { offersOf } from '../core/offers.ts';
import type { Operation, WireCall, WireReply } from '../core/operation.ts';
import { hash } from '../core/random.ts';
import type { StoreSeed } from '../core/stores.ts';
import { callerOf, type Desk } from './caller.ts';
import { itemId } from './ids.ts';
import { badRequest, notFound } from './replies.ts';

const DEFAULT_LIMIT = 5;
/** The documents name it as a bound that is not reached. */
const LIMIT_BELOW = 10_000;
const DAY = 86_400_000;
const MOST = 9;

interface Said {
	rate: number;
	title: string;
	content: string;
}

const SAID: Readonly<Record<'es' | 'pt', readonly Said[]>> = {
	es: [
		{ rate: 5, title: 'Excelente', content: 'Muy buena calidad, llegó bien empacado.' },
		{ rate: 4, title: 'Muy bueno', content: 'Cumple con lo que dice. Buen precio.' },
		{ rate: 5, title: 'Lo recomiendo', content: '' },
		{ rate: 2, title: 'No es lo que esperaba', content: 'El color es distinto al de la foto.' },
		{ rate: 1, title: 'Llegó roto', content: 'La caja venía golpeada y la pieza rota.' },
		{ rate: 3, title: 'Regular', content: 'Es más pequeño de lo que pensaba.' },
	],
	pt: [
		{ rate: 5, title: 'Excelente custo benefício', content: 'Ótima qualidade e chegou rápido.' },
		{ rate: 4, title: 'Muito bom', content: 'Gostei bastante, só a caixa veio amassada.' },
		{ rate: 5, title: 'Recomendo', content: '' },
		{ rate: 2, title: 'Decepcionado', content: 'Parou de funcionar em uma semana.' },
		{ rate: 1, title: 'Faltou peça', content: 'Veio incompleto e o vendedor não respondeu.' },
		{ rate: 3, title: 'Regular', content: 'O tamanho é menor que o anunciado.' },
	],
};

/** What buyers say of items (contract mercado-libre §7.3): any caller may read them, of any item; nothing names a buyer or an order. */
export function reviewOperations(desk: Desk): Operation[] {
	const handle = (call: WireCall): WireReply => {
		const account = callerOf(desk, call);
		const id = call.params['id'] ?? '';
		const limit = numberOf(call.query, 'limit', DEFAULT_LIMIT);
		const offset = numberOf(call.query, 'offset', 0);
		if (limit >= LIMIT_BELOW) throw badRequest('Invalid limit');
		const store = account.stores.find((one) => skus.some((sku) => itemId(one, sku) === id));
		const sku = store && skus.find((one) => itemId(store, one) === id);
		const { world } = desk.context;
		if (!sku && !world.isListed(id)) throw notFound();
		const offer = store && offersOf(world.seed, store).find((one) => one.sku === sku);
		// Nobody has said anything of what was listed a moment ago.
		const all = offer ? saidOf(world.seed, store, offer.sku.number, id, offer.createdAt) : [];
		const reviews = all.slice(offset, offset + limit);
		const count = (rate: number): number => all.filter((one) => one.rate === rate).length;
		const average = all.length === 0 ? 0 : Math.round((all.reduce((sum, one) => sum + one.rate, 0) / all.length) * 10) / 10;
		return {
			status: 200,
			body: {
				paging: {
					total: all.length,
					limit,
					offset,
					kvs_total: all.length,
					reviews_with_comment: all.filter((one) => one.content !== '').length,
				},
				reviews,
				rating_average: average,
				stars: Math.round(average * 2) / 2,
				rating_levels: { one_star: count(1), two_star: count(2), three_star: count(3), four_star: count(4), five_star: count(5) },
				helpful_reviews: { best_max_stars: null, best_min_stars: null },
				attributes: [],
				quanti_attributes: [],
				quali_attributes: [],
				metadata: {},
			},
			records: reviews,
		};
	};
	return [{ name: 'reviews.item', method: 'GET', path: '/reviews/item/:id', handle }];
}

function saidOf(seed: number, store: StoreSeed, sku: number, item: string, since: number) {
	const texts = SAID[store.language === 'pt' ? 'pt' : 'es'];
	return Array.from({ length: hash(seed, store.number, sku, 301) % (MOST + 1) }, (_, index) => {
		const chance = hash(seed, store.number, sku, index, 302);
		const at = since + (1 + (chance % 150)) * DAY + (chance % 86_400) * 1000;
		const said = texts[(chance >>> 4) % texts.length] ?? { rate: 5, title: '', content: '' };
		return {
			id: 2_034_000_000 + store.number * 1_000_000 + sku * 100 + index,
			reviewable_object: { id: item, type: 'product' },
			date_created: new Date(at).toISOString().replace('.000Z', 'Z'),
			status: 'published',
			title: said.title,
			content: said.content,
			rate: said.rate,
			valorization: 0,
			likes: chance % 4,
			dislikes: chance % 2,
			reviewer_id: 0,
			buying_date: new Date(at - 14 * DAY).toISOString().replace(/T.*/, 'T04:00:00Z'),
			relevance: chance % 50,
			forbidden_words: 0,
		};
	});
}

function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
	const text = query.get(name);
	if (text === null) return otherwise;
	if (!/^\d{1,9}$/.test(text)) throw badRequest(`Invalid ${name}`);
	return Number(text);
}
