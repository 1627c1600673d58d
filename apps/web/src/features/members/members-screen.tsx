import { DeleteOutlined, EditOutlined, UserAddOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { InvitationView, MemberView } from '@pangea/api';
import { FIELDS, roleSees, sees } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { HeaderSlot } from '../../frame/header-slot.tsx';
import { errorSentence } from '../../problems.ts';
import { useMay, useSession, useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { ROLE_MEANINGS, ROLE_WORDS, SEEN_WORDS } from '../../words.ts';
import { Broken } from '../../ui/broken.tsx';
import { Skeleton } from '../../ui/empty.tsx';
import { When } from '../../ui/figures.tsx';
import { firstLetter } from '../../ui/initials.ts';
import { storeLabel } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';
import './members.css';

const MemberForm = lazy(async () => ({ default: (await import('./member-form.tsx')).MemberForm }));

type Editing = { kind: 'invite' } | { kind: 'member'; member: MemberView } | null;

export function MembersScreen() {
	const { t, i18n } = useLingui();
	const { me } = useSession();
	const { byId } = useStores();
	const mayManage = useMay('members.manage');
	const people = useQuery(trpc.workspace.members.queryOptions());
	const [editing, setEditing] = useState<Editing>(null);
	const settled = {
		onSuccess: () => queryClient.invalidateQueries(trpc.workspace.members.pathFilter()),
		onError: (error: unknown) => say(errorSentence(i18n, error), { tone: 'problem' }),
	};
	const remove = useMutation(trpc.workspace.removeMember.mutationOptions(settled));
	const revoke = useMutation(trpc.workspace.revokeInvitation.mutationOptions(settled));
	const scope = (ids: string[] | null) =>
		ids === null
			? t`All stores`
			: ids.length === 0
				? t`No store`
				: ids
						.map((id) => byId.get(id))
						.map((store) => (store ? storeLabel(store) : t`a store outside yours`))
						.join(', ');

	return (
		<div className="members">
			<HeaderSlot>
				<h1 className="title">{t`Members`}</h1>
				<span className="grow" />
				{mayManage && (
					<Button type="primary" size="small" icon={<UserAddOutlined aria-hidden />} onClick={() => setEditing({ kind: 'invite' })}>
						{t`Invite`}
					</Button>
				)}
			</HeaderSlot>
			{people.error ? (
				<Broken error={people.error} reset={() => void people.refetch()} />
			) : !people.data ? (
				<Skeleton rows={6} height={52} />
			) : (
				<>
					<section className="panel">
						<ul className="people">
							{people.data.members.map((member) => (
								<li key={member.userId}>
									<span className="avatar" aria-hidden>
										{firstLetter(member.name)}
									</span>
									<span className="who">
										<b>
											<bdi>{member.name}</bdi>
											{member.userId === me.userId && <em className="tag">{t`you`}</em>}
											{member.secondFactor && <em className="tag">{t`second factor`}</em>}
										</b>
										<small>{member.email}</small>
									</span>
									<span className="role" title={i18n._(ROLE_MEANINGS[member.role])}>
										{i18n._(ROLE_WORDS[member.role])}
										<Differs member={member} />
									</span>
									<span className="scope cut" title={scope(member.storeScope)}>
										{scope(member.storeScope)}
									</span>
									<small className="soft since">
										{t`since`} <When at={member.since} />
									</small>
									<span className="acts">
										{mayManage && (
											<>
												<Button
													size="small"
													type="text"
													icon={<EditOutlined aria-hidden />}
													aria-label={t`Change ${member.name}`}
													onClick={() => setEditing({ kind: 'member', member })}
												/>
												<Popconfirm
													title={t`Take ${member.name} out of the workspace?`}
													okText={t`Take out`}
													onConfirm={() => remove.mutate({ userId: member.userId })}
												>
													<Button size="small" type="text" icon={<DeleteOutlined aria-hidden />} aria-label={t`Take ${member.name} out`} />
												</Popconfirm>
											</>
										)}
									</span>
								</li>
							))}
						</ul>
					</section>
					{people.data.invitations.length > 0 && (
						<Invitations
							invitations={people.data.invitations}
							scope={scope}
							mayManage={mayManage}
							onRevoke={(id) => revoke.mutate({ invitationId: id })}
						/>
					)}
				</>
			)}
			<Suspense fallback={null}>
				{editing && <MemberForm member={editing.kind === 'member' ? editing.member : null} onClose={() => setEditing(null)} />}
			</Suspense>
		</div>
	);
}

/** Where a member sees more or less than the role. */
function Differs({ member }: { member: MemberView }) {
	const { t, i18n } = useLingui();
	const differing = FIELDS.filter((field) => sees(member, field) !== roleSees(member.role, field));
	return differing.map((field) => {
		const name = i18n._(SEEN_WORDS[field]);
		return (
			<small key={field} className="soft">
				{sees(member, field) ? t`also ${name}` : t`without ${name}`}
			</small>
		);
	});
}

interface InvitationsProps {
	invitations: InvitationView[];
	scope: (ids: string[] | null) => string;
	mayManage: boolean;
	onRevoke: (invitationId: string) => void;
}

function Invitations({ invitations, scope, mayManage, onRevoke }: InvitationsProps) {
	const { t, i18n } = useLingui();
	return (
		<section className="panel">
			<header>
				<h2>{t`Open invitations`}</h2>
			</header>
			<ul className="people">
				{invitations.map((one) => (
					<li key={one.invitationId}>
						<span className="avatar hollow" aria-hidden>
							{firstLetter(one.email)}
						</span>
						<span className="who">
							<b>{one.email}</b>
						</span>
						<span className="role">{i18n._(ROLE_WORDS[one.role])}</span>
						<span className="scope cut">{scope(one.storeScope)}</span>
						<small className="soft since">
							{t`until`} <When at={one.expiresAt} />
						</small>
						<span className="acts">
							{mayManage && (
								<Button size="small" type="text" onClick={() => onRevoke(one.invitationId)}>
									{t`Withdraw`}
								</Button>
							)}
						</span>
					</li>
				))}
			</ul>
		</section>
	);
}
