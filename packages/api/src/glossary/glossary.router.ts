import { glossaryTerms, removeGlossaryTerm, saveGlossaryTerm, writeAudit } from '@pangea/db';
import type { GlossaryTerm } from '@pangea/domain';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { memberProcedure, router } from '../trpc.ts';

const MOST_TERMS = 1000;
const MOST_LANGUAGES = 30;
const language = z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/);
const word = z
	.string()
	.trim()
	.min(1)
	.max(100)
	// Such brackets stand for what a model must not change.
	.refine((text) => !/[\p{Cc}\p{Cf}]|\[\[|\]\]/u.test(text));
const term = z.union([
	z.strictObject({ termId: z.uuid(), kind: z.literal('brand'), word }),
	z.strictObject({
		termId: z.uuid(),
		kind: z.literal('term'),
		word,
		language,
		translations: z
			.array(z.strictObject({ language, words: word }))
			.min(1)
			.max(MOST_LANGUAGES),
	}),
]);

/** Words that are the same in every text of the workspace's listings. */
export const glossaryRouter = router({
	list: memberProcedure('catalogue.read').query(({ ctx: { member } }): Promise<GlossaryTerm[]> => member.scoped(glossaryTerms)),

	/** @throws termTaken where the word is there already, tooManyTerms */
	save: memberProcedure('catalogue.publish')
		.input(term)
		.mutation(async ({ ctx: { member }, input }) => {
			const kept: GlossaryTerm =
				input.kind === 'brand'
					? { ...input, language: null, translations: {} }
					: { ...input, translations: Object.fromEntries(input.translations.map((one) => [one.language, one.words])) };
			await member.scoped(async (scope) => {
				const all = await glossaryTerms(scope);
				const before = all.find(({ termId }) => termId === kept.termId);
				if (!before && all.length >= MOST_TERMS) throw problem('tooManyTerms');
				if (!(await saveGlossaryTerm(scope, kept, member.user.id))) throw problem('termTaken');
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'glossary.save',
					subject: kept.termId,
					...(before && { before: toldOf(before) }),
					after: toldOf(kept),
				});
			});
			return { saved: 1 };
		}),

	/** @throws notFound */
	remove: memberProcedure('catalogue.publish')
		.input(z.object({ termId: z.uuid() }))
		.mutation(async ({ ctx: { member }, input: { termId } }) => {
			await member.scoped(async (scope) => {
				const name = await removeGlossaryTerm(scope, termId);
				if (name === null) throw problem('notFound');
				await writeAudit(scope, { userId: member.user.id, action: 'glossary.remove', subject: termId, before: { name } });
			});
			return { removed: 1 };
		}),
});

function toldOf({ word: name, translations }: GlossaryTerm): { name: string; words: string } {
	return {
		name,
		words: Object.entries(translations)
			.map(([tag, text]) => `${tag}: ${text}`)
			.join(', '),
	};
}
