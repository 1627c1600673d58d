import type { Scope } from '../database.ts';
import { inStores, type StoreScope } from './store-scope.ts';

/** The most papers of one workspace, and files of one paper. */
export const MOST_PAPERS = 500;
export const MOST_FILES = 10;
/** The most bytes of all files of one workspace. */
export const MOST_FILE_BYTES = 500_000_000;

export interface StoredPaper {
	paperId: string;
	entity: string;
	kind: string;
	country: string;
	/** ISO days, both included. */
	validFrom: string | null;
	validUntil: string | null;
	sealed: Buffer;
}

export interface StoredFile {
	fileId: string;
	paperId: string;
	type: string;
	/** Bytes. */
	size: number;
}

/** Papers of all companies, or of some, those that end first at the head. */
export async function dossierPapers(scope: Scope, entities: readonly string[] | null) {
	if (entities !== null && entities.length === 0) return [];
	return await scope.db
		.selectFrom('dossier_paper')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.$if(entities !== null, (query) => query.where('entity', 'in', entities ?? []))
		.orderBy('entity')
		.orderBy('valid_until')
		.orderBy('paper_id')
		.execute();
}

export async function dossierPaper(scope: Scope, paperId: string) {
	return await scope.db
		.selectFrom('dossier_paper')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where('paper_id', '=', paperId)
		.executeTakeFirst();
}

/** What there is of files, without their bytes. */
export async function dossierFiles(scope: Scope, paperIds: readonly string[]) {
	if (paperIds.length === 0) return [];
	return await scope.db
		.selectFrom('dossier_file')
		.select(['file_id', 'paper_id', 'type', 'size', 'added_at'])
		.where('workspace_id', '=', scope.workspaceId)
		.where('paper_id', 'in', paperIds)
		.orderBy('added_at')
		.execute();
}

export async function dossierFile(scope: Scope, fileId: string) {
	return await scope.db
		.selectFrom('dossier_file as f')
		.innerJoin('dossier_paper as p', (join) => join.onRef('p.workspace_id', '=', 'f.workspace_id').onRef('p.paper_id', '=', 'f.paper_id'))
		.select(['f.file_id', 'f.paper_id', 'f.type', 'f.size', 'f.sealed', 'p.entity', 'p.kind'])
		.where('f.workspace_id', '=', scope.workspaceId)
		.where('f.file_id', '=', fileId)
		.executeTakeFirst();
}

export async function countPapers(scope: Scope): Promise<number> {
	const row = await scope.db
		.selectFrom('dossier_paper')
		.select((e) => e.fn.countAll<string>().as('n'))
		.where('workspace_id', '=', scope.workspaceId)
		.executeTakeFirstOrThrow();
	return Number(row.n);
}

/** Adds a paper or changes one; its files stay. */
export async function saveDossierPaper(scope: Scope, paper: StoredPaper, userId: string): Promise<void> {
	const row = {
		entity: paper.entity,
		kind: paper.kind,
		country: paper.country,
		valid_from: paper.validFrom,
		valid_until: paper.validUntil,
		sealed: paper.sealed,
		saved_by: userId,
		saved_at: new Date().toISOString(),
	};
	await scope.db
		.insertInto('dossier_paper')
		.values({ workspace_id: scope.workspaceId, paper_id: paper.paperId, ...row })
		.onConflict((c) => c.columns(['workspace_id', 'paper_id']).doUpdateSet(row))
		.execute();
}

/** Removes a paper and its files. */
export async function removeDossierPaper(scope: Scope, paperId: string): Promise<void> {
	await scope.db.deleteFrom('dossier_paper').where('workspace_id', '=', scope.workspaceId).where('paper_id', '=', paperId).execute();
}

export async function addDossierFile(scope: Scope, file: StoredFile & { sealed: Buffer }, userId: string): Promise<void> {
	await scope.db
		.insertInto('dossier_file')
		.values({
			workspace_id: scope.workspaceId,
			file_id: file.fileId,
			paper_id: file.paperId,
			type: file.type,
			size: file.size,
			sealed: file.sealed,
			added_by: userId,
		})
		.execute();
}

export async function removeDossierFile(scope: Scope, fileId: string): Promise<void> {
	await scope.db.deleteFrom('dossier_file').where('workspace_id', '=', scope.workspaceId).where('file_id', '=', fileId).execute();
}

/** Papers that have an end on or before a day, with the stores of their company. @param until ISO day */
export async function endingPapers(scope: Scope, until: string) {
	return await scope.db
		.selectFrom('dossier_paper as p')
		.select(['p.paper_id', 'p.kind', 'p.country', 'p.valid_until'])
		.select((eb) =>
			eb
				.selectFrom('store as s')
				.select((e) => e.fn.agg<string[] | null>('array_agg', ['s.store_id']).as('ids'))
				.where('s.workspace_id', '=', scope.workspaceId)
				.whereRef('s.entity', '=', 'p.entity')
				.as('store_ids'),
		)
		.where('p.workspace_id', '=', scope.workspaceId)
		.where('p.valid_until', '<=', until)
		.orderBy('p.valid_until')
		.execute();
}

/** Bytes of all files. */
export async function dossierBytes(scope: Scope): Promise<number> {
	const row = await scope.db
		.selectFrom('dossier_file')
		.select((e) => e.fn.sum<string | null>('size').as('bytes'))
		.where('workspace_id', '=', scope.workspaceId)
		.executeTakeFirstOrThrow();
	return Number(row.bytes ?? 0);
}

/** Holds a paper until the transaction ends: whoever wants to change it too waits. */
export async function lockDossierPaper(scope: Scope, paperId: string): Promise<void> {
	await scope.db
		.selectFrom('dossier_paper')
		.select('paper_id')
		.where('workspace_id', '=', scope.workspaceId)
		.where('paper_id', '=', paperId)
		.forUpdate()
		.execute();
}

/** Companies that stores are said to belong to. */
export async function storeEntities(scope: Scope, storeScope: StoreScope): Promise<string[]> {
	const rows = await scope.db
		.selectFrom('store')
		.select('entity')
		.distinct()
		.where('workspace_id', '=', scope.workspaceId)
		.where(inStores('store_id', storeScope))
		.where('entity', 'is not', null)
		.execute();
	return rows.flatMap((row) => row.entity ?? []);
}
