import type { GlossaryTerm } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';

export async function glossaryTerms(scope: Scope): Promise<GlossaryTerm[]> {
	const rows = await scope.db
		.selectFrom('content_term')
		.select(['term_id', 'kind', 'word', 'language', 'translations'])
		.where('workspace_id', '=', scope.workspaceId)
		.orderBy('kind')
		.orderBy('word')
		.execute();
	return rows.map((row) => ({
		termId: row.term_id,
		kind: row.kind === 'brand' ? 'brand' : 'term',
		word: row.word,
		language: row.language,
		translations: row.translations,
	}));
}

/** @returns false where another one has the word in that language already */
export async function saveGlossaryTerm(scope: Scope, term: GlossaryTerm, by: string): Promise<boolean> {
	const { rows } = await sql<{ taken: boolean }>`
		select exists (select from content_term where workspace_id = ${scope.workspaceId} and term_id <> ${term.termId}
			and lower(word) = lower(${term.word}) and coalesce(language, '') = ${term.language ?? ''}) as taken`.execute(scope.db);
	if (rows[0]?.taken === true) return false;
	const kept = {
		kind: term.kind,
		word: term.word,
		language: term.language,
		translations: JSON.stringify(term.translations),
		saved_by: by,
		saved_at: new Date().toISOString(),
	};
	await scope.db
		.insertInto('content_term')
		.values({ workspace_id: scope.workspaceId, term_id: term.termId, ...kept })
		.onConflict((c) => c.columns(['workspace_id', 'term_id']).doUpdateSet(kept))
		.execute();
	return true;
}

/** @returns the word; null where there was none. */
export async function removeGlossaryTerm(scope: Scope, termId: string): Promise<string | null> {
	const row = await scope.db
		.deleteFrom('content_term')
		.where('workspace_id', '=', scope.workspaceId)
		.where('term_id', '=', termId)
		.returning('word')
		.executeTakeFirst();
	return row?.word ?? null;
}
