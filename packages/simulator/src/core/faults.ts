import { hashText, Random } from './random.ts';

/** What can be made to go wrong. The first group acts on requests, the second on deliveries (webhooks, queue messages). */
export const faultKinds = [
	'rateLimited',
	'serverError',
	'htmlError',
	'timeout',
	'reset',
	'expireToken',
	'refreshRace',
	'notYet',
	'poison',
	'drift',
	'hideOrder',
	'clockSkew',
	'refuse',
	'duplicateDelivery',
	'lateDelivery',
	'reorderDelivery',
	'loseDelivery',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Faults that act only where a platform's own code comes to the place that they break. */
export type PlacedFault = 'expireToken' | 'refreshRace' | 'notYet';

/** Why a platform can refuse a call until a person has changed something, beside what the simulator knows by itself. */
export const refusalCauses = ['ipNotAllowed', 'scopeMissing', 'wrongRegion', 'storeInactive'] as const;
export type RefusalCause = (typeof refusalCauses)[number];

export function isRefusalCause(value: unknown): value is RefusalCause {
	return refusalCauses.some((cause) => cause === value);
}

/** A fault as armed. Without `platform` or `operation` it fits all; without `count` it stays armed. */
export interface FaultPlan {
	kind: FaultKind;
	platform?: string | undefined;
	/** The platform's operation name, e.g. `searchOrders`, `orders.search`, `token.refresh`; a trailing `*` matches any rest. */
	operation?: string | undefined;
	/** Store id, where the request or delivery is about one store. */
	store?: string | undefined;
	/** 0 to 1, default 1. For `hideOrder` the share of the orders that lists leave out: always the same ones. */
	probability?: number | undefined;
	/** How many times it strikes. */
	count?: number | undefined;
	/**
	 * `rateLimited`: header "no" leaves the documented header out. `serverError`/`htmlError`: status. `timeout`: milliseconds, when
	 * "before" | "after" the work is done. `poison`: shape "type" | "date". `clockSkew`, `lateDelivery`: milliseconds. `refuse`: cause; a
	 * platform that knows no such refusal answers as ever.
	 */
	options?: Record<string, string | number> | undefined;
}

export interface ArmedFault extends FaultPlan {
	id: number;
	struck: number;
}

export interface FaultTarget {
	platform: string;
	operation: string;
	store?: string | undefined;
}

/** The armed faults of one simulator. Chances are drawn from the world's seed, so a run repeats. */
export class Faults {
	readonly #random: Random;
	readonly #seed: number;
	#armed: ArmedFault[] = [];
	#last = 0;

	constructor(seed: number) {
		this.#random = new Random(seed ^ 0x5f3759df);
		this.#seed = seed;
	}

	arm(plan: FaultPlan): ArmedFault {
		const fault = { ...plan, id: ++this.#last, struck: 0 };
		this.#armed.push(fault);
		return fault;
	}

	/** Disarms one, or all without an id. */
	disarm(id?: number): void {
		this.#armed = id === undefined ? [] : this.#armed.filter((f) => f.id !== id);
	}

	list(): readonly ArmedFault[] {
		return this.#armed;
	}

	/** The first armed fault of the kind that fits and strikes now; a struck fault is counted and, when used up, gone. */
	strike(kind: FaultKind, target: FaultTarget): ArmedFault | null {
		for (const fault of this.#armed) {
			if (fault.kind !== kind || !fits(fault, target)) continue;
			if (fault.probability !== undefined && !this.#random.chance(fault.probability)) continue;
			fault.struck++;
			if (fault.count !== undefined && fault.struck >= fault.count) this.disarm(fault.id);
			return fault;
		}
		return null;
	}

	/** Whether an armed `hideOrder` leaves this order out of a list. Totals count it, reports name it, and its id still finds it. */
	hides(target: FaultTarget, order: string): boolean {
		const share = hashText(`${this.#seed} hidden ${order}`) / 2 ** 32;
		const fault = this.#armed.find((f) => f.kind === 'hideOrder' && fits(f, target) && share < (f.probability ?? 1));
		if (fault) fault.struck++;
		return fault !== undefined;
	}
}

function fits(fault: ArmedFault, target: FaultTarget): boolean {
	if (fault.platform !== undefined && fault.platform !== target.platform) return false;
	if (fault.store !== undefined && fault.store !== target.store) return false;
	if (fault.operation === undefined) return true;
	return fault.operation.endsWith('*') ? target.operation.startsWith(fault.operation.slice(0, -1)) : fault.operation === target.operation;
}

/** A numeric option of a fault, or the default. */
export function numberOption(fault: FaultPlan, name: string, otherwise: number): number {
	const value = fault.options?.[name];
	return typeof value === 'number' ? value : otherwise;
}

/** Damages a record the way real feeds are damaged now and then: a text turned number list, or a date of 1995. Returns a copy. */
export function poison(value: unknown, shape: string): unknown {
	if (Array.isArray(value)) return value.map((v, i) => (i === 0 ? poison(v, shape) : v));
	if (typeof value !== 'object' || value === null) return value;
	const copy: Record<string, unknown> = { ...value };
	const names = Object.keys(copy);
	if (shape === 'date') {
		for (const name of names) {
			const field = copy[name];
			if (typeof field === 'string' && /^\d{4}-\d\d-\d\dT/.test(field)) copy[name] = '1995-12-17T03:24:00Z';
			else if (typeof field === 'number' && /time|date|_at$/i.test(name)) copy[name] = -800_000_000;
		}
		return copy;
	}
	// The longest nested list becomes a text: nothing that reads lines survives it unprepared.
	const list =
		names.find((name) => Array.isArray(copy[name]) && (copy[name] as unknown[]).length > 0) ??
		names.find((name) => typeof copy[name] === 'object');
	if (list !== undefined) copy[list] = 'N/A';
	return copy;
}

/** Adds what a platform adds without notice: a new field, and for the named fields a value nobody has seen. Returns a copy. */
export function drift(value: unknown, enumFields: readonly string[]): unknown {
	if (Array.isArray(value)) return value.map((v) => drift(v, enumFields));
	if (typeof value !== 'object' || value === null) return value;
	const copy: Record<string, unknown> = { ...value, x_new_field: { introduced: true, note: 'not in any document' } };
	for (const [name, field] of Object.entries(copy)) {
		if (enumFields.includes(name) && typeof field === 'string') copy[name] = `${field}_V2`;
		else if (name !== 'x_new_field' && typeof field === 'object' && field !== null && !Array.isArray(field)) {
			const inner: Record<string, unknown> = { ...field };
			for (const f of enumFields) if (typeof inner[f] === 'string') inner[f] = `${String(inner[f])}_V2`;
			copy[name] = inner;
		}
	}
	return copy;
}
