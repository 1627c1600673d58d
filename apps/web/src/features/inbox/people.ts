import { useQuery } from '@tanstack/react-query';
import { useMay } from '../../session.tsx';
import { trpc } from '../../trpc.ts';

/** Names of the workspace's members by id; empty for who may not know them. */
export function usePeople(): ReadonlyMap<string, string> {
	const mayMembers = useMay('members.read');
	const members = useQuery({ ...trpc.workspace.members.queryOptions(), enabled: mayMembers });
	return new Map((members.data?.members ?? []).map((member) => [member.userId, member.name]));
}
