import { type Kysely, sql } from 'kysely';

/**
 * The queue of background work, in place of pg-boss (docs/adr/0005). What waits in the former queue is taken over; accepted pushes are
 * found again by the round, since their jobs name an account now.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create schema jobs`,
	// A row is a waiting job, or a running one while it has a lease. Dead ones move away, so that looking for work stays cheap.
	`create table jobs.job (
		job_id bigint generated always as identity primary key,
		name text not null,
		payload jsonb not null,
		key text,
		job_group text,
		priority integer not null default 0,
		run_at timestamptz not null default now(),
		attempts integer not null default 0,
		lease uuid,
		lease_until timestamptz,
		error text,
		created_at timestamptz not null default now(),
		check ((lease is null) = (lease_until is null))
	) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`,
	`create unique index job_waiting_key on jobs.job (name, key) where key is not null and lease_until is null`,
	`create unique index job_running_group on jobs.job (name, job_group) where job_group is not null and lease_until is not null`,
	`create index job_due on jobs.job (name, priority desc, run_at, job_id) where lease_until is null`,
	`create index job_leased on jobs.job (lease_until) where lease_until is not null`,
	`create table jobs.dead (
		job_id bigint primary key,
		name text not null,
		payload jsonb not null,
		attempts integer not null,
		error text,
		created_at timestamptz not null,
		died_at timestamptz not null default now()
	)`,
	`create table jobs.slot (name text primary key, slot bigint not null)`,
	`create table jobs.schedule (
		name text primary key,
		cron text not null,
		zone text not null,
		payload jsonb not null,
		next_at timestamptz not null
	)`,
	`grant usage on schema jobs to pangea_app`,
	`grant select, insert, update, delete on all tables in schema jobs to pangea_app`,
	`do $$ begin
		if to_regclass('pgboss.job') is not null then
			insert into jobs.job (name, payload, key, job_group, priority, run_at)
			select name, data, singleton_key, group_id, priority, start_after from pgboss.job
			where state in ('created', 'retry', 'active') and name not in ('intake.process', 'sync.round', 'job.dead') and name not like '\\_\\_%'
			on conflict do nothing;
			drop schema pgboss cascade;
		end if;
	end $$`,
];
