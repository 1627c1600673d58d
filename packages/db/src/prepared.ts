import type { Compilable, RawBuilder } from 'kysely';
import type { Scope } from './database.ts';

/**
 * Asks a question whose text is always the same under a name, so that a connection plans it a few times and not each time: for what is asked all day and takes
 * longer to plan than to answer. Not for questions whose best way hangs on their values, nor for texts that grow with them.
 * @param name one for each text, at most 50 letters
 */
export async function prepared<R>(scope: Scope, name: string, question: RawBuilder<R> | Compilable<R>): Promise<R[]> {
	// Both compile; only the one that was written by hand needs to be told how.
	const { sql: text, parameters } = question.compile(scope.db as Parameters<RawBuilder<R>['compile']>[0]);
	const { rows } = await scope.client.query<R & object>({ name: `pangea_${name}`, text, values: [...parameters] });
	return rows;
}
