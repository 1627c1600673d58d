// The focused field is what the person has just opened.
/* oxlint-disable jsx-a11y/no-autofocus */
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { signIn, signOut, signUp } from '../../auth.ts';
import { BEIJING } from '../../format.ts';
import { shownLanguage } from '../../i18n.ts';
import { setPreferences } from '../../preferences.ts';
import { errorSentence } from '../../problems.ts';
import { queryClient, trpc } from '../../trpc.ts';
import { SecondStep } from './second-step.tsx';
import { Refused, Sheet } from './sheet.tsx';

const SHORTEST_PASSWORD = 10;

/** Asks again who is signed in and goes on. */
function useEnter() {
	const navigate = useNavigate();
	return async (to = '/') => {
		await queryClient.resetQueries(trpc.session.me.pathFilter());
		await queryClient.fetchQuery({ ...trpc.session.me.queryOptions(), staleTime: 0 });
		await navigate({ href: to });
	};
}

export function SignInScreen() {
	const { t, i18n } = useLingui();
	const { to } = useSearch({ from: '/sign-in' });
	const enter = useEnter();
	const [step, setStep] = useState<'password' | 'secondFactor'>('password');
	const attempt = useMutation({
		mutationFn: async (values: { email: string; password: string }) => {
			if ((await signIn(values.email.trim(), values.password)) === 'in') await enter(to);
			else setStep('secondFactor');
		},
	});
	if (step === 'secondFactor') return <SecondStep onIn={() => enter(to)} onBack={() => setStep('password')} />;
	return (
		<Sheet title={t`Sign in`}>
			<Form layout="vertical" requiredMark={false} onFinish={(values: { email: string; password: string }) => attempt.mutate(values)}>
				<Form.Item
					name="email"
					label={t`E-mail`}
					rules={[{ required: true, type: 'email', message: t`This is not an e-mail address.` }]}
					validateTrigger="onBlur"
				>
					<Input type="email" autoComplete="username" autoFocus size="large" />
				</Form.Item>
				<Form.Item
					name="password"
					label={t`Password`}
					rules={[{ required: true, message: t`The password is missing.` }]}
					validateTrigger="onSubmit"
				>
					<Input.Password autoComplete="current-password" size="large" />
				</Form.Item>
				{attempt.error && <Refused text={errorSentence(i18n, attempt.error)} />}
				<Button type="primary" htmlType="submit" size="large" block loading={attempt.isPending}>
					{t`Sign in`}
				</Button>
			</Form>
			<p className="other">
				<Trans>
					No account yet?{' '}
					<Link to="/sign-up" search={to ? { to } : {}}>
						Create one
					</Link>
				</Trans>
			</p>
		</Sheet>
	);
}

export function SignUpScreen() {
	const { t, i18n } = useLingui();
	const { to } = useSearch({ from: '/sign-up' });
	const enter = useEnter();
	const attempt = useMutation({
		mutationFn: async (values: { name: string; email: string; password: string }) => {
			await signUp(values.name.trim(), values.email.trim(), values.password);
			await enter(to);
		},
	});
	return (
		<Sheet title={t`Create an account`}>
			<Form
				layout="vertical"
				requiredMark={false}
				onFinish={(values: { name: string; email: string; password: string }) => attempt.mutate(values)}
			>
				<Form.Item
					name="name"
					label={t`Your name`}
					rules={[{ required: true, whitespace: true, message: t`Your name is missing.` }]}
					validateTrigger="onBlur"
				>
					<Input autoComplete="name" autoFocus size="large" maxLength={80} />
				</Form.Item>
				<Form.Item
					name="email"
					label={t`E-mail`}
					rules={[{ required: true, type: 'email', message: t`This is not an e-mail address.` }]}
					validateTrigger="onBlur"
				>
					<Input type="email" autoComplete="username" size="large" />
				</Form.Item>
				<Form.Item
					name="password"
					label={t`Password`}
					extra={t`At least 10 characters`}
					rules={[{ required: true, min: SHORTEST_PASSWORD, message: t`The password needs at least 10 characters.` }]}
					validateTrigger="onBlur"
				>
					<Input.Password autoComplete="new-password" size="large" maxLength={128} />
				</Form.Item>
				{attempt.error && <Refused text={errorSentence(i18n, attempt.error)} />}
				<Button type="primary" htmlType="submit" size="large" block loading={attempt.isPending}>
					{t`Create account`}
				</Button>
			</Form>
			<p className="other">
				<Trans>
					Already have an account?{' '}
					<Link to="/sign-in" search={to ? { to } : {}}>
						Sign in
					</Link>
				</Trans>
			</p>
		</Sheet>
	);
}

const CURRENCIES = ['CNY', 'USD', 'EUR', 'GBP', 'MXN', 'BRL', 'JPY', 'CAD', 'AUD', 'HKD', 'SGD', 'CLP', 'COP', 'ARS'];
/** What a new workspace most likely reckons in, by language. */
const LIKELY = { 'zh-CN': 'CNY', en: 'USD', 'pt-BR': 'BRL', 'es-MX': 'MXN' } as const;

export function WelcomeScreen() {
	const { t, i18n } = useLingui();
	const navigate = useNavigate();
	const me = useQuery(trpc.session.me.queryOptions());
	const enter = useEnter();
	const create = useMutation(trpc.workspace.create.mutationOptions());
	if (me.data === null) void navigate({ to: '/sign-in' });
	const language = shownLanguage();
	const zones = [...new Set([BEIJING, ...Intl.supportedValuesOf('timeZone')])];
	const names = new Intl.DisplayNames(language, { type: 'currency' });
	const submit = (values: { name: string; baseCurrency: string; zone: string }) =>
		create.mutate(values, {
			onSuccess: ({ workspaceId }) => {
				setPreferences({ workspaceId });
				void enter();
			},
		});
	return (
		<Sheet
			title={t`Your workspace`}
			lead={t`One place for all your stores and the people who work with them. To join an existing one, open the link you were sent.`}
		>
			<Form
				layout="vertical"
				requiredMark={false}
				initialValues={{
					baseCurrency: LIKELY[language],
					zone: language === 'zh-CN' ? BEIJING : Intl.DateTimeFormat().resolvedOptions().timeZone,
				}}
				onFinish={submit}
			>
				<Form.Item
					name="name"
					label={t`Name`}
					rules={[{ required: true, whitespace: true, message: t`The name is missing.` }]}
					validateTrigger="onBlur"
				>
					<Input size="large" maxLength={80} autoFocus placeholder={t`Your company or brand`} />
				</Form.Item>
				<Form.Item name="baseCurrency" label={t`Currency you reckon in`}>
					<Select
						size="large"
						showSearch={{ optionFilterProp: 'label' }}
						options={CURRENCIES.map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }))}
					/>
				</Form.Item>
				<Form.Item name="zone" label={t`Time zone of the workspace`}>
					<Select size="large" showSearch options={zones.map((zone) => ({ value: zone, label: zone }))} />
				</Form.Item>
				{create.error && <Refused text={errorSentence(i18n, create.error)} />}
				<Button type="primary" htmlType="submit" size="large" block loading={create.isPending}>
					{t`Create workspace`}
				</Button>
			</Form>
		</Sheet>
	);
}

export function JoinScreen() {
	const { t, i18n } = useLingui();
	const { token } = useParams({ from: '/join/$token' });
	const me = useQuery(trpc.session.me.queryOptions());
	const enter = useEnter();
	const accept = useMutation(trpc.workspace.acceptInvitation.mutationOptions());
	const [leaving, setLeaving] = useState(false);
	const back = `/join/${token}`;
	const submit = () =>
		accept.mutate(
			{ token },
			{
				onSuccess: ({ workspaceId }) => {
					setPreferences({ workspaceId });
					void enter();
				},
			},
		);
	const change = async () => {
		setLeaving(true);
		await signOut();
		await queryClient.resetQueries(trpc.session.me.pathFilter());
		setLeaving(false);
	};
	if (me.isPending) return null;
	return (
		<Sheet title={t`You are invited`} lead={t`Somebody wants you in their workspace.`}>
			{me.data ? (
				<>
					<p>
						<Trans>
							You are signed in as <b>{me.data.email}</b>.
						</Trans>
					</p>
					{accept.error && <Refused text={errorSentence(i18n, accept.error)} />}
					<Button type="primary" size="large" block loading={accept.isPending} onClick={submit}>
						{t`Join the workspace`}
					</Button>
					<Button type="text" block loading={leaving} onClick={() => void change()}>
						{t`Use another account`}
					</Button>
				</>
			) : (
				<div className="stack">
					<Link to="/sign-up" search={{ to: back }} className="as-button">{t`Create an account`}</Link>
					<Link to="/sign-in" search={{ to: back }}>{t`I already have one`}</Link>
				</div>
			)}
		</Sheet>
	);
}
