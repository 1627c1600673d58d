import { buyerDataChoices, chooseBuyerDataDays, heldBuyers, type PurgeRun, purgeRuns, type StoreScope, writeAudit } from '@pangea/db';
import { buyerDataRule } from '@pangea/platform-contract';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { memberProcedure, platformInput, router } from '../trpc.ts';
import type { BuyerDataView, PurgeRunView } from './shapes.ts';

/** A month and a half of nights. */
const RUNS_SHOWN = 45;
const MOST_DAYS = 365;

export const buyerDataRouter = router({
	/** How long buyers' data are kept, what is held, and what was deleted. */
	overview: memberProcedure('audit.read').query(async ({ ctx: { member } }): Promise<BuyerDataView> => {
		const { services } = member;
		const now = services.now();
		return await member.scoped(async (scope) => {
			const choices = await buyerDataChoices(scope);
			const runs = await purgeRuns(scope, RUNS_SHOWN);
			return {
				rules: [...services.registry.values()].map(({ id, manifest }) => {
					const { days: ruleDays, promised: _promised, ...rule } = buyerDataRule(manifest, now);
					const chosen = choices.get(id) ?? null;
					const days = rule.standing === 'platform' ? Math.min(chosen ?? ruleDays, ruleDays) : (chosen ?? ruleDays);
					return { platform: id, ...rule, days, ruleDays, chosen };
				}),
				held: await heldBuyers(scope, member.storeScope),
				runs: runs.map((run) => toRun(run, member.storeScope)),
			};
		});
	}),

	/** Keeps buyers' data of a platform for so many days, or as its rule has it. Where the platform demands a time it can only be shorter. */
	choose: memberProcedure('workspace.manage')
		.input(z.object({ platform: platformInput, days: z.int().min(1).max(MOST_DAYS).nullable() }))
		.mutation(async ({ ctx: { member }, input: { platform, days } }) => {
			const manifest = member.services.registry.get(platform)?.manifest;
			if (!manifest) throw problem('notFound');
			const rule = buyerDataRule(manifest, member.services.now());
			if (days !== null && rule.standing === 'platform' && days > rule.days) throw problem('inputWrong', { field: 'days' });
			await member.scoped(async (scope) => {
				const before = await chooseBuyerDataDays(scope, platform, days, member.user.id);
				if (before === days) return;
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'buyerData.choose',
					subject: platform,
					subjectName: manifest.name,
					before: { days: before ?? rule.days },
					after: { days: days ?? rule.days },
				});
			});
			return { days: days ?? rule.days };
		}),
});

function toRun({ stores, ...run }: PurgeRun, storeScope: StoreScope): PurgeRunView {
	const shown = stores.flatMap(({ storeId, messages = 0, ...counts }) =>
		storeId !== null && (storeScope === null || storeScope.includes(storeId)) ? [{ storeId, messages, ...counts }] : [],
	);
	const sum = (kind: 'buyers' | 'replies' | 'setAside' | 'messages'): number => shown.reduce((n, store) => n + store[kind], 0);
	return { ...run, stores: shown, buyers: sum('buyers'), replies: sum('replies'), setAside: sum('setAside'), messages: sum('messages') };
}
