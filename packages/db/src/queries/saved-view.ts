import type { Scope } from '../database.ts';

/** A person's own views of a screen and those shared in the workspace. */
export async function savedViews(scope: Scope, screen: string, userId: string) {
	return await scope.db
		.selectFrom('saved_view')
		.selectAll()
		.where('workspace_id', '=', scope.workspaceId)
		.where('screen', '=', screen)
		.where((eb) => eb.or([eb('user_id', '=', userId), eb('shared', '=', true)]))
		.orderBy('name')
		.execute();
}

export async function saveView(
	scope: Scope,
	view: { viewId: string; userId: string; screen: string; name: string; shared: boolean; query: string },
): Promise<void> {
	await scope.db
		.insertInto('saved_view')
		.values({
			workspace_id: scope.workspaceId,
			view_id: view.viewId,
			user_id: view.userId,
			screen: view.screen,
			name: view.name,
			shared: view.shared,
			query: view.query,
		})
		.execute();
}

/** Only one's own view can be removed. @returns what it was; undefined when there is none. */
export async function removeView(scope: Scope, viewId: string, userId: string): Promise<{ name: string; shared: boolean } | undefined> {
	return await scope.db
		.deleteFrom('saved_view')
		.where('workspace_id', '=', scope.workspaceId)
		.where('view_id', '=', viewId)
		.where('user_id', '=', userId)
		.returning(['name', 'shared'])
		.executeTakeFirst();
}
