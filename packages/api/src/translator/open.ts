import { type Scope, translatorOf } from '@pangea/db';
import type { Known, Translator } from '@pangea/domain';
import { type AskModel, modelTranslator, type ModelSettings, openModel, phraseBook } from '@pangea/translation';
import type { SealedBox } from '@pangea/vault';
import { problem } from '../problem.ts';
import type { Member } from '../trpc.ts';

/** People wait for a model no longer than this, in milliseconds, all tries together. */
const PATIENCE = 100_000;

/** Where the workspace's model is asked; null where none is named. */
export async function modelSettings(scope: Scope, box: SealedBox): Promise<ModelSettings | null> {
	const found = await translatorOf(scope);
	// Written by ourselves.
	return found && (JSON.parse(box.open(found.sealed, `translator ${found.translatorId}`).toString('utf8')) as ModelSettings);
}

/** @throws modelMissing where the workspace has named none */
export function askModel({ services }: Member, settings: ModelSettings | null): { ask: AskModel; host: string } {
	if (!settings) throw problem('modelMissing');
	const ask = openModel(settings, { origins: services.modelOrigins, signal: AbortSignal.timeout(PATIENCE) });
	return { ask, host: URL.parse(settings.baseUrl)?.host ?? '' };
}

/** The workspace's model, else the phrase book. */
export function translatorFor(member: Member, settings: ModelSettings | null, known: Known): Translator {
	if (!settings) return phraseBook;
	const { ask, host } = askModel(member, settings);
	return modelTranslator(ask, known, host);
}
