import {
	isCodeTaken,
	listingsOfSku,
	type Scope,
	saveMaster,
	skuCodeLock,
	type SkuMaster,
	skuMasters,
	skuToChange,
	writeAudit,
} from '@pangea/db';
import {
	type AuditFields,
	MASTER_FIELDS,
	masterDiffers,
	type MasterData,
	type MasterField,
	type MasterTyped,
	readMasterData,
} from '@pangea/domain';
import { recordEvent } from '@pangea/realtime';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { type Member, memberProcedure } from '../trpc.ts';
import type { SkuMasterView } from './shapes.ts';

const typed = z.object(Object.fromEntries(MASTER_FIELDS.map((field) => [field, z.string().max(4000)])) as Record<MasterField, z.ZodString>);

/** What is known of the goods themselves, and how people say it. */
export const masterProcedures = {
	/** What is known of a SKU. @throws notFound */
	master: memberProcedure('catalogue.read')
		.input(z.object({ skuId: z.uuid() }))
		.query(
			async ({ ctx: { member }, input: { skuId } }): Promise<SkuMasterView> =>
				member.scoped(async (scope) => {
					const [master] = await skuMasters(scope, [skuId]);
					const listings = await listingsOfSku(scope, member.storeScope, skuId);
					if (!master || listings.length === 0) throw problem('notFound');
					return master;
				}),
		),

	/**
	 * Says what is known of a SKU; what was typed is the whole of it. A code that changes must be nobody else's.
	 * @throws notFound, inputWrong, codeTaken, masterMeanwhile where somebody changed it since `version`
	 */
	saveMaster: memberProcedure('catalogue.pair')
		.input(z.object({ skuId: z.uuid(), version: z.int().min(1), typed }))
		.mutation(async ({ ctx: { member }, input: { skuId, version, typed: told } }): Promise<{ version: number }> => {
			const data = dataOf(told);
			return await member.services.database.inWorkspace(
				member.workspaceId,
				async (scope) => {
					const before = await skuToChange(scope, member.storeScope, skuId);
					if (!before) throw problem('notFound');
					if (before.version !== version) throw problem('masterMeanwhile');
					const changed = masterDiffers(before.data, data);
					if (changed.length === 0) return { version };
					if (changed.includes('code') && (await isCodeTaken(scope, data.code, skuId))) throw problem('codeTaken', { code: data.code });
					await saveMaster(scope, skuId, data, { userId: member.user.id, at: member.services.now().toISOString() });
					await recordMaster(scope, member, { before, data, changed });
					await recordEvent(scope, { kind: 'listings.changed', storeId: null, ids: [] });
					return { version: version + 1 };
				},
				{ lock: skuCodeLock(member.workspaceId) },
			);
		}),
};

function dataOf(told: MasterTyped): MasterData {
	const read = readMasterData(told);
	if ('good' in read) return read.good;
	throw problem('inputWrong', { field: read.faults[0]?.field ?? '' });
}

/** Writes into the trail what of a SKU became something else. */
async function recordMaster(
	scope: Scope,
	member: Member,
	{ before, data, changed }: { before: SkuMaster; data: MasterData; changed: readonly MasterField[] },
): Promise<void> {
	const of = (from: MasterData): AuditFields => Object.fromEntries(changed.map((field) => [field, from[field]]));
	await writeAudit(scope, {
		userId: member.user.id,
		action: 'catalogue.master',
		subject: before.skuId,
		subjectName: before.data.code,
		before: of(before.data),
		after: of(data),
	});
}
