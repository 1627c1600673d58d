import { createHash } from 'node:crypto';
import { LONGEST_ALIKE, memoryText, primaryLanguage, sketchOf, type TextField } from '@pangea/domain';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Scope } from '../database.ts';

export interface KeptText {
	field: TextField;
	/** A BCP 47 tag; its region is no part of what is looked for. */
	from: string;
	/** A BCP 47 tag. */
	into: string;
	source: string;
	target: string;
}

/** Keeps what a text is in another language; a later word about the same text takes the place of the one before. */
export async function rememberTexts(scope: Scope, texts: readonly KeptText[], by: string, at: string): Promise<void> {
	for (const { field, from, into, source, target } of texts) {
		const word = { source, target, saved_by: by, saved_at: at };
		await scope.db
			.insertInto('content_memory')
			.values({
				workspace_id: scope.workspaceId,
				memory_id: uuidv7(),
				field,
				source_language: primaryLanguage(from),
				target_language: into,
				digest: digestOf(source),
				sketch: source.length > LONGEST_ALIKE ? [] : sketchOf(source),
				...word,
			})
			.onConflict((c) =>
				c
					.columns(['workspace_id', 'field', 'source_language', 'target_language', 'digest'])
					.doUpdateSet(word)
					// Who only saves again has said nothing new.
					.where('content_memory.target', '<>', target),
			)
			.execute();
	}
}

export interface RememberedText {
	memoryId: string;
	source: string;
	target: string;
	targetLanguage: string;
	/** Whether the source is the very text. */
	isSame: boolean;
	savedBy: string;
	savedAt: string;
}

/**
 * What the same text and texts that may be like it were in a language, also as other countries speak it; the same first, then those that have most in common.
 * How like they are the caller finds out.
 */
export async function rememberedTexts(
	scope: Scope,
	of: { field: TextField; from: string; into: string; source: string; limit: number },
): Promise<RememberedText[]> {
	const digest = digestOf(of.source);
	const sketch = of.source.length > LONGEST_ALIKE ? [] : sketchOf(of.source);
	const { rows } = await sql<RememberedText>`
		select memory_id as "memoryId", source, target, target_language as "targetLanguage", digest = ${digest} as "isSame", saved_by as "savedBy",
			saved_at as "savedAt"
		from content_memory where workspace_id = ${scope.workspaceId} and field = ${of.field} and source_language = ${primaryLanguage(of.from)}
			and split_part(target_language, '-', 1) = ${primaryLanguage(of.into)} and (digest = ${digest} or sketch && ${sketch}::integer[])
		order by digest = ${digest} and target_language = ${of.into} desc, digest = ${digest} desc,
			(select count(*) from unnest(sketch) as one(number) where one.number = any(${sketch}::integer[])) desc, saved_at desc
		limit ${of.limit}`.execute(scope.db);
	return rows;
}

function digestOf(source: string): Buffer {
	return createHash('sha256').update(memoryText(source)).digest();
}
