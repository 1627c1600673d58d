import { removeTranslator, saveTranslator, translatorOf, writeAudit } from '@pangea/db';
import { LANGUAGES, ModelError, PHRASE_BOOK_DAY } from '@pangea/domain';
import { baseUrlOf, checkModelAddress, modelTranslator, type ModelSettings, openModel } from '@pangea/translation';
import { z } from 'zod';
import { problem } from '../problem.ts';
import { type Member, memberProcedure, router } from '../trpc.ts';
import { modelSettings } from './open.ts';
import type { TranslatorTrialView, TranslatorView } from './shapes.ts';

/** With a figure and a name to be kept, as buyers write. */
const SAMPLES = {
	es: 'Hola, me llamo Ana. ¿Dónde está mi pedido 111-2223334?',
	en: 'Hi, my name is Ana. Where is my order 111-2223334?',
};
const TRIAL_MILLIS = 30_000;

/** Nothing that could end a line of a header. */
const line = z
	.string()
	.trim()
	.max(500)
	.refine((text) => !/[^\x21-\x7e]/.test(text));
const settings = z.object({
	baseUrl: z.string().trim().max(500).transform(baseUrlOf).pipe(z.url()),
	model: z
		.string()
		.trim()
		.min(1)
		.max(200)
		.refine((text) => !/\p{Cc}/u.test(text)),
	/** Left out where the stored one stays; empty where the host asks for none. */
	key: line.optional(),
});

export const translatorRouter = router({
	settings: memberProcedure('inbox.manage').query(async ({ ctx: { member } }): Promise<TranslatorView> => {
		const box = await member.services.operations.box(member.workspaceId);
		return await member.scoped(async (scope) => {
			const found = await translatorOf(scope);
			const kept = await modelSettings(scope, box);
			return {
				model: found &&
					kept && {
						baseUrl: kept.baseUrl,
						model: kept.model,
						hasKey: kept.key !== '',
						savedBy: found.savedBy,
						savedAt: found.savedAt,
					},
				bookDay: PHRASE_BOOK_DAY,
			};
		});
	}),

	/** From then on what buyers write is sent there, masked, when somebody asks for a translation. @throws ModelError for an address that may not be called */
	save: memberProcedure('inbox.manage')
		.input(settings)
		.mutation(async ({ ctx: { member }, input }) => {
			const named = await withKey(member, input);
			checkModelAddress(named.baseUrl, member.services.modelOrigins);
			const box = await member.services.operations.box(member.workspaceId);
			await member.scoped(async (scope) => {
				const before = await modelSettings(scope, box);
				await saveTranslator(scope, member.user.id, (id) => box.seal(JSON.stringify(named), `translator ${id}`));
				await writeAudit(scope, {
					userId: member.user.id,
					action: 'translator.save',
					subject: member.workspaceId,
					...(before && { before: toldOf(before) }),
					after: toldOf(named),
				});
			});
			return { saved: true };
		}),

	/** @throws notFound */
	remove: memberProcedure('inbox.manage').mutation(async ({ ctx: { member } }) => {
		const box = await member.services.operations.box(member.workspaceId);
		await member.scoped(async (scope) => {
			const before = await modelSettings(scope, box);
			if (!before || !(await removeTranslator(scope))) throw problem('notFound');
			await writeAudit(scope, {
				userId: member.user.id,
				action: 'translator.remove',
				subject: member.workspaceId,
				before: toldOf(before),
			});
		});
		return { removed: true };
	}),

	/** Translates a sentence that is always the same, with settings that need not be kept. What goes wrong is an answer, not an error. */
	try: memberProcedure('inbox.manage')
		.input(settings.extend({ into: z.enum(LANGUAGES) }))
		.mutation(async ({ ctx: { member }, input: { into, ...input } }): Promise<TranslatorTrialView> => {
			const named = await withKey(member, input);
			await member.scoped((scope) =>
				writeAudit(scope, { userId: member.user.id, action: 'translator.try', subject: member.workspaceId, facts: toldOf(named) }),
			);
			const { host } = new URL(named.baseUrl);
			const started = performance.now();
			try {
				const ask = openModel(named, { origins: member.services.modelOrigins, signal: AbortSignal.timeout(TRIAL_MILLIS) });
				const text = into === 'es-MX' ? SAMPLES.en : SAMPLES.es;
				const made = (await modelTranslator(ask, { people: [], codes: [] }, host).render([{ id: '1', text }], into)).get('1');
				if (made?.kind === 'translation') return { worked: true, text: made.text, millis: Math.round(performance.now() - started) };
				return { worked: false, code: 'translationRefused', host, words: '' };
			} catch (error) {
				if (!(error instanceof ModelError)) throw error;
				return { worked: false, code: error.code, host, words: error.words };
			}
		}),
});

/** A key that is kept goes only to the host for which it was given. @throws inputWrong where one is missing */
async function withKey(member: Member, { baseUrl, model, key }: z.infer<typeof settings>): Promise<ModelSettings> {
	if (key !== undefined) return { baseUrl, model, key };
	const box = await member.services.operations.box(member.workspaceId);
	const kept = await member.scoped((scope) => modelSettings(scope, box));
	if (!kept || new URL(kept.baseUrl).origin !== new URL(baseUrl).origin) throw problem('inputWrong', { field: 'key' });
	return { baseUrl, model, key: kept.key };
}

function toldOf({ baseUrl, model }: ModelSettings): { host: string; model: string } {
	return { host: new URL(baseUrl).host, model };
}
