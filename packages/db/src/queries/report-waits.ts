import { outcomeOf } from '@pangea/domain';
import { sql } from 'kysely';
import type { Scope } from '../database.ts';
import { chosenStoreIds } from './order-list.ts';
import type { ReportQuestion, ReportSource } from './report-question.ts';
import { type TimedWait, timedWaits, type WaitReader } from './timed-wait.ts';

/**
 * Works out the waits that the report `answers` tells, for the rest of the transaction. They are computed with the words of messages, which PostgreSQL
 * cannot read; once they lie in a table of the transaction's own, they are written like the rows of every other report.
 * @param question `at`: what is open or late is so at that instant, and waits that began later are not told
 */
export async function gatherWaits(scope: Scope, question: ReportQuestion & { at: string }, reader: WaitReader): Promise<void> {
	const { at, days, storeScope } = question;
	await scope.client.query(`create temporary table report_wait (
		store_id uuid not null, conversation_id uuid not null, kind text not null, rule text not null, standing text not null,
		started_at timestamptz not null, due_at timestamptz not null, ended_at timestamptz, user_id text, outcome text, left_out text
	) on commit drop`);
	const stores = await chosenStoreIds(scope, question);
	if (stores.length === 0) return;
	for await (const waits of timedWaits(scope, { storeScope, stores, days }, reader)) {
		const known = waits.filter(({ clock }) => clock.startedAt <= at);
		await scope.client.query(
			`insert into report_wait select * from jsonb_to_recordset($1::jsonb) as x(
				store_id uuid, conversation_id uuid, kind text, rule text, standing text, started_at timestamptz, due_at timestamptz,
				ended_at timestamptz, user_id text, outcome text, left_out text)`,
			[JSON.stringify(known.map((wait) => rowOf(wait, at)))],
		);
	}
}

function rowOf({ storeId, conversationId, kind, clock, answeredBy }: TimedWait, at: string) {
	const outcome = outcomeOf(clock, at);
	const counted = outcome !== 'leftOut' && outcome !== 'later';
	const isAnswered = clock.endedAt !== null && clock.endedAt <= at;
	return {
		store_id: storeId,
		conversation_id: conversationId,
		kind,
		rule: clock.rule.id,
		standing: clock.standing,
		started_at: clock.startedAt,
		due_at: clock.due,
		ended_at: isAnswered ? clock.endedAt : null,
		user_id: isAnswered ? (answeredBy ?? null) : null,
		outcome: counted ? outcome : null,
		left_out: counted ? null : (clock.leftOut ?? 'laterInSession'),
	};
}

/** Newest first. */
export function waitSource(scope: Scope): ReportSource {
	const { workspaceId } = scope;
	return {
		from: sql`report_wait as w join store as s on s.workspace_id = ${workspaceId} and s.store_id = w.store_id
			left join member as m on m.workspace_id = ${workspaceId} and m.user_id = w.user_id`,
		order: sql`w.started_at desc, w.conversation_id, w.rule`,
	};
}
