import type { StoreContext } from '@pangea/platform-contract';

/** Which APIs the token of a store may call: what its scope list says, less what was refused meanwhile. */
export interface Permissions {
	allows(api: string): boolean;
	refuse(api: string): void;
}

export function permissionsOf(context: StoreContext): Permissions {
	const grant = context.grant();
	const refused = new Set<string>();
	// The list speaks for the main mall; a further mall, and a grant without a list, find out by asking.
	const isMain = (context.store.attributes['mallId'] ?? grant.externalAccountId) === grant.externalAccountId;
	const listed = isMain && grant.scopes.length > 0 ? new Set(grant.scopes) : null;
	return {
		allows: (api) => !refused.has(api) && (listed === null || listed.has(api)),
		refuse: (api) => {
			refused.add(api);
		},
	};
}
