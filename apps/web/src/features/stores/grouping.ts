import type { StoreView } from '@pangea/api';

/** By what the stores are put together. */
export const GROUPINGS = ['platform', 'entity', 'group', 'owner'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export function isGrouping(value: unknown): value is Grouping {
	return GROUPINGS.some((grouping) => grouping === value);
}

/** The names that stores bear, each once, in the reader's order. */
export function namesOf(stores: readonly StoreView[], of: (store: StoreView) => string | null): string[] {
	return [...new Set(stores.flatMap((store) => of(store) ?? []))].toSorted((a, b) => a.localeCompare(b));
}

const NAME: Record<Exclude<Grouping, 'platform'>, (store: StoreView) => string | null> = {
	entity: (store) => store.entity,
	group: (store) => store.group,
	owner: (store) => store.owner?.name ?? null,
};

/** Stores by name; those without one come last, under null. */
export function grouped(stores: readonly StoreView[], by: Exclude<Grouping, 'platform'>): { name: string | null; stores: StoreView[] }[] {
	const of = NAME[by];
	const rest = stores.filter((store) => of(store) === null);
	return [
		...namesOf(stores, of).map((name) => ({ name, stores: stores.filter((store) => of(store) === name) })),
		...(rest.length > 0 ? [{ name: null, stores: rest }] : []),
	];
}
