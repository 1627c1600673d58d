import { Trans, useLingui } from '@lingui/react/macro';
import type { MailboxView, MailServer } from '@pangea/api';
import { useMutation } from '@tanstack/react-query';
import { Button, Input, InputNumber, Popconfirm, Select } from 'antd';
import { useId, useState } from 'react';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { say } from '../../ui/toast.tsx';

interface Provider {
	name: string;
	imap: string;
	smtp: string;
	/** Where the provider says how to get a password for programs. */
	help?: string;
}

/** Providers whose mailboxes let programs sign in with a password of their own; all over TLS, reading at 993 and sending at 465. */
const PROVIDERS: Readonly<Record<string, Provider>> = {
	gmail: {
		name: 'Gmail, Google Workspace',
		imap: 'imap.gmail.com',
		smtp: 'smtp.gmail.com',
		help: 'https://support.google.com/accounts/answer/185833',
	},
	qq: { name: 'QQ 邮箱', imap: 'imap.qq.com', smtp: 'smtp.qq.com' },
	exmail: { name: '腾讯企业邮', imap: 'imap.exmail.qq.com', smtp: 'smtp.exmail.qq.com' },
	netease: { name: '网易 163', imap: 'imap.163.com', smtp: 'smtp.163.com' },
};

const secure = (host: string, port: number): MailServer => ({ host, port, security: 'tls' });

interface MailboxFormProps {
	mailbox: MailboxView;
	onClose: () => void;
}

/** A mailbox is tried before it is kept, so an error names what is wrong with it. */
export function MailboxForm({ mailbox, onClose }: MailboxFormProps) {
	const { t, i18n } = useLingui();
	const id = useId();
	const { connectionId, named, help } = mailbox;
	const [values, setValues] = useState(
		mailbox.settings ?? { address: '', user: '', imap: secure('', 993), smtp: secure('', 465), folder: 'INBOX' },
	);
	const [password, setPassword] = useState('');
	const set = (change: Partial<typeof values>) => setValues({ ...values, ...change });
	const provider = Object.entries(PROVIDERS).find(([, one]) => one.imap === values.imap.host)?.[0] ?? 'other';
	const done = (words: string) => {
		void queryClient.invalidateQueries(trpc.mailboxes.list.pathFilter());
		void queryClient.invalidateQueries(trpc.inbox.stores.pathFilter());
		say(words);
		onClose();
	};
	const save = useMutation(trpc.mailboxes.save.mutationOptions({ onSuccess: () => done(t`The mailbox works and is read now.`) }));
	const remove = useMutation(trpc.mailboxes.remove.mutationOptions({ onSuccess: () => done(t`The mailbox was forgotten.`) }));
	const ready = values.address !== '' && values.imap.host !== '' && values.smtp.host !== '' && (named || password !== '');
	const send = () => {
		const { user, ...rest } = values;
		save.mutate({ connectionId, ...rest, user: user || values.address, ...(password !== '' && { password }) });
	};
	const text = (key: 'address' | 'user' | 'folder', label: string, hint?: string) => (
		<div className="field">
			<label htmlFor={id + key}>{label}</label>
			<Input
				id={id + key}
				value={values[key]}
				autoComplete="off"
				spellCheck={false}
				maxLength={250}
				{...(key === 'user' && { placeholder: values.address })}
				onChange={(event) => set({ [key]: event.target.value.trim() })}
			/>
			{hint && <small className="soft">{hint}</small>}
		</div>
	);
	return (
		<form
			className="adopt mailbox-form"
			onSubmit={(event) => {
				event.preventDefault();
				if (ready && !save.isPending) send();
			}}
		>
			<ol className="soft">
				<li>
					<Trans>
						At the platform, register the address twice: for buyers' messages under the notification preferences, and as an approved sender
						under the messaging permissions.
					</Trans>{' '}
					<a href={help} target="_blank" rel="noreferrer">
						{t`Source`}
					</a>
				</li>
				<li>
					<Trans>
						At your mail provider, switch on IMAP and make a password for programs, not the one you sign in with. Microsoft 365 has none any
						more: let it forward to another mailbox.
					</Trans>{' '}
					{PROVIDERS[provider]?.help && (
						<a href={PROVIDERS[provider].help} target="_blank" rel="noreferrer">
							{t`How`}
						</a>
					)}
				</li>
			</ol>
			<div className="field">
				<label htmlFor={`${id}provider`}>{t`Mail provider`}</label>
				<Select
					id={`${id}provider`}
					value={provider}
					options={[
						...Object.entries(PROVIDERS).map(([value, { name }]) => ({ value, label: name })),
						{ value: 'other', label: t`Another` },
					]}
					onChange={(chosen: string) => {
						const one = PROVIDERS[chosen];
						set({ imap: secure(one?.imap ?? '', 993), smtp: secure(one?.smtp ?? '', 465) });
					}}
				/>
			</div>
			{text('address', t`Registered address`)}
			{text('user', t`User name`, t`Most providers take the address.`)}
			<div className="field">
				<label htmlFor={`${id}password`}>{t`Password for programs`}</label>
				<Input.Password
					id={`${id}password`}
					value={password}
					autoComplete="new-password"
					maxLength={250}
					placeholder={named ? t`stays as it is` : ''}
					onChange={(event) => setPassword(event.target.value)}
				/>
				<small className="soft">{t`Kept encrypted and never shown again.`}</small>
			</div>
			<ServerFields label={t`Server for reading (IMAP)`} value={values.imap} onChange={(imap) => set({ imap })} />
			<ServerFields label={t`Server for sending (SMTP)`} value={values.smtp} onChange={(smtp) => set({ smtp })} />
			{text('folder', t`Folder`, t`Where the platform's mail lands.`)}
			{(save.error ?? remove.error) && (
				<p className="risk" role="alert">
					{errorSentence(i18n, save.error ?? remove.error)}
				</p>
			)}
			<div className="row">
				<Button type="primary" htmlType="submit" disabled={!ready} loading={save.isPending}>
					{t`Try and save`}
				</Button>
				<Button onClick={onClose}>{t`Cancel`}</Button>
				<span className="grow" />
				{named && (
					<Popconfirm
						title={t`Forget this mailbox? What was read stays in the inbox.`}
						okText={t`Forget`}
						cancelText={t`Cancel`}
						onConfirm={() => remove.mutate({ connectionId })}
					>
						<Button danger type="text" loading={remove.isPending}>
							{t`Forget`}
						</Button>
					</Popconfirm>
				)}
			</div>
		</form>
	);
}

interface ServerFieldsProps {
	label: string;
	value: MailServer;
	onChange: (value: MailServer) => void;
}

function ServerFields({ label, value, onChange }: ServerFieldsProps) {
	const { t } = useLingui();
	const { host, port, security } = value;
	const words = { tls: 'TLS', starttls: 'STARTTLS', none: t`not encrypted` };
	// Without encryption only servers of the own network are reached, and an administrator has to name these.
	const kinds = security === 'none' ? (['tls', 'starttls', 'none'] as const) : (['tls', 'starttls'] as const);
	return (
		<fieldset className="field mail-server">
			<legend>{label}</legend>
			<Input
				aria-label={t`Host`}
				value={host}
				spellCheck={false}
				maxLength={250}
				onChange={(event) => onChange({ host: event.target.value.trim(), port, security })}
			/>
			<InputNumber
				aria-label={t`Port`}
				value={port}
				min={1}
				max={65_535}
				controls={false}
				onChange={(next) => next !== null && onChange({ host, port: next, security })}
			/>
			<Select
				aria-label={t`Encryption`}
				value={security}
				options={kinds.map((kind) => ({ value: kind, label: words[kind] }))}
				onChange={(next: MailServer['security']) => onChange({ host, port, security: next })}
			/>
		</fieldset>
	);
}
