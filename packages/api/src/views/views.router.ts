import { removeView, savedViews, saveView, writeAudit } from '@pangea/db';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { problem } from '../problem.ts';
import type { SavedViewView } from '../shapes.ts';
import { memberProcedure, router } from '../trpc.ts';

const screen = z.enum(['orders', 'numbers']);

export const viewsRouter = router({
	list: memberProcedure('orders.read')
		.input(z.object({ screen }))
		.query(async ({ ctx: { member }, input }): Promise<SavedViewView[]> => {
			const rows = await member.scoped((scope) => savedViews(scope, input.screen, member.user.id));
			return rows.map((r) => ({
				viewId: r.view_id,
				name: r.name,
				screen: r.screen,
				shared: r.shared,
				mine: r.user_id === member.user.id,
				query: r.query,
			}));
		}),

	save: memberProcedure('orders.read')
		.input(z.object({ screen, name: z.string().trim().min(1).max(80), shared: z.boolean(), query: z.record(z.string(), z.json()) }))
		.mutation(async ({ ctx: { member }, input }) => {
			const query = JSON.stringify(input.query);
			if (query.length > 10_000) throw problem('inputWrong', { field: 'query' });
			const viewId = uuid();
			await member.scoped(async (scope) => {
				await saveView(scope, { ...input, viewId, userId: member.user.id, query });
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'views.save',
					subject: viewId,
					subjectName: input.name,
					// What a view searches for may be a buyer's name.
					after: { name: input.name, shared: input.shared },
				});
			});
			return { viewId };
		}),

	remove: memberProcedure('orders.read')
		.input(z.object({ viewId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) => {
			await member.scoped(async (scope) => {
				const before = await removeView(scope, input.viewId, member.user.id);
				if (!before) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'views.remove',
					subject: input.viewId,
					subjectName: before.name,
					before,
				});
			});
			return { removed: true };
		}),
});
