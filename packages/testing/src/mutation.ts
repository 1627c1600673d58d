import fc from 'fast-check';
import { type Node, parseTree, places, type Place, writeTree } from './json-tree.ts';
import { DATES, HUGE, NUMBERS, OTHER_TYPES, TEXTS, WORDS } from './odd-values.ts';

/** Kinds that leave a JSON text a JSON text. */
const VALID_KINDS = [
	'type',
	'drop',
	'word',
	'number',
	'date',
	'text',
	'wrap',
	'unwrap',
	'duplicateKey',
	'odd key',
	'new field',
	'rename',
	'swap',
	'repeat',
	'deep',
	'huge',
] as const;
/** Kinds that may break the text itself. */
const BREAKING_KINDS = ['truncate', 'cut', 'insert', 'replace', 'append', 'bytes'] as const;
export type MutationKind = (typeof VALID_KINDS)[number] | (typeof BREAKING_KINDS)[number];

/** One change. `place` and `choice` are taken modulo what the document offers, so every number is good and small ones are simple. */
export interface Mutation {
	kind: MutationKind;
	place: number;
	choice: number;
}

// A megabyte and a depth of ten thousand cost milliseconds each: few of them say as much as many.
const RARE: ReadonlySet<string> = new Set(['deep', 'huge']);
const weighed = (kinds: readonly MutationKind[]) =>
	fc.oneof(...kinds.map((kind) => ({ weight: RARE.has(kind) ? 1 : 8, arbitrary: fc.constant(kind) })));

function mutationsOf(kinds: readonly MutationKind[]): fc.Arbitrary<Mutation[]> {
	const mutation = fc.record({ kind: weighed(kinds), place: fc.nat({ max: 4000 }), choice: fc.nat({ max: 4000 }) });
	return fc.array(mutation, { minLength: 1, maxLength: 3 });
}

/** Changes after which a JSON text is still one. Shrinks to fewer changes, at earlier places, with simpler values. */
export const recordMutations: fc.Arbitrary<Mutation[]> = mutationsOf(VALID_KINDS);

/** Changes of a whole answer, also such that leave no JSON and no UTF-8. */
export const documentMutations: fc.Arbitrary<Mutation[]> = mutationsOf([...VALID_KINDS, ...BREAKING_KINDS]);

/**
 * The document after the changes. A change that finds nothing it could change leaves the document as it is. Numbers keep their digits.
 * @throws SyntaxError when the given text is no JSON.
 */
export function mutate(text: string, mutations: readonly Mutation[]): Buffer {
	const inner = mutations.filter((m) => !isBreaking(m.kind));
	let changed = inner.length === 0 ? text : writeTree(inner.reduce(changeTree, parseTree(text)));
	let bytes: Buffer | null = null;
	for (const { kind, place, choice } of mutations.filter((m) => isBreaking(m.kind))) {
		if (kind === 'bytes') bytes = damagedBytes(bytes ?? Buffer.from(changed), place, choice);
		else changed = breakText(changed, kind, place, choice);
	}
	return bytes ?? Buffer.from(changed);
}

function isBreaking(kind: MutationKind): boolean {
	return (BREAKING_KINDS as readonly string[]).includes(kind);
}

function pick<T>(values: readonly [T, ...T[]], choice: number): T {
	return values[choice % values.length] ?? values[0];
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const quoted = (text: string): Node => ({ kind: 'scalar', text: JSON.stringify(text) });
const scalar = (text: string): Node => ({ kind: 'scalar', text });

function changeTree(root: Node, { kind, place, choice }: Mutation): Node {
	const all = places(root);
	const fitting = all.filter((one) => fits(kind, one.node));
	const at = fitting[place % Math.max(1, fitting.length)];
	if (!at) return root;
	const { node } = at;
	switch (kind) {
		case 'type':
			return at.put(scalar(pick(OTHER_TYPES, choice)));
		case 'drop':
			return at.remove();
		case 'word':
			return at.put(quoted(pick(WORDS, choice)));
		case 'number': {
			const number = pick(NUMBERS, choice >> 1);
			return at.put(choice % 2 === 0 && JSON_NUMBER.test(number) ? scalar(number) : quoted(number));
		}
		case 'date': {
			const date = pick(DATES, choice);
			return at.put(/^-?\d+$/.test(date) && choice % 3 > 0 ? scalar(date) : quoted(date));
		}
		case 'text':
			return at.put(scalar(oddText(node, choice)));
		case 'wrap':
			return at.put(choice % 2 === 0 ? { kind: 'list', members: [node] } : { kind: 'object', entries: [['"value"', node]] });
		case 'unwrap':
			return at.put(firstInside(node));
		case 'swap':
			return swapped(root, at, choice);
		default:
			return at.put(changeContainer(node, kind, choice));
	}
}

function fits(kind: MutationKind, node: Node): boolean {
	if (kind === 'word' || kind === 'number' || kind === 'date' || kind === 'text') return node.kind === 'scalar';
	if (kind === 'duplicateKey' || kind === 'odd key' || kind === 'rename') return node.kind === 'object' && node.entries.length > 0;
	if (kind === 'new field') return node.kind === 'object';
	if (kind === 'repeat') return node.kind === 'list' && node.members.length > 0;
	return kind === 'unwrap' ? node.kind !== 'scalar' : true;
}

/** An odd text in front of, inside, behind or instead of the one that was there. The texts hold their escapes, so no reader mends them. */
function oddText(node: Node, choice: number): string {
	const was = node.kind === 'scalar' && node.text.startsWith('"') ? node.text.slice(1, -1) : '';
	const odd = pick(TEXTS, choice >> 2);
	const middle = was.includes('\\') ? was.length : was.length >> 1;
	return `"${pick([was + odd, odd, odd + was, was.slice(0, middle) + odd + was.slice(middle)], choice)}"`;
}

function firstInside(node: Node): Node {
	if (node.kind === 'list') return node.members[0] ?? scalar('null');
	return node.kind === 'object' ? (node.entries[0]?.[1] ?? scalar('null')) : node;
}

function swapped(root: Node, at: Place, choice: number): Node {
	const before = places(root);
	const other = before[choice % before.length];
	if (!other || other.inside(at) || at.inside(other)) return root;
	const [one, two] = [at.node, other.node];
	other.put(one);
	at.put(two);
	return root;
}

function changeContainer(node: Node, kind: MutationKind, choice: number): Node {
	if (kind === 'deep') return scalar(deep(choice, writeTree(node)));
	if (kind === 'huge') return scalar(pick(HUGE, choice)());
	if (node.kind === 'list') {
		const fitting = Math.max(1, Math.floor(LONGEST_REPEAT / writeTree(node).length));
		// Copies, so that a later change meets one of them only.
		const members = Array.from({ length: Math.min(fitting, pick([2, 3, 50, 1000], choice)) }, () => structuredClone(node.members));
		return { kind: 'list', members: members.flat() };
	}
	if (node.kind !== 'object') return node;
	const entries = [...node.entries];
	const index = choice % Math.max(1, entries.length);
	const [key, value] = entries[index] ?? ['""', scalar('null')];
	const odd = scalar(pick(OTHER_TYPES, choice >> 3));
	if (kind === 'duplicateKey') return { kind: 'object', entries: choice % 2 === 0 ? [...entries, [key, odd]] : [[key, odd], ...entries] };
	if (kind === 'new field') return { kind: 'object', entries: [...entries, ['"field_of_tomorrow"', choice % 2 === 0 ? value : odd]] };
	if (kind === 'odd key') return { kind: 'object', entries: [...entries, [pick(ODD_KEYS, choice), choice % 2 === 0 ? node : odd]] };
	entries[index] = [pick([key.toUpperCase(), `" ${key.slice(1)}`, `${key.slice(0, -1)}\\u0000"`, ...ODD_KEYS], choice), value];
	return { kind: 'object', entries };
}

const LONGEST_REPEAT = 500_000;

const ODD_KEYS = ['"__proto__"', '"constructor"', '"toString"', '"toJSON"', '""', '"length"', '"then"', '"\\ud800"'] as [
	string,
	...string[],
];

const DEPTH = 10_000;
const NESTS: readonly (readonly [string, string])[] = [
	['[', ']'],
	['{"a":', '}'],
	['[{"orders":', '}]'],
];

function deep(choice: number, core: string): string {
	const [open, close] = NESTS[choice % NESTS.length] ?? ['[', ']'];
	const inside = core.length > 10_000 ? 'null' : core;
	return open.repeat(DEPTH) + inside + close.repeat(DEPTH);
}

const GARBAGE: readonly [string, ...string[]] = [
	'}',
	',',
	'"',
	'\\',
	'\0',
	'\u202e',
	'NaN',
	'[',
	'{',
	'\ufeff',
	'\n',
	"'",
	'<html>',
	'//',
	'01',
	'}{',
];

function breakText(text: string, kind: MutationKind, place: number, choice: number): string {
	// Places of a mutation are few and documents long: the numbers are spread over the whole text.
	const at = Math.floor((place / 4001) * text.length);
	const garbage = pick(GARBAGE, choice);
	if (kind === 'truncate') return text.slice(0, at);
	if (kind === 'cut') return text.slice(0, at) + text.slice(at + 1 + (choice % 20));
	if (kind === 'insert') return text.slice(0, at) + garbage + text.slice(at);
	if (kind === 'replace') return text.slice(0, at) + garbage + text.slice(at + 1);
	return choice % 2 === 0 ? text + garbage : garbage + text;
}

function damagedBytes(bytes: Buffer, place: number, choice: number): Buffer {
	const copy = Buffer.from(bytes);
	const at = Math.floor((place / 4001) * copy.length);
	copy.fill(pick([0xff, 0x80, 0xc0, 0xed, 0x00], choice), at, Math.min(copy.length, at + 1 + (choice % 4)));
	return copy;
}
