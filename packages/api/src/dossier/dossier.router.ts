import {
	type AuditEntry,
	countPapers,
	dossierFile,
	dossierPaper,
	MOST_PAPERS,
	removeDossierFile,
	removeDossierPaper,
	saveDossierPaper,
	storeEntities,
	writeAudit,
} from '@pangea/db';
import { type AuditFields, isDay, PAPER_COUNTRY, PAPER_KINDS } from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';
import { openSecret, requireEntity, requirePaper, sealSecret, visiblePapers } from './paper.ts';
import type { DossierView } from './shapes.ts';

const day = z.string().refine(isDay).nullable();
const paperInput = z.object({ paperId: z.uuid() });
const line = (most: number) => z.string().trim().max(most);

/** What companies hold about themselves. Whoever binds stores keeps it: owners and managers. */
export const dossierRouter = router({
	list: memberProcedure('stores.manage').query(async ({ ctx: { member } }): Promise<DossierView> => {
		const box = await member.services.operations.box(member.workspaceId);
		return await member.scoped(async (scope) => {
			const papers = await visiblePapers(member, scope, box);
			const names = new Set([...(await storeEntities(scope, member.storeScope)), ...papers.map((paper) => paper.entity)]);
			return { entities: [...names].toSorted((a, b) => a.localeCompare(b)), papers };
		});
	}),

	/** Adds a paper or changes one. A number that is left out stays. @throws notFound, inputWrong naming the field */
	save: memberProcedure('stores.manage')
		.input(
			paperInput.extend({
				entity: z.string().trim().min(1).max(80),
				kind: z.enum(PAPER_KINDS),
				country: z.string().regex(PAPER_COUNTRY),
				number: line(200).min(1).optional(),
				holder: line(200).default(''),
				note: line(2000).default(''),
				validFrom: day,
				validUntil: day,
			}),
		)
		.mutation(async ({ ctx: { member }, input }) => {
			const { paperId, entity, kind, country, validFrom, validUntil, holder, note } = input;
			if (validFrom !== null && validUntil !== null && validFrom > validUntil) throw problem('inputWrong', { field: 'validUntil' });
			const box = await member.services.operations.box(member.workspaceId);
			await member.scoped(async (scope) => {
				await requireEntity(member, scope, entity);
				const before = (await dossierPaper(scope, paperId)) && (await requirePaper(member, scope, paperId));
				if (!before && (await countPapers(scope)) >= MOST_PAPERS) throw problem('inputWrong', { field: 'paperId' });
				const known = before ? openSecret(box, before) : null;
				const number = input.number ?? known?.number;
				if (number === undefined) throw problem('inputWrong', { field: 'number' });
				const sealed = sealSecret(box, paperId, { number, holder, note, names: known?.names ?? {} });
				await saveDossierPaper(scope, { paperId, entity, kind, country, validFrom, validUntil, sealed }, member.user.id);
				const told = (paper: {
					kind: string;
					country: string;
					from: string | null;
					until: string | null;
					entity: string;
				}): AuditFields => ({
					entity: paper.entity,
					paper: paper.kind,
					country: paper.country,
					from: paper.from,
					until: paper.until,
				});
				await writeAudit(scope, {
					...entry(member, 'dossier.save', { paper_id: paperId, entity }),
					...(before && { before: told({ ...before, from: before.valid_from, until: before.valid_until }) }),
					after: told({ ...input, from: validFrom, until: validUntil }),
					facts: { fields: input.number === undefined ? [] : ['number'] },
				});
				await recordEvent(scope, { kind: 'opening.changed', storeId: null, ids: [] });
				await member.services.operations.lookForNotices(scope);
			});
			return { saved: true };
		}),

	/** With its files. @throws notFound */
	remove: memberProcedure('stores.manage')
		.input(paperInput)
		.mutation(async ({ ctx: { member }, input: { paperId } }) => {
			await member.scoped(async (scope) => {
				const row = await requirePaper(member, scope, paperId);
				await removeDossierPaper(scope, paperId);
				await writeAudit(scope, {
					...entry(member, 'dossier.remove', row),
					before: { entity: row.entity, paper: row.kind, country: row.country, from: row.valid_from, until: row.valid_until },
				});
				await recordEvent(scope, { kind: 'opening.changed', storeId: null, ids: [] });
				await member.services.operations.lookForNotices(scope);
			});
			return { removed: true };
		}),

	/** The whole number of a bank account, with a record in the trail. @throws notFound */
	reveal: memberProcedure('stores.manage')
		.input(paperInput)
		.mutation(async ({ ctx: { member }, input: { paperId } }): Promise<{ number: string }> => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const row = await requirePaper(member, scope, paperId);
				await writeAudit(scope, { ...entry(member, 'dossier.reveal', row), facts: { paper: row.kind, country: row.country } });
				return { number: openSecret(box, row).number };
			});
		}),

	/** @throws notFound */
	removeFile: memberProcedure('stores.manage')
		.input(z.object({ fileId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input: { fileId } }) => {
			await member.scoped(async (scope) => {
				const file = await dossierFile(scope, fileId);
				if (!file) throw problem('notFound');
				const row = await requirePaper(member, scope, file.paper_id);
				await removeDossierFile(scope, fileId);
				await writeAudit(scope, { ...entry(member, 'dossier.removeFile', row), facts: { paper: row.kind, country: row.country } });
				await recordEvent(scope, { kind: 'opening.changed', storeId: null, ids: [] });
			});
			return { removed: true };
		}),
});

function entry(member: Member, action: AuditEntry['action'], row: { paper_id: string; entity: string }): AuditEntry {
	return { userId: member.user.id, action, subject: row.paper_id, subjectName: row.entity };
}
