import { dossierFiles, dossierPaper, dossierPapers, type Scope, storeEntities } from '@pangea/db';
import { isPaperKind, paperStanding } from '@pangea/domain';
import type { SealedBox } from '@pangea/vault';
import { problem } from '../problem.ts';
import type { Member } from '../trpc.ts';
import type { PaperView } from './shapes.ts';

/** What of a paper is sealed. */
export interface PaperSecret {
	number: string;
	holder: string;
	note: string;
	/** Names of its files, by their ids. */
	names: Record<string, string>;
}

type PaperRow = NonNullable<Awaited<ReturnType<typeof dossierPaper>>>;
type FileRow = Awaited<ReturnType<typeof dossierFiles>>[number];

/** What a paper's secret is bound to; the rotation of keys names the same. */
const paperPlace = (paperId: string): string => `paper ${paperId}`;
export const filePlace = (fileId: string): string => `file ${fileId}`;

export function sealSecret(box: SealedBox, paperId: string, secret: PaperSecret): Buffer {
	return box.seal(JSON.stringify(secret), paperPlace(paperId));
}

// Written by ourselves.
export function openSecret(box: SealedBox, row: Pick<PaperRow, 'paper_id' | 'sealed'>): PaperSecret {
	return JSON.parse(box.open(row.sealed, paperPlace(row.paper_id)).toString('utf8')) as PaperSecret;
}

/** The companies whose papers a member may see; null: all. A member of some stores sees those of these stores' companies. */
export async function visibleEntities(member: Member, scope: Scope): Promise<string[] | null> {
	return member.storeScope === null ? null : await storeEntities(scope, member.storeScope);
}

/** @throws notFound unless the member may see this company's papers */
export async function requireEntity(member: Member, scope: Scope, entity: string): Promise<void> {
	const visible = await visibleEntities(member, scope);
	if (visible !== null && !visible.includes(entity)) throw problem('notFound');
}

/** @throws notFound unless there is such a paper of a company that the member may see */
export async function requirePaper(member: Member, scope: Scope, paperId: string): Promise<PaperRow> {
	const row = await dossierPaper(scope, paperId);
	if (!row) throw problem('notFound');
	await requireEntity(member, scope, row.entity);
	return row;
}

/** Papers of the companies that a member sees. */
export async function visiblePapers(member: Member, scope: Scope, box: SealedBox): Promise<PaperView[]> {
	const rows = await dossierPapers(scope, await visibleEntities(member, scope));
	const files = Map.groupBy(
		await dossierFiles(
			scope,
			rows.map((row) => row.paper_id),
		),
		(file) => file.paper_id,
	);
	const today = member.services.now().toISOString().slice(0, 10);
	return rows.flatMap((row) => toPaper(row, files.get(row.paper_id) ?? [], box, today));
}

const SHOWN_OF_BANK = 4;

function toPaper(row: PaperRow, files: readonly FileRow[], box: SealedBox, today: string): PaperView[] {
	if (!isPaperKind(row.kind)) return [];
	const { number, holder, note, names } = openSecret(box, row);
	const masked = row.kind === 'bank' && number.length > SHOWN_OF_BANK;
	const term = { validFrom: row.valid_from, validUntil: row.valid_until };
	return [
		{
			paperId: row.paper_id,
			entity: row.entity,
			kind: row.kind,
			country: row.country,
			number: masked ? number.slice(-SHOWN_OF_BANK) : number,
			masked,
			holder,
			note,
			...term,
			standing: paperStanding(term, today),
			savedAt: row.saved_at,
			files: files.map((file) => ({
				fileId: file.file_id,
				name: names[file.file_id] ?? '',
				type: file.type,
				size: file.size,
				addedAt: file.added_at,
			})),
		},
	];
}
