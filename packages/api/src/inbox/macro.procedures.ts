import {
	conversationRows,
	factsForMacro,
	inboxMacros,
	MOST_MACROS,
	orderOfConversation,
	removeInboxMacro,
	saveInboxMacro,
	writeAudit,
} from '@pangea/db';
import { fillMacro, LONGEST_MESSAGE, MACRO_LANGUAGES, type MacroFacts, macroTextFor } from '@pangea/domain';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { inboxProcedure, toRows } from './inbox.procedure.ts';
import type { FilledMacroView, MacroView } from './shapes.ts';

const texts = z
	.array(z.object({ language: z.enum(MACRO_LANGUAGES), text: z.string().trim().min(1).max(LONGEST_MESSAGE) }))
	.min(1)
	.max(MACRO_LANGUAGES.length);

/** Several as one list; undefined when nobody has told any. */
const listed = (values: readonly (string | null)[]): string | undefined => [...new Set(values)].filter(Boolean).join(', ') || undefined;

/** Replies that a workspace keeps ready. */
export const macroProcedures = {
	macros: inboxProcedure('inbox.read').query(async ({ ctx: { member } }): Promise<MacroView[]> => member.scoped(inboxMacros)),

	/** A macro in the language of the conversation's store, filled with what stands on the conversation and its order. @throws notFound */
	fillMacro: inboxProcedure('inbox.answer')
		.input(z.object({ conversationId: z.uuid(), macroId: z.uuid() }))
		.query(async ({ ctx: { member }, input }): Promise<FilledMacroView> => {
			const box = await member.services.operations.box(member.workspaceId);
			return await member.scoped(async (scope) => {
				const found = await conversationRows(scope, member.storeScope, [input.conversationId]);
				const [row] = found;
				const [view] = await toRows(member, scope, found, box);
				const macro = (await inboxMacros(scope)).find((one) => one.macroId === input.macroId);
				if (!row || !view || !macro) throw problem('notFound');
				const told = await factsForMacro(scope, row.store_id, await orderOfConversation(scope, row));
				const said = macroTextFor(macro.texts, told.language);
				if (!said) throw problem('notFound');
				const known: Record<keyof MacroFacts, string | null | undefined> = {
					buyer: view.buyerName,
					order: row.external_order_id,
					tracking: listed(told.parcels.map((parcel) => parcel.trackingNumber)),
					carrier: listed(told.parcels.map((parcel) => parcel.carrier)),
					item: listed(told.items) ?? view.subject,
					store: told.store,
					agent: member.user.name,
				};
				const facts: MacroFacts = Object.fromEntries(Object.entries(known).filter(([, fact]) => fact));
				return { text: fillMacro(said.text, facts), language: said.language };
			});
		}),

	/** Adds a macro or changes one; its key is taken from the one that had it. @throws macroTaken, inputWrong when there are too many or a language stands twice */
	saveMacro: inboxProcedure('inbox.manage')
		.input(
			z.object({
				macroId: z.uuid(),
				name: z.string().trim().min(1).max(60),
				texts,
				quickKey: z
					.string()
					.regex(/^[1-9]$/)
					.nullable()
					.default(null),
			}),
		)
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const { macroId, name } = input;
				if (new Set(input.texts.map((one) => one.language)).size < input.texts.length) throw problem('inputWrong', { field: 'texts' });
				const all = await inboxMacros(scope);
				const before = all.find((macro) => macro.macroId === macroId);
				if (!before && all.length >= MOST_MACROS) throw problem('inputWrong', { field: 'name' });
				if (!(await saveInboxMacro(scope, input))) throw problem('macroTaken');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.saveMacro',
					subject: macroId,
					subjectName: name,
					...(before && { before: { name: before.name } }),
					after: { name },
				});
				return { macroId };
			}),
		),

	/** @throws notFound */
	removeMacro: inboxProcedure('inbox.manage')
		.input(z.object({ macroId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input }) =>
			member.scoped(async (scope) => {
				const name = await removeInboxMacro(scope, input.macroId);
				if (name === undefined) throw problem('notFound');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'inbox.removeMacro',
					subject: input.macroId,
					subjectName: name,
					before: { name },
				});
				return { removed: true };
			}),
		),
};
