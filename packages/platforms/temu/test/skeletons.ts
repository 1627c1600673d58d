import { witness } from '@pangea/testing';

const contract = witness('temu');

export interface Api {
	request?: unknown;
	result?: unknown;
	requestFlat?: string[];
	resultFlat?: string[];
	requestTables?: Record<string, Record<string, string>>;
}
/** The field lists of the documentation's mirror, by API. */
export const apis = (contract ? contract.json('samples/_api-fields.json') : {}) as Record<string, Api>;

export const COMMON = new Set(['type', 'app_key', 'access_token', 'timestamp', 'data_type', 'sign']);

export function parametersOf(api: string): Set<string> {
	const listed = apis[api];
	if (!listed) throw new Error(`${api} is not in the referee's list`);
	const flat = (listed.requestFlat ?? []).map((entry) => entry.split(':')[0] ?? '');
	const tables = Object.values(listed.requestTables ?? {}).flatMap((table) => Object.keys(table));
	return new Set([...Object.keys(listed.request ?? {}), ...flat, ...tables]);
}

/** A document with every field of a skeleton filled: money with 1, ids and numbers with a plausible number. */
export function filled(skeleton: unknown, name = ''): unknown {
	if (Array.isArray(skeleton)) return [filled(skeleton[0], name)];
	if (typeof skeleton === 'object' && skeleton !== null) {
		const entries = Object.entries(skeleton);
		if (entries.length === 2 && 'currency' in skeleton && 'amount' in skeleton) return { currency: 'USD', amount: 1 };
		return Object.fromEntries(entries.map(([key, value]) => [key, filled(value, key)]));
	}
	if (skeleton === 'BOOLEAN') return true;
	if (skeleton === 'STRING') return 'PO-211-1';
	if (/Millis$|Ms$/.test(name)) return 1760000000000;
	return /[tT]ime$|At$/.test(name) ? 1760000000 : 2;
}

/** Whether a skeleton has a dotted name; lists add no step. */
export function isListed(skeleton: unknown, path: string): boolean {
	return (
		path.split('.').reduce<unknown>((at, name) => {
			const one = Array.isArray(at) ? at[0] : at;
			return typeof one === 'object' && one !== null ? (one as Record<string, unknown>)[name] : undefined;
		}, skeleton) !== undefined
	);
}

/** Dotted names in documents of an API that its skeleton lacks, sorted. Flat skeletons list names without nesting. */
export function unlistedFields(api: string, documents: readonly unknown[]): string[] {
	const listed = apis[api];
	const flat = listed?.resultFlat?.map((entry) => entry.split(':')[0] ?? '');
	const names = new Set(documents.flatMap((document) => namesIn(document)));
	return [...names]
		.filter((name) => (flat ? !flat.includes(name.split('.').at(-1) ?? '') : !isListed(listed?.result, name)))
		.toSorted((a, b) => a.localeCompare(b));
}

function namesIn(document: unknown): string[] {
	if (Array.isArray(document)) return document.flatMap(namesIn);
	if (typeof document !== 'object' || document === null) return [];
	return Object.entries(document).flatMap(([name, value]) => [name, ...namesIn(value).map((rest) => `${name}.${rest}`)]);
}
