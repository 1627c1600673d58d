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
		const memoryId = uuidv7();
		const word = { source, target, saved_by: by, saved_at: at };
		const kept = await scope.db
			.insertInto('content_memory')
			.values({
				workspace_id: scope.workspaceId,
				memory_id: memoryId,
				field,
				source_language: primaryLanguage(from),
				target_language: into,
				digest: digestOf(source),
				...word,
			})
			.onConflict((c) =>
				c
					.columns(['workspace_id', 'field', 'source_language', 'target_language', 'digest'])
					.doUpdateSet(word)
					// Who only saves again has said nothing new.
					.where('content_memory.target', '<>', target),
			)
			.returning('memory_id')
			.executeTakeFirst();
		// Known already: the same text has the same numbers.
		if (kept?.memory_id !== memoryId) continue;
		const numbers = [...new Set(sketchFor(source))];
		if (numbers.length > 0)
			await scope.db
				.insertInto('content_sketch')
				.values(numbers.map((number) => ({ workspace_id: scope.workspaceId, number, memory_id: memoryId })))
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
	const { rows } = await sql<RememberedText>`
		with alike as (
			select memory_id, count(*) as shared from content_sketch
			where workspace_id = ${scope.workspaceId} and number = any(${sketchFor(of.source)}::integer[]) group by memory_id
		)
		select m.memory_id as "memoryId", m.source, m.target, m.target_language as "targetLanguage", m.digest = ${digest} as "isSame",
			m.saved_by as "savedBy", m.saved_at as "savedAt"
		from (
			select memory_id, shared from alike
			union select memory_id, 0 from content_memory where workspace_id = ${scope.workspaceId} and field = ${of.field}
				and source_language = ${primaryLanguage(of.from)} and digest = ${digest}
		) found join content_memory m on m.workspace_id = ${scope.workspaceId} and m.memory_id = found.memory_id
		where m.field = ${of.field} and m.source_language = ${primaryLanguage(of.from)}
			and split_part(m.target_language, '-', 1) = ${primaryLanguage(of.into)}
		group by m.workspace_id, m.memory_id
		order by m.digest = ${digest} and m.target_language = ${of.into} desc, m.digest = ${digest} desc, max(found.shared) desc, m.saved_at desc
		limit ${of.limit}`.execute(scope.db);
	return rows;
}

/** Long texts are only ever found again as they are. */
function sketchFor(source: string): number[] {
	return source.length > LONGEST_ALIKE ? [] : sketchOf(source);
}

function digestOf(source: string): Buffer {
	return createHash('sha256').update(memoryText(source)).digest();
}
