import { type Kysely, sql } from 'kysely';

/**
 * Second factors in the shape of the auth library's plugin (better-auth 1.7, two-factor): secret and backup codes are encrypted by it with the
 * key that signs sessions, which lies under the master key. Whether a workspace lets people in without one is the workspace's.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`alter table auth."user" add column "twoFactorEnabled" boolean not null default false`,
	`create table auth."twoFactor" (
		"id" text primary key,
		"secret" text not null,
		"backupCodes" text not null,
		"userId" text not null unique references auth."user" ("id") on delete cascade,
		"verified" boolean not null default true,
		"failedVerificationCount" integer not null default 0,
		"lockedUntil" timestamptz
	)`,
	`alter table workspace add column second_factor_required boolean not null default false`,
];
