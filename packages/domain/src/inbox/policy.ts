import type { ReplyKind } from './clock-rule.ts';
import { fold } from './folded.ts';
import { DETECTORS, type DetectorId } from './policy-detectors.ts';
import { type Hit, unfold } from './policy-text.ts';

export type Severity = 'blocks' | 'warns';

interface RuleBase {
	/** Stable; the key of the sentence that people read: `amazon.link`. */
	id: PolicyRuleId;
	severity: Severity;
	/** Whether a text of the platform itself says so. */
	confirmed: boolean;
	source: string;
	/** Kinds of conversation for which it holds; none means all. */
	kinds?: readonly ReplyKind[];
}

/** What a platform does not allow in a text, or when nothing may be written at all. Data of an adapter. */
export type PolicyRule = RuleBase &
	(
		| { check: 'text'; detector: DetectorId }
		/** Longest text, in code points or in UTF-16 units. */
		| { check: 'length'; longest: number; unit: 'characters' | 'utf16' }
		/** ISO 8859-1 only. */
		| { check: 'latin1' }
		/** The platform reports one of these states, in which it takes no text; `*` is any, for platforms whose list keeps growing. */
		| { check: 'state'; states: readonly string[] }
		/** Nothing can be written at all. */
		| { check: 'readOnly' }
	);

export interface MessagePolicy {
	rules: readonly PolicyRule[];
	/** Ends of host names that belong to the platform: its links and addresses are no findings. */
	ownHosts: readonly string[];
}

/** Every rule there is; the screens hold a sentence for each. */
export const POLICY_RULE_IDS = [
	'amazon.link',
	'amazon.email',
	'amazon.phone',
	'amazon.handle',
	'amazon.review-ask',
	'amazon.review-slant',
	'amazon.incentive',
	'amazon.length',
	'amazon.state',
	'mercado-libre.link',
	'mercado-libre.short-link',
	'mercado-libre.email',
	'mercado-libre.phone',
	'mercado-libre.handle',
	'mercado-libre.review-slant',
	'mercado-libre.incentive',
	'mercado-libre.length',
	'mercado-libre.question-length',
	'mercado-libre.charset',
	'mercado-libre.state',
	'tiktok-shop.link',
	'tiktok-shop.email',
	'tiktok-shop.phone',
	'tiktok-shop.handle',
	'tiktok-shop.review-slant',
	'tiktok-shop.incentive',
	'tiktok-shop.length',
	'tiktok-shop.state',
	'temu.read-only',
] as const;
export type PolicyRuleId = (typeof POLICY_RULE_IDS)[number];

/** A stretch of the text in UTF-16 units, end exclusive. */
export interface TextSpan {
	start: number;
	end: number;
}

export interface PolicyFinding extends TextSpan {
	rule: PolicyRuleId;
	severity: Severity;
	confirmed: boolean;
	source: string;
	/** What can stand in place of the stretch without changing what is said otherwise; absent where only a person can mend it. */
	rewrite?: string;
}

export interface PolicyQuestion {
	text: string;
	kind: ReplyKind;
	/** What keeps the conversation from being written to, as its adapter names it, such as `blocked_by_time`; empty while it is open. */
	states?: readonly string[];
	/** Ids of the order at hand, its parcels and SKUs, which are never taken for telephone numbers or links. */
	known?: readonly string[];
}

/**
 * What a platform's rules find in a text before it is sent, in the order of the text. Cost grows with the length alone.
 * A state or length that forbids sending spans the whole text or its surplus.
 */
export function checkMessage(policy: MessagePolicy, question: PolicyQuestion): readonly PolicyFinding[] {
	const folded = fold(question.text);
	const found = new Map<DetectorId, readonly Hit[]>();
	const context = { ownHosts: policy.ownHosts, known: question.known ?? [] };
	const findings: PolicyFinding[] = [];
	for (const rule of policy.rules) {
		if (rule.kinds && !rule.kinds.includes(question.kind)) continue;
		const { id, severity, confirmed, source } = rule;
		const add = (span: TextSpan, rewrite?: string): number =>
			findings.push({ rule: id, severity, confirmed, source, ...span, ...(rewrite === undefined ? {} : { rewrite }) });
		if (rule.check === 'text') {
			let hits = found.get(rule.detector);
			if (!hits) {
				hits = DETECTORS[rule.detector].find(folded.text, context).map((hit) => unfold(folded, hit));
				found.set(rule.detector, hits);
			}
			for (const hit of hits) add({ start: hit.start, end: hit.end }, hit.removable ? '' : undefined);
		} else if (rule.check === 'length') {
			const surplus = surplusOf(question.text, rule);
			if (surplus) add(surplus);
		} else if (rule.check === 'latin1') {
			for (const { rewrite, ...span } of notLatin(question.text)) add(span, rewrite);
		} else if (rule.check === 'readOnly' || question.states?.some((state) => rule.states.includes('*') || rule.states.includes(state))) {
			add({ start: 0, end: question.text.length });
		}
	}
	return findings.sort((a, b) => a.start - b.start || b.end - a.end);
}

function surplusOf(text: string, { longest, unit }: { longest: number; unit: 'characters' | 'utf16' }): TextSpan | null {
	if (text.length <= longest) return null;
	if (unit === 'utf16') return { start: longest, end: text.length };
	let units = 0;
	let counted = 0;
	for (const char of text) {
		if (counted === longest) return { start: units, end: text.length };
		counted += 1;
		units += char.length;
	}
	return null;
}

/** How long a text is as a platform counts it. */
export function lengthOf(text: string, unit: 'characters' | 'utf16'): number {
	if (unit === 'utf16') return text.length;
	let count = 0;
	for (const _ of text) count += 1;
	return count;
}

// Typing aids put these in place of what people typed; Latin-1 has the plain ones.
const PLAIN: Readonly<Record<string, string>> = {
	'\u2018': "'",
	'\u2019': "'",
	'\u201c': '"',
	'\u201d': '"',
	'\u2013': '-',
	'\u2014': '-',
	'\u2022': '-',
	'\u2026': '...',
	'\u20ac': 'EUR',
	'\u2122': '(TM)',
	'\u2009': ' ',
	'\u200b': '',
	'\u202f': ' ',
	'\u3000': ' ',
};

function* notLatin(text: string): Generator<TextSpan & { rewrite?: string }> {
	let open: { start: number; end: number; rewrite?: string } | null = null;
	let position = 0;
	for (const char of text) {
		const end = position + char.length;
		if (char > '\u00ff') {
			const rewrite = PLAIN[char] ?? fullWidth(char);
			if (open && open.end === position && (open.rewrite === undefined) === (rewrite === undefined)) {
				open.end = end;
				if (rewrite !== undefined) open.rewrite = (open.rewrite ?? '') + rewrite;
			} else {
				if (open) yield open;
				open = { start: position, end, ...(rewrite === undefined ? {} : { rewrite }) };
			}
		}
		position = end;
	}
	if (open) yield open;
}

function fullWidth(char: string): string | undefined {
	return char >= '\uff01' && char <= '\uff5e' ? char.normalize('NFKC') : undefined;
}

/** The text with every offered rewrite done, and a doubled blank that it leaves made one. */
export function rewritten(text: string, findings: readonly PolicyFinding[]): string {
	let out = '';
	let from = 0;
	for (const { start, end, rewrite } of findings) {
		if (rewrite === undefined || start < from) continue;
		out += text.slice(from, start) + rewrite;
		from = end;
		if (rewrite === '' && /(?:^|\s)$/.test(out.slice(-1)) && /\s/.test(text.charAt(from))) from += 1;
	}
	return out + text.slice(from);
}
