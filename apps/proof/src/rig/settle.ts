import { setTimeout as sleep } from 'node:timers/promises';
import { checkAgainstTruth, type Verdict } from '../checker/index.ts';
import type { Rig } from './rig.ts';

export interface Settled {
	verdict: Verdict;
	/** What had not come to rest; empty when all is well. */
	unsettled: string[];
	seconds: number;
}

/**
 * Waits until everything that the platforms know is stored and nothing is under way any more. Polls are made due at once instead of after
 * the platform's rhythm of minutes, so that what a push lost has its next chance now; what a poll may not see yet is waited for.
 */
export async function settle(rig: Rig, withinMillis: number): Promise<Settled> {
	const started = Date.now();
	let moved = started;
	let before = '';
	await rig.door.post('/clock', { set: Date.now() });
	for (let look = 0; ; look++) {
		if (look % 4 === 0) await rig.query('update pull_cursor set last_attempt_at = null');
		const unsettled = await underWay(rig);
		const is = await progress(rig);
		// A slow machine may take its time as long as something moves; what stands still is what must not be.
		if (is !== before) moved = Date.now();
		before = is;
		const late = Date.now() - moved > withinMillis;
		if (unsettled.length === 0 || late) {
			const verdict = await checkAgainstTruth({ databaseUrl: rig.databaseUrl, simulatorUrl: rig.simulatorUrl });
			const seconds = (Date.now() - started) / 1000;
			if ((verdict.problems.length === 0 && unsettled.length === 0) || late) return { verdict, unsettled, seconds };
		}
		await sleep(1000);
	}
}

/** Changes whenever orders, histories or pushes have moved on. */
async function progress(rig: Rig): Promise<string> {
	const rows = await rig.query<Record<string, string>>(`
		select (select count(*) from orders) as orders, (select max(changed_at) from orders) as changed,
			(select max(updated_at) from backfill) as history, (select count(*) from intake where state <> 'waiting') as pushes`);
	return JSON.stringify(rows);
}

/** Work that is not done: histories, accepted pushes, polls without success, stores and connections in trouble. */
async function underWay(rig: Rig): Promise<string[]> {
	const rows = await rig.query<{ what: string }>(`
		select 'history of ' || s.platform || ' ' || s.external_id || ' is ' || b.state || coalesce(' (' || b.error_code || ')', '') as what
			from backfill b join store s using (workspace_id, store_id) where b.state <> 'done' and s.mode <> 'fullyManaged'
		union all select 'push ' || platform || ' ' || intake_id || ' is ' || state || coalesce(' (' || error || ')', '')
			from intake where state = 'waiting' or error is not null and state <> 'done' and error <> 'unknownStore'
		union all select 'connection ' || platform || ' ' || external_account_id || ' is ' || state || coalesce(' (' || error_code || ')', '')
			from connection where state <> 'active'
		union all select 'poll of ' || s.platform || ' ' || s.external_id || ' has had no success since ' || coalesce(p.last_success_at::text, 'ever')
			from pull_cursor p join store s using (workspace_id, store_id)
			where s.enabled and s.active and s.mode <> 'fullyManaged' and (p.last_success_at is null or p.last_success_at < now() - interval '2 minutes')
		union all select 'store ' || platform || ' ' || external_id || ' shows ' || error_code
			from store where error_code is not null and mode <> 'fullyManaged'
		union all select 'job ' || name || ' is held by nobody since ' || lease_until
			from jobs.job where lease_until < now() - interval '30 seconds'`);
	return rows.map((row) => row.what);
}
