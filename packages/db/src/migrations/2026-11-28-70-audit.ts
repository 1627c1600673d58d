import { type Kysely, sql } from 'kysely';

/**
 * The trail can be read: newest first, by person, action or store, at the same cost at any depth. A record keeps the names as they were, so
 * that it stays readable when the person or the store has gone; and one written by somebody without a login names nobody.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
	for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const UUID = `'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'`;

const STATEMENTS = [
	`alter table audit
		alter column user_id drop not null,
		add column actor_name text,
		add column subject_name text,
		add column store_id uuid,
		add column connection_id uuid`,
	`update audit a set actor_name = m.name from member m where m.workspace_id = a.workspace_id and m.user_id = a.user_id`,
	`update audit a set subject_name = m.name from member m
		where m.workspace_id = a.workspace_id and m.user_id = a.subject and a.action like 'members.%'`,
	`update audit a set store_id = s.store_id, subject_name = s.name from store s
		where s.workspace_id = a.workspace_id and a.action = 'stores.change' and s.store_id::text = a.subject`,
	`update audit a set store_id = o.store_id, subject_name = o.external_id from orders o
		where o.workspace_id = a.workspace_id and a.action = 'orders.reveal' and a.subject ~ ${UUID} and o.order_id = a.subject::uuid`,
	`update audit a set connection_id = c.connection_id, subject_name = c.account_name from connection c
		where c.workspace_id = a.workspace_id and a.action in ('stores.bind', 'stores.disconnect') and c.connection_id::text = a.subject`,
	`create index audit_by_time on audit (workspace_id, at desc, audit_id desc)`,
	`create index audit_by_member on audit (workspace_id, user_id, at desc, audit_id desc)`,
	`create index audit_by_action on audit (workspace_id, action, at desc, audit_id desc)`,
	`create index audit_by_store on audit (workspace_id, store_id, at desc, audit_id desc) where store_id is not null`,
	`create index audit_by_connection on audit (workspace_id, connection_id, at desc, audit_id desc) where connection_id is not null`,
];
