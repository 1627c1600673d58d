import type { AttributeRule } from '@pangea/domain';
import { isRecord } from './json.ts';

/* The schema of a product type: JSON Schema 2019-09 with words of Amazon's own (contract §13). */

type Schema = Record<string, unknown>;

/** Attributes that the draft's own fields fill. */
export const OWN = {
	title: 'item_name',
	description: 'product_description',
	cover: 'main_product_image_locator',
	price: 'purchasable_offer',
	stock: 'fulfillment_availability',
	gtin: 'externally_assigned_product_identifier',
	/** The product of the catalogue on which a listing is an offer. */
	asin: 'merchant_suggested_asin',
} as const;
const FURTHER_IMAGE = /^other_product_image_locator_\d+$/;
/** Told for every value and never asked: whose words, where, for whom. */
const SELECTORS = ['marketplace_id', 'language_tag', 'audience'];
/** Of values whose length the schema does not bound. */
const LONGEST_VALUE = 2000;
const DEEPEST = 6;
/** A form takes no more. */
const MOST_RULES = 250;

/** The further picture attributes of a schema, in their order. */
export function furtherImages(schema: Schema): string[] {
	return Object.keys(recordOf(schema['properties'])).filter((name) => FURTHER_IMAGE.test(name));
}

export function isOwn(name: string): boolean {
	return Object.values(OWN).some((own) => own === name) || FURTHER_IMAGE.test(name);
}

/** Names of the attributes that are asked for whatever else is said; conditions are judged by Amazon's check. */
export function requiredOf(schema: Schema): Set<string> {
	return new Set(textsOf(schema['required']));
}

/** The schema of one value of an attribute, without the list around it. */
export function valueSchema(schema: Schema, attribute: string): Schema {
	const list = resolve(schema, recordOf(schema['properties'])[attribute]);
	return resolve(schema, list['items'] ?? {});
}

/** The schema of the text that an attribute holds. */
export function textSchema(schema: Schema, attribute: string): Schema {
	return resolve(schema, recordOf(valueSchema(schema, attribute)['properties'])['value'] ?? {});
}

/** Attributes as a draft fills them: one rule for each value that can be typed or chosen, those that are asked for first. */
export function attributeRulesOf(schema: Schema): AttributeRule[] {
	const required = requiredOf(schema);
	const rules = Object.keys(recordOf(schema['properties'])).flatMap((name) => {
		const list = resolve(schema, recordOf(schema['properties'])[name]);
		if (isOwn(name) || (list['hidden'] === true && !required.has(name))) return [];
		const label = typeof list['title'] === 'string' ? list['title'] : name;
		return leaves(schema, valueSchema(schema, name), { id: name, label, required: required.has(name), depth: 0 });
	});
	return rules.toSorted((a, b) => Number(b.required) - Number(a.required)).slice(0, MOST_RULES);
}

interface Place {
	id: string;
	label: string;
	required: boolean;
	depth: number;
}

const PLAIN: Omit<AttributeRule, 'id' | 'name'> = {
	required: false,
	source: 'category',
	kind: 'text',
	choices: [],
	open: true,
	units: [],
	most: LONGEST_VALUE,
};

/** The value that a schema leaves no choice about; undefined where there is one. */
function onlyValue(leaf: Schema): unknown {
	if ('const' in leaf) return leaf['const'];
	return Array.isArray(leaf['enum']) && leaf['enum'].length === 1 ? leaf['enum'][0] : undefined;
}

function leaves(root: Schema, schema: Schema, place: Place): AttributeRule[] {
	const { id, label, required, depth } = place;
	if (depth > DEEPEST) return [];
	const measure = measureOf(root, schema);
	const rule = { ...PLAIN, id, name: label, required };
	if (measure) return [{ ...rule, kind: 'measure', units: measure.units }];
	const inner = isRecord(schema['items']) ? resolve(root, schema['items']) : null;
	if (inner) return leaves(root, inner, { ...place, depth: depth + 1 });
	const properties = Object.entries(recordOf(schema['properties'])).filter(([name]) => !SELECTORS.includes(name));
	if (properties.length === 0) return onlyValue(schema) === undefined ? [leafRule(root, schema, rule)] : [];
	const asked = textsOf(schema['required']);
	return properties.flatMap(([name, property]) => {
		const leaf = resolve(root, property);
		const own = typeof leaf['title'] === 'string' ? leaf['title'] : name;
		return leaves(root, leaf, {
			id: name === 'value' ? id : `${id}.${name}`,
			label: name === 'value' || properties.length === 1 ? label : `${label}: ${own}`,
			required: required && asked.includes(name),
			depth: depth + 1,
		});
	});
}

function measureOf(root: Schema, schema: Schema): { units: string[] } | null {
	const properties = recordOf(schema['properties']);
	if (!isRecord(properties['value']) || !isRecord(properties['unit'])) return null;
	const units = choicesOf(resolve(root, properties['unit']));
	return units.length === 0 ? null : { units: units.map(({ id }) => id) };
}

/** A list of values may stand beside free words: then both are taken. */
function leafRule(root: Schema, leaf: Schema, rule: AttributeRule): AttributeRule {
	const ways = [leaf, ...listOf(leaf['anyOf']), ...listOf(leaf['oneOf'])].map((way) => resolve(root, way));
	const choices = ways.flatMap(choicesOf);
	const isOpen = ways.some((way) => way['type'] === 'string' && !Array.isArray(way['enum'])) && choices.length > 0;
	if (choices.length > 0) return { ...rule, kind: 'choice', choices, open: isOpen };
	if (leaf['type'] === 'boolean')
		return { ...rule, kind: 'choice', open: false, choices: ['true', 'false'].map((id) => ({ id, name: id })) };
	if (leaf['type'] === 'number' || leaf['type'] === 'integer') return { ...rule, kind: 'number' };
	const longest = ways.flatMap((way) => (typeof way['maxLength'] === 'number' ? [way['maxLength']] : []));
	return { ...rule, most: longest.length === 0 ? LONGEST_VALUE : Math.max(...longest) };
}

function choicesOf(schema: Schema): { id: string; name: string }[] {
	const names = Array.isArray(schema['enumNames']) ? schema['enumNames'] : [];
	const values = Array.isArray(schema['enum']) ? schema['enum'] : [];
	return values.map((value: unknown, place) => ({ id: String(value), name: String(names[place] ?? value) }));
}

/** What one value of a draft's attribute stands for. */
export interface Told {
	/** The id of a choice where one was taken, else the words. */
	text: string;
	/** Of a measure. */
	measure: { number: string; unit: string } | null;
}

/** What belongs to every value, where its schema knows it. */
export type Selectors = Readonly<Record<string, string>>;

/**
 * One attribute as it is sent: the values that a draft tells in their places, beside what leaves no choice; undefined where it tells none.
 * @param told by the ids of the rules
 */
export function attributeValue(
	root: Schema,
	name: string,
	told: (id: string) => Told | undefined,
	selectors: Selectors,
): Schema[] | undefined {
	const value = valueAt(root, valueSchema(root, name), name, told, selectors);
	return isRecord(value) ? [value] : undefined;
}

function valueAt(root: Schema, schema: Schema, id: string, told: (id: string) => Told | undefined, selectors: Selectors): unknown {
	if (isRecord(schema['items'])) {
		const inner = valueAt(root, resolve(root, schema['items']), id, told, selectors);
		return inner === undefined ? undefined : [inner];
	}
	const properties = recordOf(schema['properties']);
	const names = Object.keys(properties);
	if (names.length === 0) return written(root, schema, told(id)?.text);
	if (measureOf(root, schema)) {
		const measure = told(id)?.measure;
		return measure ? { value: Number(measure.number), unit: measure.unit, ...withSelectors(names, selectors) } : undefined;
	}
	const values = names.flatMap((name): [string, unknown][] => {
		if (SELECTORS.includes(name)) return [];
		const inner = valueAt(root, resolve(root, properties[name]), name === 'value' ? id : `${id}.${name}`, told, selectors);
		return inner === undefined ? [] : [[name, inner]];
	});
	if (values.length === 0) return undefined;
	const given = values.map(([name]) => name);
	const fixed = names.flatMap((name): [string, unknown][] => {
		const only = given.includes(name) || SELECTORS.includes(name) ? undefined : onlyValue(resolve(root, properties[name]));
		return only === undefined ? [] : [[name, only]];
	});
	return { ...Object.fromEntries([...values, ...fixed]), ...withSelectors(names, selectors) };
}

function withSelectors(names: readonly string[], selectors: Selectors): Schema {
	return Object.fromEntries(Object.entries(selectors).filter(([name]) => names.includes(name)));
}

function written(root: Schema, leaf: Schema, text: string | undefined): unknown {
	if (text === undefined || text === '') return undefined;
	const types = [leaf, ...listOf(leaf['anyOf']), ...listOf(leaf['oneOf'])].map((way) => resolve(root, way)['type']);
	if (types.includes('boolean')) return text === 'true';
	if ((types.includes('number') || types.includes('integer')) && !types.includes('string')) return Number(text);
	return text;
}

function resolve(root: Schema, schema: unknown): Schema {
	let at = recordOf(schema);
	for (let step = 0; typeof at['$ref'] === 'string' && step < DEEPEST; step++) {
		const path = at['$ref'].split('/').slice(1);
		at = recordOf(path.reduce<unknown>((from, name) => recordOf(from)[name], root));
	}
	return at;
}

function recordOf(value: unknown): Schema {
	return isRecord(value) ? value : {};
}

function listOf(value: unknown): Schema[] {
	return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textsOf(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
