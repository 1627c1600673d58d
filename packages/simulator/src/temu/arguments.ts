import type { RequestField } from './request-body.ts';
import { TemuRefusal } from './replies.ts';

// Eleven digits and more are milliseconds.
const FIRST_OF_ELEVEN_DIGITS = 10 ** 10;

/** The business parameters of one call, read with their native types. @throws TemuRefusal with the family's own code. */
export class Arguments {
	readonly #fields: ReadonlyMap<string, RequestField>;
	readonly #invalid: number;

	/** `invalid` is the code the family of calls answers for a wrong parameter. */
	constructor(fields: ReadonlyMap<string, RequestField>, invalid: number) {
		this.#fields = fields;
		this.#invalid = invalid;
	}

	number(name: string): number | null {
		const value = this.#fields.get(name)?.value;
		if (value === undefined) return null;
		if (typeof value !== 'number' || !Number.isInteger(value)) throw this.wrong(name);
		return value;
	}

	text(name: string): string | null {
		const value = this.#fields.get(name)?.value;
		if (value === undefined) return null;
		if (typeof value !== 'string') throw this.wrong(name);
		return value;
	}

	flag(name: string): boolean | null {
		const value = this.#fields.get(name)?.value;
		if (value === undefined) return null;
		if (typeof value !== 'boolean') throw this.wrong(name);
		return value;
	}

	texts(name: string, most = 20): string[] {
		const value = this.#fields.get(name)?.value;
		if (value === undefined) return [];
		if (!Array.isArray(value) || value.length > most || !value.every((v) => typeof v === 'string')) throw this.wrong(name);
		return value;
	}

	numbers(name: string, most = 20): number[] {
		const value = this.#fields.get(name)?.value;
		if (value === undefined) return [];
		if (!Array.isArray(value) || value.length > most || !value.every((v) => Number.isSafeInteger(v))) throw this.wrong(name);
		return value as number[];
	}

	record(name: string): Record<string, unknown> {
		const value = this.recordOr(name);
		if (value === null) throw this.wrong(name);
		return value;
	}

	recordOr(name: string): Record<string, unknown> | null {
		const value = this.#fields.get(name)?.value;
		if (value === undefined) return null;
		if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.wrong(name);
		return { ...value };
	}

	records(name: string): Record<string, unknown>[] {
		const value = this.#fields.get(name)?.value;
		if (value === undefined) return [];
		if (!Array.isArray(value)) throw this.wrong(name);
		return value.map((one: unknown) => {
			if (typeof one !== 'object' || one === null) throw this.wrong(name);
			return { ...one };
		});
	}

	/** A count between 1 and the most, or the usual one. */
	count(name: string, usual: number, most: number): number {
		const value = this.number(name) ?? usual;
		if (!(value >= 1 && value <= most)) throw this.wrong(name);
		return value;
	}

	/** A window in seconds, both ends included, given in pairs; as milliseconds [from, to). Null when absent. */
	window(start: string, end: string): { from: number; to: number } | null {
		const [from, to] = [this.number(start), this.number(end)];
		if (from === null && to === null) return null;
		if (from === null || to === null) throw new TemuRefusal(140020013, `${from === null ? start : end} not passed in`);
		for (const [name, value] of [
			[start, from],
			[end, to],
		] as const) {
			if (value < 0 || value >= FIRST_OF_ELEVEN_DIGITS) {
				throw new TemuRefusal(140020014, `The format of ${name} is inaccurate and requires a second level timestamp`);
			}
		}
		if (to < from) throw new TemuRefusal(140020012, `${end} needs to be greater than the ${start}`);
		return { from: from * 1000, to: to * 1000 + 1000 };
	}

	wrong(name: string): TemuRefusal {
		return new TemuRefusal(this.#invalid, `The parameter ${name} is illegal. Please check if the input parameter meets the regulations.`);
	}
}
