import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useEffect } from 'react';
import { signOut } from '../../auth.ts';
import { usePreferences } from '../../preferences.ts';
import { chooseMembership } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { Sheet } from '../entry/sheet.tsx';
import { Enrolment } from './enrolment.tsx';

/** For a member of a workspace that asks for a second factor who has none yet. */
export function HeldBackScreen() {
	const { t } = useLingui();
	const navigate = useNavigate();
	const { workspaceId } = usePreferences();
	const me = useQuery(trpc.session.me.queryOptions());
	const signedOut = me.data === null;
	useEffect(() => {
		if (signedOut) void navigate({ to: '/sign-in' });
	}, [signedOut, navigate]);
	if (!me.data) return null;
	const name = chooseMembership(me.data.memberships, workspaceId)?.name ?? '';
	const goOn = async () => {
		await queryClient.fetchQuery({ ...trpc.session.me.queryOptions(), staleTime: 0 });
		await navigate({ to: '/' });
	};
	const leave = async () => {
		await signOut();
		await queryClient.resetQueries(trpc.session.me.pathFilter());
	};
	return (
		<Sheet title={t`Set up a second factor`} lead={t`${name} lets in only who proves themselves twice: with a password and with a code.`}>
			<Enrolment onDone={() => void goOn()} />
			<Button type="text" block onClick={() => void leave()}>
				{t`Sign out`}
			</Button>
		</Sheet>
	);
}
