import { Visitor } from '@pangea/launcher/demo-client';
import type { Rig } from './rig.ts';

/** A signed-in person of the demo workspace. */
export interface Person {
	visitor: Visitor;
	workspaceId: string;
}

/** @throws Error when nobody of that role can sign in. */
export async function signIn(rig: Rig, role: string): Promise<Person> {
	const login = rig.logins.find((one) => one.role === role);
	if (!login) throw new Error(`The rig has no ${role}`);
	const visitor = new Visitor(rig.url);
	await visitor.enter({ name: login.email, email: login.email, password: login.password });
	const me = await visitor.query<{ memberships: { workspaceId: string }[] }>('session.me');
	const workspaceId = me.memberships[0]?.workspaceId;
	if (workspaceId === undefined) throw new Error(`The ${role} belongs to no workspace`);
	return { visitor: visitor.inWorkspace(workspaceId), workspaceId };
}
