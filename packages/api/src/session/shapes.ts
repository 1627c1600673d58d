import type { Permission, Role } from '@pangea/domain';

export interface MembershipView {
	workspaceId: string;
	name: string;
	role: Role;
	permissions: Permission[];
	/** Null: all stores. */
	storeScope: string[] | null;
	baseCurrency: string;
	zone: string;
	/** Without one a member sees nothing of the workspace. */
	secondFactorRequired: boolean;
}

export interface MeView {
	userId: string;
	name: string;
	email: string;
	language: string | null;
	secondFactor: boolean;
	memberships: MembershipView[];
}

export interface SecurityView {
	secondFactor: boolean;
	/** How many of the codes for a lost telephone are unused. */
	backupCodesLeft: number;
	sessions: SessionView[];
}

/** One place where the person is signed in. */
export interface SessionView {
	sessionId: string;
	browser: string | null;
	system: string | null;
	/** Network address from where it began. */
	address: string | null;
	since: string;
	/** To ten minutes. */
	lastSeenAt: string;
	current: boolean;
}
