import type { MembershipView, MeView, StoreView } from '@pangea/api';
import type { Permission } from '@pangea/domain';
import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { trpc } from './trpc.ts';

export interface Session {
	me: MeView;
	membership: MembershipView;
}

export const SessionContext = createContext<Session | null>(null);

/** Only below the workbench frame, where somebody is signed in. */
export function useSession(): Session {
	const session = useContext(SessionContext);
	if (!session) throw new Error('No session above this screen');
	return session;
}

export function useMay(permission: Permission): boolean {
	return useSession().membership.permissions.includes(permission);
}

const NO_STORES: StoreView[] = [];

/**
 * A pull that finds nothing moves only how far a store is read, and tells nobody: that is looked up, for all who show it, by one.
 * @param every milliseconds
 */
export function useLooksAtStores(every: number): void {
	useQuery(trpc.stores.list.queryOptions(undefined, { refetchInterval: every }));
}

export function useStores(): {
	stores: StoreView[];
	byId: ReadonlyMap<string, StoreView>;
	loading: boolean;
	error: unknown;
} {
	const { data, isPending, error } = useQuery(trpc.stores.list.queryOptions());
	const stores = data ?? NO_STORES;
	return { stores, byId: new Map(stores.map((store) => [store.storeId, store])), loading: isPending, error };
}

/** Whether the workspace keeps its data from this person until they have a second factor. */
export function isHeldBack(me: MeView, membership: MembershipView): boolean {
	return membership.secondFactorRequired && !me.secondFactor;
}

/** The membership to work in: the remembered one when it still stands, else the first. */
export function chooseMembership(memberships: readonly MembershipView[], remembered: string | null): MembershipView | undefined {
	return memberships.find((m) => m.workspaceId === remembered) ?? memberships[0];
}
