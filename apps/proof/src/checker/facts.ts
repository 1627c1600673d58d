import type { OrderTruth, SimLine } from '@pangea/simulator';
import type { Untold } from './untold.ts';

/**
 * What is compared of an order, in one shape for the truth and for our rows. Times are ISO instants, amounts decimal texts of minor units;
 * parts and line amounts of nothing are left out, because platforms differ in whether they write a zero. Goods are named by the seller's
 * SKU, since ids of lines are the platform's own affair.
 */
export interface OrderFacts {
	state: string;
	fulfilment: string;
	placed: string;
	updated: string;
	paid: string | null;
	shipped: string | null;
	delivered: string | null;
	cancelled: string | null;
	currency: string;
	money: Record<string, string>;
	lines: LineFacts[];
	parcels: ParcelFacts[];
	returns: ReturnFacts[];
}

export interface LineFacts {
	sku: string;
	title: string;
	quantity: number;
	cancelled: number;
	/** Null where nobody says. */
	shipped: number | null;
	unitPrice: string | null;
	discount: string | null;
	tax: string | null;
}

/** Pieces by SKU. */
export type Content = Record<string, number>;

export interface ParcelFacts {
	carrier: string | null;
	tracking: string | null;
	state: string;
	shipped: string | null;
	delivered: string | null;
	content: Content;
}

export interface ReturnFacts {
	kind: string;
	state: string;
	by: string;
	reason: string | null;
	requested: string | null;
	refund: string | null;
	content: Content;
}

/** What must be stored of one order of a platform. */
export interface Expected {
	externalId: string;
	facts: OrderFacts;
	/** Equally true: the platform decides and the truth does not know. */
	or?: OrderFacts;
	/** Whether the platform gives anything of the buyer. */
	buyer: boolean;
	/** Truths that the platform does not tell; what is expected instead is that we made nothing up. */
	untold: Untold[];
}

export interface Circumstances {
	/** Through which calls the stored version of an order came, by the stored evidence. */
	operations(externalId: string): readonly string[];
	/** The platforms' clock. */
	now: number;
}

/** Says what must be stored of a truth. */
export type Reading = (truth: OrderTruth, circumstances: Circumstances) => Expected[];

export const iso = (at: number | null | undefined): string | null => (at === null || at === undefined ? null : new Date(at).toISOString());
export const isoOf = (at: number): string => new Date(at).toISOString();

/** When a step happened first; null when it has not. */
export function stepAt({ order }: OrderTruth, kind: OrderTruth['order']['steps'][number]['kind']): number | null {
	return order.steps.find((step) => step.kind === kind)?.at ?? null;
}

export function sum(amounts: readonly number[]): number {
	return amounts.reduce((total, amount) => total + amount, 0);
}

/** Null for nothing. */
export function amount(minor: number): string | null {
	return minor === 0 ? null : String(minor);
}

/** Parts that are nothing are left out. */
export function money(parts: Readonly<Record<string, number>>): Record<string, string> {
	return Object.fromEntries(Object.entries(parts).flatMap(([part, minor]) => (minor === 0 ? [] : [[part, String(minor)]])));
}

/** Pieces by SKU of some lines of an order. */
export function contentOf(lines: readonly SimLine[], pieces: readonly { line: number; quantity: number }[]): Content {
	const content: Content = {};
	for (const { line, quantity } of pieces) {
		const sku = lines.find((one) => one.number === line)?.sku.code ?? `line ${line}`;
		content[sku] = (content[sku] ?? 0) + quantity;
	}
	return content;
}

export const wholeOrder = (lines: readonly SimLine[]): Content =>
	contentOf(
		lines,
		lines.map((line) => ({ line: line.number, quantity: line.quantity })),
	);

/** Lists without an order of their own are compared as sets: by their text. */
export function inOrder<T>(items: readonly T[]): T[] {
	return [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
