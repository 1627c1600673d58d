import type { Whole } from '@pangea/domain';

const LINE_FEED = 10;
const MINUS = 45;
const ZERO = 48;
/** Every number of so many digits is exact. */
const EXACT_DIGITS = 15;

/**
 * Reads rows that the database tells in one text, letter by letter: to part two years of all stores into words first costs more than the database
 * takes to find them. Every word but the last of a line ends with the same letter, and every line but the last with a line feed.
 */
export class ToldReader {
	readonly #text: string;
	readonly #end: string;
	readonly #endCode: number;
	#at = 0;

	/** @param end the letter that ends a word */
	constructor(text: string, end: string) {
		this.#text = text;
		this.#end = end;
		this.#endCode = end.charCodeAt(0);
	}

	get more(): boolean {
		return this.#at < this.#text.length;
	}

	word(): string {
		const until = this.#text.indexOf(this.#end, this.#at);
		const word = this.#text.slice(this.#at, until);
		this.#at = until + 1;
		return word;
	}

	/** Whether the next word is this one; where it is, what comes after it is next. */
	passes(word: string): boolean {
		const text = this.#text;
		const until = this.#at + word.length;
		if (text.charCodeAt(until) !== this.#endCode) return false;
		// From behind: words that are long are alike at first.
		for (let n = word.length - 1; n >= 0; n--) if (text.charCodeAt(this.#at + n) !== word.charCodeAt(n)) return false;
		this.#at = until + 1;
		return true;
	}

	/** A word that is a whole number; 0 where it is empty. */
	whole(): Whole {
		const text = this.#text;
		const from = this.#at;
		let at = from;
		const isNegative = text.charCodeAt(at) === MINUS;
		if (isNegative) at++;
		let value = 0;
		for (let code = text.charCodeAt(at); code !== this.#endCode; code = text.charCodeAt(++at)) value = value * 10 + code - ZERO;
		this.#at = at + 1;
		if (at - from > EXACT_DIGITS) return BigInt(text.slice(from, at));
		return isNegative ? -value : value;
	}

	/** Whether the next word is empty; it stays to be read. */
	get isEmpty(): boolean {
		return this.#text.charCodeAt(this.#at) === this.#endCode;
	}

	/** Whether no word of the line is left. */
	get lineEnds(): boolean {
		return this.#at >= this.#text.length || this.#text.charCodeAt(this.#at) === LINE_FEED;
	}

	/** Goes on to the line behind one that ends here. */
	nextLine(): void {
		this.#at++;
	}

	/** What is left of the line. */
	rest(): string {
		const feed = this.#text.indexOf('\n', this.#at);
		const until = feed < 0 ? this.#text.length : feed;
		const rest = this.#text.slice(this.#at, until);
		this.#at = until + 1;
		return rest;
	}
}

/** Words by number, each of them once. */
export class Words {
	readonly all: string[] = [];
	readonly #numbers = new Map<string, number>();

	numberOf(word: string): number {
		const known = this.#numbers.get(word);
		if (known !== undefined) return known;
		// A copy: a part of a text is slow to compare with, and keeps all of it.
		const own = Buffer.from(word).toString();
		const number = this.all.push(own) - 1;
		this.#numbers.set(own, number);
		return number;
	}

	/** The word, not as a part of a text. */
	own(word: string): string {
		return this.all[this.numberOf(word)] ?? word;
	}
}

/** Reads words that mostly follow what they followed before. */
export class WordReader {
	readonly #words: Words;
	readonly #guesses: number[] = [];

	constructor(words: Words) {
		this.#words = words;
	}

	/** @param after the number of what it follows */
	read(reader: ToldReader, after: number): number {
		const guess = this.#guesses[after];
		if (guess !== undefined && reader.passes(this.#words.all[guess] ?? '')) return guess;
		const number = this.#words.numberOf(reader.word());
		this.#guesses[after] = number;
		return number;
	}
}
