// The focused field is what the person has just opened.
/* oxlint-disable jsx-a11y/no-autofocus */
import { CopyOutlined } from '@ant-design/icons';
import { useLingui } from '@lingui/react/macro';
import type { MemberView } from '@pangea/api';
import { type FieldChoices, FIELDS, type Role, ROLES, roleSees } from '@pangea/domain';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Radio, Segmented, Select } from 'antd';
import { useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { useSession, useStores } from '../../session.tsx';
import { queryClient, trpc } from '../../trpc.ts';
import { ROLE_MEANINGS, ROLE_WORDS, SEEN_MEANINGS, SEEN_WORDS } from '../../words.ts';
import { storeLabel } from '../../ui/site.tsx';
import { say } from '../../ui/toast.tsx';

interface Values {
	email: string;
	role: Role;
	all: boolean;
	stores: string[];
	fields: FieldChoices;
}

/** Invites somebody, or changes what a member may do. */
export function MemberForm({ member, onClose }: { member: MemberView | null; onClose: () => void }) {
	const { t, i18n } = useLingui();
	const { membership } = useSession();
	const { stores } = useStores();
	const [form] = Form.useForm<Values>();
	const [link, setLink] = useState<string | null>(null);
	const refresh = () => queryClient.invalidateQueries(trpc.workspace.members.pathFilter());
	const invite = useMutation(trpc.workspace.invite.mutationOptions({ onSuccess: refresh }));
	const change = useMutation(trpc.workspace.changeMember.mutationOptions({ onSuccess: refresh }));
	const all = Form.useWatch('all', form) ?? (member === null || member.storeScope === null);
	const role = Form.useWatch('role', form) ?? member?.role ?? 'agent';
	// Whoever is owner sees everything and could give it back.
	const mayChoose = member !== null && membership.role === 'owner' && role !== 'owner';
	const error = invite.error ?? change.error;
	const submit = (values: Values) => {
		const what = { role: values.role, storeScope: values.all ? null : (values.stores ?? []) };
		const fields = mayChoose ? { fields: chosenOf(values.fields) } : {};
		if (member) change.mutate({ userId: member.userId, ...what, ...fields }, { onSuccess: onClose });
		else invite.mutate({ email: values.email.trim(), ...what }, { onSuccess: (made) => setLink(made.link) });
	};
	const roles = ROLES.filter((role) => role !== 'owner' || membership.role === 'owner' || member?.role === 'owner');

	if (link !== null) return <InviteLink link={link} onClose={onClose} />;
	return (
		<Modal
			open
			title={member ? member.name : t`Invite somebody`}
			okText={member ? t`Save` : t`Make the link`}
			confirmLoading={invite.isPending || change.isPending}
			onOk={() => form.submit()}
			onCancel={onClose}
		>
			<Form
				form={form}
				layout="vertical"
				requiredMark={false}
				onFinish={submit}
				initialValues={{
					role: member?.role ?? 'agent',
					all: member === null || member.storeScope === null,
					stores: member?.storeScope ?? [],
					fields: member?.fields ?? {},
				}}
			>
				{!member && (
					<Form.Item
						name="email"
						label={t`E-mail`}
						rules={[{ required: true, type: 'email', message: t`This is not an e-mail address.` }]}
						validateTrigger="onBlur"
					>
						<Input type="email" autoFocus autoComplete="off" />
					</Form.Item>
				)}
				<Form.Item name="role" label={t`Role`}>
					<Radio.Group className="role-choice">
						{roles.map((role) => (
							<Radio key={role} value={role}>
								<b>{i18n._(ROLE_WORDS[role])}</b>
								<small className="faint">{i18n._(ROLE_MEANINGS[role])}</small>
							</Radio>
						))}
					</Radio.Group>
				</Form.Item>
				<Form.Item name="all" label={t`Stores`} style={{ marginBottom: all ? undefined : 8 }}>
					<Radio.Group
						options={[
							{ value: true, label: t`All, also future ones` },
							{ value: false, label: t`Only these` },
						]}
					/>
				</Form.Item>
				{!all && (
					<Form.Item name="stores">
						<Select
							mode="multiple"
							aria-label={t`Stores`}
							showSearch={{ optionFilterProp: 'label' }}
							options={stores.map((store) => ({ value: store.storeId, label: storeLabel(store) }))}
						/>
					</Form.Item>
				)}
				{mayChoose && <Sight role={role} />}
				{error && (
					<p className="risk" role="alert">
						{errorSentence(i18n, error)}
					</p>
				)}
			</Form>
		</Modal>
	);
}

type Choice = 'role' | 'shown' | 'hidden';

/** What the member sees of orders: as the role has it, or otherwise. */
function Sight({ role }: { role: Role }) {
	const { t, i18n } = useLingui();
	return (
		<Form.Item label={t`Sees of orders`}>
			<div className="sight">
				{FIELDS.map((field) => {
					const name = i18n._(SEEN_WORDS[field]);
					return (
						<div key={field}>
							<span>
								{name}
								<small className="faint">{i18n._(SEEN_MEANINGS[field])}</small>
							</span>
							<Form.Item
								noStyle
								name={['fields', field]}
								getValueProps={(chosen?: boolean) => ({ value: chosen === undefined ? 'role' : chosen ? 'shown' : 'hidden' })}
								getValueFromEvent={(choice: Choice) => (choice === 'role' ? undefined : choice === 'shown')}
							>
								<Segmented<Choice>
									aria-label={name}
									size="small"
									options={[
										{ value: 'role', label: roleSees(role, field) ? t`As the role: shown` : t`As the role: hidden` },
										{ value: 'shown', label: t`Shown` },
										{ value: 'hidden', label: t`Hidden` },
									]}
								/>
							</Form.Item>
						</div>
					);
				})}
			</div>
		</Form.Item>
	);
}

/** Without those that are as the role has them. */
function chosenOf(fields: FieldChoices): FieldChoices {
	return Object.fromEntries(FIELDS.flatMap((field) => (fields[field] === undefined ? [] : [[field, fields[field]]])));
}

function InviteLink({ link, onClose }: { link: string; onClose: () => void }) {
	const { t } = useLingui();
	const copy = () =>
		void navigator.clipboard.writeText(link).then(
			() => say(t`Link copied`),
			() => say(t`The browser does not allow copying.`, { tone: 'problem' }),
		);
	return (
		<Modal open title={t`Send this link`} footer={<Button onClick={onClose}>{t`Done`}</Button>} onCancel={onClose}>
			<p className="soft">{t`It works once, for seven days, and only for the e-mail you entered. It is shown only now.`}</p>
			<div className="link-row">
				<Input readOnly value={link} aria-label={t`Invitation link`} onFocus={(event) => event.target.select()} />
				<Button type="primary" icon={<CopyOutlined aria-hidden />} onClick={copy}>
					{t`Copy`}
				</Button>
			</div>
		</Modal>
	);
}
