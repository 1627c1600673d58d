import { type Sku, skus } from '../core/catalogue.ts';
import { exponentOf } from '../core/money.ts';
import type { Offer } from '../core/offers.ts';
import type { WireCall } from '../core/operation.ts';
import type { StoreSeed } from '../core/stores.ts';
import type { World } from '../core/world.ts';
import { ATTRIBUTES, leafOf, LONGEST_DESCRIPTION, LONGEST_TITLE, MOST_PICTURES } from './categories.ts';
import type { Account } from './grants.ts';
import { badRequest, MeliRefusal } from './replies.ts';

type Fields = Record<string, unknown>;

/** An item that somebody made through the API. */
export interface MadeItem {
	id: string;
	store: StoreSeed;
	offer: Offer;
	category: string;
	attributes: Fields[];
	/** The item of the account; null for a local seller's. */
	parent: string | null;
	listingType: string;
	description: string | null;
}

export interface MadeParent {
	id: string;
	account: Account;
	sku: Sku;
	title: string;
	category: string;
	attributes: Fields[];
	quantity: number;
	description: string | null;
	createdAt: number;
}

export interface Cause {
	department: string;
	cause_id: number;
	type: 'error' | 'warning';
	code: string;
	references: string[];
	message: string;
}

const LISTING_TYPES = ['gold_pro', 'gold_special', 'free'];
const NEW = '2230284';
/** Sides in centimetres, weight in grams (contract mercado-libre §6.2). */
const PACKAGE = ['PACKAGE_HEIGHT', 'PACKAGE_LENGTH', 'PACKAGE_WIDTH', 'PACKAGE_WEIGHT'];
const LEAST_SIDE = 3;
const LEAST_GRAMS = 50;
const LEAST_VOLUME = 0.02;

/** Items made since the start, with the checks of the platform. */
export class MadeItems {
	readonly items: MadeItem[] = [];
	readonly parents: MadeParent[] = [];
	readonly #world: World;
	#number = 0;

	constructor(world: World) {
		this.#world = world;
	}

	/** `POST /global/items`. @throws MeliRefusal 400 with causes: then nothing was made. */
	makeGlobal(account: Account, call: WireCall): { parent: MadeParent; rows: Fields[] } {
		const body = fieldsOf(call.json());
		const causes = [...rootCauses(body, 'CBT', 'USD'), ...packageCauses(listOf(body['attributes']))];
		const rows = listOf(body['sites_to_sell']);
		if (rows.length === 0) causes.push(cause('item.sites_to_sell.required', ['item.sites_to_sell'], 'At least one site is required'));
		if (causes.length > 0) throw validation(causes);
		const attributes = listOf(body['attributes']);
		const code = codeOf(attributes);
		const parent: MadeParent = {
			id: `CBT${9_000_000_000 + ++this.#number}`,
			account,
			sku: skuOf(code, this.#number, textOf(body['category_id'])),
			title: textOf(body['title']),
			category: textOf(body['category_id']),
			attributes,
			quantity: Number(body['available_quantity']),
			description: plainText(body['description']),
			createdAt: call.now,
		};
		this.parents.push(parent);
		return { parent, rows: rows.map((row) => this.#child(account, parent, row, call.now, () => false)) };
	}

	/** `POST /global/items/{id}`: more sites for an item of the account. @throws MeliRefusal 400 */
	addSites(account: Account, parent: MadeParent, call: WireCall, sells: (store: StoreSeed) => boolean): Fields[] {
		const rows = listOf(fieldsOf(call.json())['sites_to_sell']);
		if (rows.length === 0)
			throw validation([cause('item.sites_to_sell.required', ['item.sites_to_sell'], 'At least one site is required')]);
		return rows.map((row) => this.#child(account, parent, row, call.now, sells));
	}

	/** `POST /items`. @throws MeliRefusal 400 */
	makeLocal(store: StoreSeed, call: WireCall): MadeItem {
		const body = fieldsOf(call.json());
		const causes = rootCauses(body, store.site, store.currency);
		if (!isPrice(body['price'])) causes.push(cause('item.price.invalid', ['item.price'], 'The price is required'));
		if (body['buying_mode'] !== 'buy_it_now') causes.push(cause('item.buying_mode.invalid', ['item.buying_mode'], 'Invalid buying mode'));
		if (!LISTING_TYPES.includes(textOf(body['listing_type_id'])))
			causes.push(cause('item.listing_type_id.invalid', ['item.listing_type_id'], 'Invalid listing_type_id'));
		if (causes.length > 0) throw validation(causes);
		const attributes = listOf(body['attributes']);
		const sku = skuOf(codeOf(attributes), ++this.#number, textOf(body['category_id']));
		return this.#keep({
			store,
			sku,
			title: textOf(body['title']),
			price: Number(body['price']),
			stock: Number(body['available_quantity']),
			category: textOf(body['category_id']),
			attributes,
			parent: null,
			listingType: textOf(body['listing_type_id']),
			now: call.now,
		});
	}

	#child(account: Account, parent: MadeParent, row: Fields, now: number, sells: (store: StoreSeed) => boolean): Fields {
		const site = textOf(row['site_id']);
		const logistic = textOf(row['logistic_type']);
		const store = account.stores.find(
			(one) => one.site === site && (one.mode === 'platform-fulfilled' ? 'fulfillment' : 'remote') === logistic,
		);
		const causes: Cause[] = [];
		if (!store) causes.push(cause('item.site_id.invalid', ['item.site_id'], `The seller does not operate on ${site} with ${logistic}`));
		else if (sells(store) || this.items.some((item) => item.parent === parent.id && item.store === store))
			causes.push(cause('item.site_id.duplicated', ['item.site_id'], `The item is listed on ${site} already`));
		causes.push(...titleCauses(row['title']));
		if (!isPrice(row['net_proceeds'])) causes.push(cause('item.net_proceeds.required', ['item.net_proceeds'], 'net_proceeds is required'));
		const type = row['listing_type_id'];
		if (type !== undefined && !LISTING_TYPES.includes(textOf(type)))
			causes.push(cause('item.listing_type_id.invalid', ['item.listing_type_id'], 'Invalid listing_type_id'));
		if (!store || causes.length > 0) return { site_id: site, logistic_type: logistic, error: refusalBody(causes) };
		const item = this.#keep({
			store,
			sku: parent.sku,
			title: textOf(row['title']),
			// The buyer's price is what is left to the seller, fees and freight on top.
			price: Number(row['net_proceeds']) / 0.83,
			stock: parent.quantity,
			category: `${site}${parent.category.slice(3)}`,
			attributes: parent.attributes,
			parent: parent.id,
			listingType: textOf(type ?? 'gold_pro'),
			now,
		});
		return { item_id: item.id, site_id: site, logistic_type: logistic };
	}

	#keep(facts: {
		store: StoreSeed;
		sku: Sku;
		title: string;
		price: number;
		stock: number;
		category: string;
		attributes: Fields[];
		parent: string | null;
		listingType: string;
		now: number;
	}): MadeItem {
		const { store, sku, attributes, now } = facts;
		const item: MadeItem = {
			id: `${store.site}${9_100_000_000 + ++this.#number}`,
			store,
			offer: {
				sku,
				state: 'live',
				code: codeOf(attributes),
				gtin: valueOf(attributes, 'GTIN'),
				title: facts.title,
				price: Math.round(facts.price * 10 ** exponentOf(store.currency)),
				stock: facts.stock,
				createdAt: now,
				updatedAt: now,
			},
			category: facts.category,
			attributes,
			parent: facts.parent,
			listingType: facts.listingType,
			description: null,
		};
		this.items.push(item);
		this.#world.noteListed(store, sku.code, { product: item.id, variant: '', parent: item.parent ?? undefined });
		return item;
	}
}

export function cause(code: string, references: string[], message: string, department = 'items'): Cause {
	return { department, cause_id: 100 + code.length, type: 'error', code, references, message };
}

function refusalBody(causes: Cause[]): Fields {
	return { message: 'Validation error', error: 'validation_error', status: 400, cause: causes };
}

export function validation(causes: Cause[]): MeliRefusal {
	return new MeliRefusal({ status: 400, body: refusalBody(causes) });
}

/** What an item of the account and one of a local seller have alike. */
function rootCauses(body: Fields, root: string, currency: string): Cause[] {
	const causes = titleCauses(body['title']);
	const leaf = leafOf(textOf(body['category_id']));
	if (leaf?.root !== root)
		causes.push(cause('item.category_id.invalid', ['item.category_id'], `Category ${textOf(body['category_id'])} does not take listings`));
	if (body['currency_id'] !== currency)
		causes.push(cause('item.currency_id.invalid', ['item.currency_id'], `The currency must be ${currency}`));
	const quantity = body['available_quantity'];
	if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1 || quantity > 99_999)
		causes.push(cause('item.available_quantity.invalid', ['item.available_quantity'], 'available_quantity must be 1 to 99999'));
	const text = plainText(body['description']);
	if (text !== null && text.length > LONGEST_DESCRIPTION)
		causes.push(cause('item.description.length', ['item.description'], `A description has at most ${LONGEST_DESCRIPTION} characters`));
	return [...causes, ...pictureCauses(body['pictures']), ...attributeCauses(listOf(body['attributes']))];
}

export function titleCauses(title: unknown): Cause[] {
	if (typeof title !== 'string' || title.trim() === '') return [cause('item.title.required', ['item.title'], 'The title is required')];
	return Array.from(title).length > LONGEST_TITLE
		? [cause('item.title.length', ['item.title'], `The title has more than ${LONGEST_TITLE} characters`)]
		: [];
}

function pictureCauses(value: unknown): Cause[] {
	const pictures = listOf(value);
	if (pictures.length === 0) return [cause('item.pictures.required', ['item.pictures'], 'Pictures are required', 'pictures')];
	if (pictures.length > MOST_PICTURES)
		return [cause('item.pictures.max', ['item.pictures'], `At most ${MOST_PICTURES} pictures are taken`, 'pictures')];
	const good = ({ id, source }: Fields) => typeof id === 'string' || (typeof source === 'string' && source.startsWith('https://'));
	return pictures.every(good) ? [] : [cause('item.pictures.invalid', ['item.pictures'], 'A picture needs an id or a source', 'pictures')];
}

function attributeCauses(attributes: Fields[]): Cause[] {
	const data = (code: string, id: string, message: string): Cause => cause(code, ['item.attributes', id], message, 'structured-data');
	const required = [
		...ATTRIBUTES.filter(({ tags }) => 'required' in tags || 'catalog_required' in tags).map(({ id }) => id),
		'ITEM_CONDITION',
	];
	const causes = required
		.filter((id) => valueOf(attributes, id) === null)
		.map((id) => data('item.attributes.missing_required', id, `The attributes [${id}] are required for category`));
	const condition = attributes.find(({ id }) => id === 'ITEM_CONDITION');
	if (condition && condition['value_id'] !== NEW && condition['value_name'] !== 'New')
		causes.push(data('item.attributes.invalid_value', 'ITEM_CONDITION', 'The condition is not allowed in this category'));
	for (const { id, value_id: valueId, value_name: name } of attributes) {
		const known = ATTRIBUTES.find((one) => one.id === id);
		if (known === undefined) continue;
		const values = 'values' in known ? known.values : undefined;
		if (known.value_type === 'list' && !values?.some((value) => value.id === valueId || value.name === name))
			causes.push(data('item.attributes.invalid_value', known.id, `Attribute [${known.id}] does not allow [${String(name)}]`));
		if (known.value_type === 'string' && typeof name === 'string' && name.length > 255)
			causes.push(data('item.attributes.length', known.id, `Attribute [${known.id}] is too long`));
	}
	const gtin = valueOf(attributes, 'GTIN');
	if (gtin !== null && !isGtin(gtin))
		causes.push(data('item.attributes.invalid_product_identifier', 'GTIN', `Product identifier [${gtin}] is not valid`));
	return causes;
}

function packageCauses(attributes: Fields[]): Cause[] {
	const shipping = (id: string, message: string): Cause => cause('item.attributes.package', ['item.attributes', id], message, 'shipping');
	const measures = PACKAGE.map((id) => measureOf(valueOf(attributes, id)));
	const missing = PACKAGE.filter((_, place) => measures[place] === null);
	if (missing.length > 0) return missing.map((id) => shipping(id, `The attributes [${id}] are required`));
	const [height = 0, length = 0, width = 0, grams = 0] = measures.map((measure) => measure ?? 0);
	const sides = [height, length, width];
	const causes = PACKAGE.slice(0, 3).flatMap((id, place) =>
		(sides[place] ?? 0) < LEAST_SIDE ? [shipping(id, `[${id}] must be at least ${LEAST_SIDE} cm`)] : [],
	);
	if (grams < LEAST_GRAMS) causes.push(shipping('PACKAGE_WEIGHT', `[PACKAGE_WEIGHT] must be at least ${LEAST_GRAMS} g`));
	if (causes.length === 0 && (height * length * width) / 5000 <= LEAST_VOLUME)
		causes.push(shipping('PACKAGE_HEIGHT', 'The volume of the package is too small'));
	return causes;
}

/** Centimetres or grams. */
function measureOf(text: string | null): number | null {
	const [, number, unit] = /^(\d+(?:\.\d+)?) ?(cm|mm|m|g|kg)$/.exec(text ?? '') ?? [];
	if (number === undefined || unit === undefined) return null;
	return Number(number) * ({ cm: 1, mm: 0.1, m: 100, g: 1, kg: 1000 }[unit] ?? 1);
}

function isGtin(text: string): boolean {
	if (!/^(\d{8}|\d{12,14})$/.test(text)) return false;
	const digits = Array.from(text.padStart(14, '0'), Number);
	return digits.reduce((sum, digit, place) => sum + digit * (place % 2 === 0 ? 3 : 1), 0) % 10 === 0;
}

export function isPrice(value: unknown): boolean {
	return typeof value === 'number' && Number.isFinite(value) && value >= 1;
}

function codeOf(attributes: Fields[]): string | null {
	return valueOf(attributes, 'SELLER_SKU');
}

function valueOf(attributes: Fields[], id: string): string | null {
	const value = attributes.find((one) => one['id'] === id);
	const text = value?.['value_name'] ?? value?.['value_id'];
	return typeof text === 'string' && text.trim() !== '' ? text : null;
}

/** The seller's variant of that code, or one that nobody knew. */
function skuOf(code: string | null, number: number, category: string): Sku {
	const known = skus.find((sku) => sku.code === code);
	if (known) return known;
	const leaf = leafOf(category);
	if (!leaf) throw badRequest('Invalid category');
	return { number: 5000 + number, code: code ?? `MADE-${number}`, good: leaf.good, goodNumber: leaf.goodNumber, variant: '' };
}

export function fieldsOf(value: unknown): Fields {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('The body must be an object');
	return { ...value };
}

function listOf(value: unknown): Fields[] {
	return Array.isArray(value) ? value.filter((one: unknown) => typeof one === 'object' && one !== null).map((one) => ({ ...one })) : [];
}

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

function plainText(description: unknown): string | null {
	if (typeof description !== 'object' || description === null || !('plain_text' in description)) return null;
	return typeof description.plain_text === 'string' ? description.plain_text : null;
}
