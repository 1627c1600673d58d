import { type CopyRow, type PairedListing, rememberedTexts, rememberTexts, type Scope, writeAudit } from '@pangea/db';
import {
	type DraftText,
	LEAST_LIKENESS,
	type ListingDraft,
	LONGEST_ALIKE,
	primaryLanguage,
	TEXT_FIELDS,
	type TextField,
	type TextMark,
	textDifference,
} from '@pangea/domain';
import type { MemoryHitView, TextSourceView } from './shapes.ts';

/** So many remembered texts are compared with a source. */
const COMPARED = 8;

/**
 * Texts of a SKU from which those in another language can be made: what is drafted elsewhere, which has descriptions too, then the titles of its listings,
 * best seller first. Of each language the first.
 */
export function sourcesOf(
	listings: readonly PairedListing[],
	copies: readonly CopyRow[],
	languages: ReadonlyMap<string, string>,
): TextSourceView[] {
	const drafted = copies.flatMap(({ storeId, draft }) =>
		draft.texts
			.filter(({ title, description, marks = {} }) => (title + description).trim() !== '' && Object.values(marks).every(isConfirmed))
			.map(({ language, title, description }) => ({ storeId, language, title, description })),
	);
	const listed = listings.flatMap(({ storeId, title }) => {
		const language = languages.get(storeId);
		return language === undefined || title.trim() === '' ? [] : [{ storeId, language, title, description: '' }];
	});
	const described = drafted.filter(({ description }) => description.trim() !== '');
	const all = [...described, ...listed, ...drafted];
	return all.filter((one, place) => all.findIndex((other) => primaryLanguage(other.language) === primaryLanguage(one.language)) === place);
}

function isConfirmed({ kind }: TextMark): boolean {
	return kind === 'confirmed';
}

/** A text as a member saves it: of a mark only its kind is theirs to say. */
export type SaidText = Omit<DraftText, 'marks'> & { marks?: Partial<Record<TextField, { kind: TextMark['kind'] }>> };

/**
 * Texts with their marks as they are kept. A machine's text that nobody has changed keeps its mark, whatever is said of it; who confirms one is written down
 * with the time.
 */
export function markTexts(said: readonly SaidText[], before: readonly DraftText[], who: { by: string; at: string }): DraftText[] {
	return said.map(({ marks: told = {}, ...text }) => {
		const old = before.find(({ language }) => language === text.language);
		const marks: DraftText['marks'] = {};
		for (const field of TEXT_FIELDS) {
			const mark = markOf(told[field]?.kind, old?.[field] === text[field] ? old.marks?.[field] : undefined, who);
			if (mark && text[field].trim() !== '') marks[field] = mark;
		}
		return { ...text, ...(Object.keys(marks).length > 0 && { marks }) };
	});
}

function markOf(told: TextMark['kind'] | undefined, kept: TextMark | undefined, who: { by: string; at: string }): TextMark | undefined {
	if (told === 'confirmed') return kept?.kind === 'confirmed' ? kept : { kind: 'confirmed', ...who };
	return told === 'machine' ? { kind: 'machine' } : kept;
}

/** Which texts got another mark than they had, `title pt-BR`, by the mark. */
export function newMarks(texts: readonly DraftText[], before: readonly DraftText[]): Record<TextMark['kind'], string[]> {
	const found: Record<TextMark['kind'], string[]> = { machine: [], confirmed: [] };
	for (const { language, marks = {} } of texts) {
		const old = before.find((text) => text.language === language)?.marks ?? {};
		for (const field of TEXT_FIELDS) {
			const mark = marks[field];
			if (mark && JSON.stringify(mark) !== JSON.stringify(old[field])) found[mark.kind].push(`${field} ${language}`);
		}
	}
	return found;
}

/** Who marked which texts, in the trail: what machines wrote, and who has confirmed it. */
export async function tellMarks(
	scope: Scope,
	marks: ReturnType<typeof newMarks>,
	of: { userId: string; subject: string; subjectName: string; storeId: string },
): Promise<void> {
	for (const state of ['machine', 'confirmed'] as const)
		if (marks[state].length > 0) await writeAudit(scope, { ...of, action: 'catalogue.markText', after: { state, fields: marks[state] } });
}

/** Keeps what a person wrote or confirmed beside the text it was made from: the one it names, else what the SKU is called where it sells best. */
export async function remember(
	scope: Scope,
	texts: readonly DraftText[],
	sources: readonly TextSourceView[],
	who: { by: string; at: string },
): Promise<void> {
	const kept = texts.flatMap(({ language, from, marks = {}, ...text }) => {
		const source = from ?? sources.find((one) => primaryLanguage(one.language) !== primaryLanguage(language));
		if (!source || primaryLanguage(source.language) === primaryLanguage(language)) return [];
		return TEXT_FIELDS.flatMap((field) =>
			text[field].trim() === '' || source[field].trim() === '' || marks[field]?.kind === 'machine'
				? []
				: [{ field, from: source.language, into: language, source: source[field], target: text[field].trim() }],
		);
	});
	await rememberTexts(scope, kept, who.by, who.at);
}

/** What a source was in a language before: the same text, else one that is like it. Null: neither. */
export async function recall(
	scope: Scope,
	of: { field: TextField; from: string; into: string; source: string },
): Promise<MemoryHitView | null> {
	if (of.source.trim() === '') return null;
	const rows = await rememberedTexts(scope, { ...of, limit: COMPARED });
	const hits = rows.map(({ isSame, ...row }): MemoryHitView & { likeness: number } => {
		const isShort = Math.max(row.source.length, of.source.length) <= LONGEST_ALIKE;
		const likeness = isSame ? 1 : isShort ? textDifference(row.source, of.source).likeness : 0;
		return { ...row, isSame: isSame && row.targetLanguage === of.into, likeness };
	});
	const [best] = hits
		.filter(({ likeness }) => likeness >= LEAST_LIKENESS)
		.toSorted((a, b) => Number(b.isSame) - Number(a.isSame) || b.likeness - a.likeness);
	return best ?? null;
}

/** Puts in the titles that the memory has for the very text, where a draft that is proposed has none. */
export async function withRemembered(
	scope: Scope,
	draft: ListingDraft,
	wanted: readonly string[],
	sources: readonly TextSourceView[],
): Promise<ListingDraft> {
	const texts = [...draft.texts];
	for (const language of new Set(wanted)) {
		if (texts.some((text) => text.language === language)) continue;
		for (const source of sources) {
			const hit = await recall(scope, { field: 'title', from: source.language, into: language, source: source.title });
			if (!hit?.isSame || primaryLanguage(source.language) === primaryLanguage(language)) continue;
			const { title, description } = source;
			texts.push({ language, title: hit.target, description: '', from: { language: source.language, title, description } });
			break;
		}
	}
	return { ...draft, texts };
}

/** Names of those who confirmed texts, by their ids. */
export function confirmersOf(draft: ListingDraft, members: readonly { user_id: string; name: string }[]): Record<string, string> {
	const ids = new Set(
		draft.texts.flatMap(({ marks = {} }) => Object.values(marks).flatMap((mark) => (mark.kind === 'confirmed' ? [mark.by] : []))),
	);
	return Object.fromEntries(members.flatMap(({ user_id: id, name }) => (ids.has(id) ? [[id, name]] : [])));
}

/** What of a hit is shown to a member: whose word it is, by name. */
export function namedHit(hit: MemoryHitView | null, members: readonly { user_id: string; name: string }[]): MemoryHitView | null {
	return hit && { ...hit, savedBy: members.find(({ user_id: id }) => id === hit.savedBy)?.name ?? '' };
}
