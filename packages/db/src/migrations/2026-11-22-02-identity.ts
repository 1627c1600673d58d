import { type Kysely, sql } from 'kysely';

/*
 * People and sessions, in the shape of the auth library (better-auth 1.7, core tables), in a schema that the app's role cannot read:
 * who belongs to which workspace stands in `member`, under row-level security.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
	`create schema auth`,
	`create table auth."user" (
		"id" text primary key,
		"name" text not null,
		"email" text not null unique,
		"emailVerified" boolean not null default false,
		"image" text,
		"language" text,
		"createdAt" timestamptz not null default now(),
		"updatedAt" timestamptz not null default now()
	)`,
	`create table auth.session (
		"id" text primary key,
		"expiresAt" timestamptz not null,
		"token" text not null unique,
		"createdAt" timestamptz not null default now(),
		"updatedAt" timestamptz not null default now(),
		"ipAddress" text,
		"userAgent" text,
		"userId" text not null references auth."user" ("id") on delete cascade
	)`,
	`create index session_by_user on auth.session ("userId")`,
	`create table auth.account (
		"id" text primary key,
		"accountId" text not null,
		"providerId" text not null,
		"userId" text not null references auth."user" ("id") on delete cascade,
		"accessToken" text,
		"refreshToken" text,
		"idToken" text,
		"accessTokenExpiresAt" timestamptz,
		"refreshTokenExpiresAt" timestamptz,
		"scope" text,
		"password" text,
		"createdAt" timestamptz not null default now(),
		"updatedAt" timestamptz not null default now()
	)`,
	`create index account_by_user on auth.account ("userId")`,
	`create table auth.verification (
		"id" text primary key,
		"identifier" text not null,
		"value" text not null,
		"expiresAt" timestamptz not null,
		"createdAt" timestamptz not null default now(),
		"updatedAt" timestamptz not null default now()
	)`,
	`create index verification_by_identifier on auth.verification ("identifier")`,
];
