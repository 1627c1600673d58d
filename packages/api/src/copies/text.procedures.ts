import { glossaryTerms, listMembers, type Scope } from '@pangea/db';
import { primaryLanguage, TEXT_FIELDS } from '@pangea/domain';
import { translateContent } from '@pangea/translation';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { askModel, modelSettings } from '../translator/open.ts';
import { type Member, memberProcedure } from '../trpc.ts';
import { sourcesFor } from './known.ts';
import type { MachineTextsView, MemoryView, TextSourceView } from './shapes.ts';
import { namedHit, recall } from './texts.ts';

/** A model is asked for no longer text. */
const LONGEST_ASKED = 20_000;
const MOST_SOURCES = 12;
const language = z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/);
/** Of which draft, into which language, and out of the source in which other one. */
const place = { skuId: z.uuid(), storeId: z.uuid(), into: language };
const wanted = { ...place, sourceLanguage: language };

/** Texts of a draft in another language: by what was translated before, else by the workspace's model. */
export const textProcedures = {
	/** What the texts of a SKU and their like were in a language before, each with who saved it; nothing of sources that nobody has translated. */
	memory: memberProcedure('catalogue.publish')
		.input(z.object(place))
		.query(
			async ({ ctx: { member }, input }): Promise<MemoryView[]> =>
				member.scoped(async (scope) => {
					const members = await listMembers(scope);
					const found: MemoryView[] = [];
					for (const source of (await sourcesFor(scope, member, input)).slice(0, MOST_SOURCES)) {
						if (primaryLanguage(source.language) === primaryLanguage(input.into)) continue;
						const of = { from: source.language, into: input.into };
						const title = namedHit(await recall(scope, { ...of, field: 'title', source: source.title }), members);
						const description = namedHit(await recall(scope, { ...of, field: 'description', source: source.description }), members);
						if (title || description) found.push({ source, title, description });
					}
					return found;
				}),
		),

	/**
	 * A text as the workspace's model puts it into a language, by the glossary, for a person to read and confirm. Nothing is kept by it.
	 * @throws modelMissing, inputWrong where there is nothing to translate, or too much, ModelError
	 */
	translate: memberProcedure('catalogue.publish')
		.input(z.object({ ...wanted, fields: z.array(z.enum(TEXT_FIELDS)).min(1) }))
		.mutation(async ({ ctx: { member }, input }): Promise<MachineTextsView> => {
			const box = await member.services.operations.box(member.workspaceId);
			const { source, settings, terms } = await member.scoped(async (scope) => ({
				source: await sourceIn(scope, member, input),
				settings: await modelSettings(scope, box),
				terms: await glossaryTerms(scope),
			}));
			const texts = [...new Set(input.fields)].flatMap((field) =>
				source[field].trim() === '' ? [] : [{ id: field, text: source[field] }],
			);
			if (texts.length === 0 || texts.some(({ text }) => text.length > LONGEST_ASKED))
				throw problem('inputWrong', { field: 'sourceLanguage' });
			const { ask, host } = askModel(member, settings);
			const made = await translateContent(ask, { texts, from: source.language, into: input.into, terms, host });
			return { source, title: made.get('title') ?? null, description: made.get('description') ?? null };
		}),
};

/** @throws notFound where the SKU has no text in that language any more */
async function sourceIn(
	scope: Scope,
	member: Member,
	{ sourceLanguage, ...of }: { skuId: string; storeId: string; sourceLanguage: string },
): Promise<TextSourceView> {
	const source = (await sourcesFor(scope, member, of)).find(({ language: tag }) => tag === sourceLanguage);
	if (!source) throw problem('notFound');
	return source;
}
