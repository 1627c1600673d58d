import { useLingui } from '@lingui/react/macro';
import { CHANNEL_KINDS, type ChannelKind } from '@pangea/domain';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Form, Input, Modal, Select } from 'antd';
import { shownLanguage } from '../../i18n.ts';
import type { Language } from '../../preferences.ts';
import { errorSentence } from '../../problems.ts';
import { useSession } from '../../session.tsx';
import { trpc } from '../../trpc.ts';
import { LANGUAGE_NAMES } from '../settings/languages.ts';
import { CHANNEL_WORDS } from './words.ts';

interface Values {
	kind: ChannelKind;
	name: string;
	language: Language;
	userId: string;
	url?: string;
	secret?: string;
}

const EXAMPLES: Record<Exclude<ChannelKind, 'email'>, string> = {
	feishu: 'https://open.feishu.cn/open-apis/bot/v2/hook/…',
	dingtalk: 'https://oapi.dingtalk.com/robot/send?access_token=…',
	wecom: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…',
	slack: 'https://hooks.slack.com/services/…',
};

/** Adds a member's address, or a group chat's webhook. */
export function ChannelForm({ onClose, onAdded }: { onClose: () => void; onAdded: () => void }) {
	const { t, i18n } = useLingui();
	const { me } = useSession();
	const members = useQuery(trpc.workspace.members.queryOptions());
	const [form] = Form.useForm<Values>();
	const kind = Form.useWatch('kind', form) ?? 'email';
	const people = members.data?.members ?? [];
	const add = useMutation(
		trpc.notices.addChannel.mutationOptions({
			onSuccess: () => {
				onAdded();
				onClose();
			},
		}),
	);
	const submit = (values: Values) => {
		const { language } = values;
		if (values.kind === 'email') {
			const person = people.find((one) => one.userId === values.userId);
			add.mutate({ kind: 'email', name: person?.name ?? me.name, language, userId: values.userId });
		} else {
			const secret = values.secret?.trim() ?? '';
			const name = values.name.trim();
			add.mutate({ kind: values.kind, name, language, url: values.url?.trim() ?? '', secret: secret === '' ? null : secret });
		}
	};
	return (
		<Modal
			open
			title={t`Where notices shall go`}
			okText={t`Add`}
			confirmLoading={add.isPending}
			onOk={() => form.submit()}
			onCancel={onClose}
		>
			<Form
				form={form}
				layout="vertical"
				requiredMark={false}
				onFinish={submit}
				initialValues={{ kind: 'email', language: shownLanguage(), name: '', url: '', secret: '', userId: me.userId }}
			>
				<Form.Item name="kind" label={t`Way`}>
					<Select options={CHANNEL_KINDS.map((value) => ({ value, label: i18n._(CHANNEL_WORDS[value]) }))} />
				</Form.Item>
				{kind === 'email' ? (
					<Form.Item name="userId" label={t`Member`} extra={t`They are told of the stores they see.`}>
						<Select options={people.map((one) => ({ value: one.userId, label: `${one.name} · ${one.email}` }))} />
					</Form.Item>
				) : (
					<>
						<Form.Item name="name" label={t`Name of the group`} rules={[{ required: true, whitespace: true, message: t`Give it a name.` }]}>
							<Input maxLength={60} />
						</Form.Item>
						<Form.Item
							name="url"
							label={t`Webhook address of the bot`}
							extra={EXAMPLES[kind]}
							rules={[{ required: true, type: 'url', message: t`Paste the whole address that the group's settings show.` }]}
						>
							<Input autoComplete="off" spellCheck={false} />
						</Form.Item>
						{(kind === 'feishu' || kind === 'dingtalk') && (
							<Form.Item name="secret" label={t`Signing secret`} extra={t`Only where the bot's signature check is switched on.`}>
								<Input.Password autoComplete="new-password" />
							</Form.Item>
						)}
					</>
				)}
				<Form.Item name="language" label={t`Language`}>
					<Select options={Object.entries(LANGUAGE_NAMES).map(([value, label]) => ({ value, label }))} />
				</Form.Item>
				{add.error && (
					<p className="risk" role="alert">
						{errorSentence(i18n, add.error)}
					</p>
				)}
			</Form>
		</Modal>
	);
}
